// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_symbols.h"

#include <inttypes.h>
#include <string.h>

/* Symbols of modules carry a fourth field, "[module]". */
static bool next_symbol(FILE *kallsyms, uint64_t *address, char *name)
{
	char line[1024], module[2];
	char type;

	while (fgets(line, sizeof(line), kallsyms)) {
		int fields = sscanf(line, "%" SCNx64 " %c %511s %1s", address, &type, name,
				    module);
		if (fields == 3)
			return true;
	}
	return false;
}

enum symbol_status kernel_symbol_find(FILE *kallsyms, const char *name, uint64_t limit,
				      struct symbol_range *range)
{
	char candidate[512];
	uint64_t address, found = 0;
	bool seen = false;

	rewind(kallsyms);
	while (next_symbol(kallsyms, &address, candidate)) {
		if (strcmp(candidate, name) != 0)
			continue;
		if (seen && address != found)
			return SYMBOL_AMBIGUOUS;
		seen = true;
		found = address;
	}
	if (!seen)
		return SYMBOL_MISSING;
	if (!found)
		return SYMBOL_HIDDEN;

	range->start = found;
	range->end = found + limit;
	rewind(kallsyms);
	while (next_symbol(kallsyms, &address, candidate)) {
		if (address > found && address < range->end)
			range->end = address;
	}
	return SYMBOL_FOUND;
}
