// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_symbols.h"

#include <string.h>

/*
 * The text has some 200000 lines. In an emulated guest a sscanf() per line takes ten seconds,
 * so lines are taken apart by hand.
 */

/* The address that a line starts with. */
static uint64_t parse_address(const char *line)
{
	uint64_t address = 0;

	for (;; line++) {
		if (*line >= '0' && *line <= '9')
			address = address << 4 | (*line - '0');
		else if (*line >= 'a' && *line <= 'f')
			address = address << 4 | (*line - 'a' + 10);
		else
			return address;
	}
}

static const char *line_start(const char *text, const char *position)
{
	while (position > text && position[-1] != '\n')
		position--;
	return position;
}

/*
 * Next line that ends in @name after a blank, from @position on; NULL when there is none.
 * Symbols of a module end in "[module]" instead.
 */
static const char *line_of(const char *text, const char *position, const char *name)
{
	size_t length = strlen(name);

	while ((position = strstr(position, name))) {
		const char *end = position + length;

		if (position > text && position[-1] == ' ' && (*end == '\n' || *end == '\0'))
			return line_start(text, position);
		position = end;
	}
	return NULL;
}

static uint64_t next_address(const char *text, uint64_t after, uint64_t limit)
{
	for (const char *line = text; line && *line;) {
		uint64_t address = parse_address(line);

		if (address > after && address < limit)
			limit = address;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return limit;
}

enum symbol_status kernel_symbol_find(const char *kallsyms, const char *name, uint64_t limit,
				      struct symbol_range *range)
{
	const char *line = line_of(kallsyms, kallsyms, name);
	uint64_t address;

	if (!line)
		return SYMBOL_MISSING;
	address = parse_address(line);
	while ((line = strchr(line, '\n')) && (line = line_of(kallsyms, line, name))) {
		if (parse_address(line) != address)
			return SYMBOL_AMBIGUOUS;
	}
	if (!address)
		return SYMBOL_HIDDEN;
	range->start = address;
	range->end = next_address(kallsyms, address, address + limit);
	return SYMBOL_FOUND;
}
