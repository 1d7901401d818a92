// SPDX-License-Identifier: GPL-2.0-only
#include "contended_lines.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "storm.h"

/* Where perf's columns are; versions differ in which there are. */
struct columns {
	int address, source, symbol;
};

#define NO_COLUMN -1

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t#");
	length = strcspn(text, "\n");
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	text[length] = '\0';
	return text;
}

static bool find_columns(char *line, struct columns *columns)
{
	char *rest = line, *name;

	*columns = (struct columns){ NO_COLUMN, NO_COLUMN, NO_COLUMN };
	for (int i = 0; (name = strsep(&rest, ",")); i++) {
		name = trim(name);
		if (!strcmp(name, "ADDR"))
			columns->address = i;
		else if (!strcmp(name, "DSRC"))
			columns->source = i;
		else if (!strcmp(name, "SYMBOL"))
			columns->symbol = i;
	}
	return columns->address >= 0 && columns->source >= 0 && columns->symbol >= 0;
}

/* Another CPU had the line, and had changed it. */
static bool is_hit(uint64_t source)
{
	union perf_mem_data_src s = { .val = source };

	if (s.mem_snoop & PERF_MEM_SNOOP_HITM)
		return true;
#ifdef PERF_MEM_SNOOPX_PEER
	/* All that Arm's samples tell. */
	if (s.mem_snoopx & PERF_MEM_SNOOPX_PEER)
		return true;
#endif
	return false;
}

static void add_function(struct contended_line *line, const char *name)
{
	struct line_function *f;

	for (unsigned int i = 0; i < line->function_count; i++) {
		if (!strcmp(line->functions[i].name, name)) {
			line->functions[i].hits++;
			return;
		}
	}
	if (line->function_count == MAX_FUNCTION_NAMES)
		return;
	f = &line->functions[line->function_count++];
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->hits = 1;
}

static void add_hit(struct contended_lines *lines, uint64_t address, const char *function)
{
	struct contended_line *line = NULL;

	lines->hits++;
	for (unsigned int i = 0; i < lines->count && !line; i++) {
		if (lines->lines[i].address == address)
			line = &lines->lines[i];
	}
	if (!line && lines->count == MAX_LINES) {
		lines->left_out++;
		return;
	}
	if (!line) {
		line = &lines->lines[lines->count++];
		line->address = address;
	}
	line->hits++;
	add_function(line, function);
}

/* Return: false when it is no line of samples. */
static bool add_sample(struct contended_lines *lines, const struct columns *columns,
		       unsigned int line_size, char *text)
{
	char *rest = text, *cell, *end, *function = "?";
	uint64_t address = 0, source = 0;
	int last = columns->address > columns->source ? columns->address : columns->source;
	int i = 0;

	for (; (cell = strsep(&rest, ",")); i++) {
		cell = trim(cell);
		if (i == columns->address)
			address = strtoull(cell, &end, 16);
		else if (i == columns->source)
			source = strtoull(cell, &end, 16);
		else if (i != columns->symbol)
			continue;
		if (i != columns->symbol && (end == cell || *end))
			return false;
		/* "file:function" */
		if (i == columns->symbol)
			function = strrchr(cell, ':') ? strrchr(cell, ':') + 1 : cell;
	}
	if (i <= last)
		return false;
	lines->samples++;
	if (is_hit(source) && address)
		add_hit(lines, address & ~(uint64_t)(line_size - 1), function);
	return true;
}

static int more_hits(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int by_function_hits(const void *a, const void *b)
{
	const struct line_function *first = a, *second = b;
	int order = more_hits(first->hits, second->hits);

	return order ? order : strcmp(first->name, second->name);
}

static int by_hits(const void *a, const void *b)
{
	const struct contended_line *first = a, *second = b;
	int order = more_hits(first->hits, second->hits);

	return order ? order : more_hits(second->address, first->address);
}

int contended_lines_parse(FILE *text, unsigned int line_size, struct contended_lines *lines)
{
	struct columns columns;
	bool header = false;
	char line[1024];

	memset(lines, 0, sizeof(*lines));
	while (fgets(line, sizeof(line), text)) {
		char shown[80];

		snprintf(shown, sizeof(shown), "%.*s", (int)strcspn(line, "\n"), line);
		if (!*trim(shown))
			continue;
		if (!header) {
			/* Warnings may come first. */
			header = line[0] == '#' && find_columns(line, &columns);
			continue;
		}
		if (!add_sample(lines, &columns, line_size, line))
			return complain(FAILED, "perf's samples cannot be read: \"%s\"", shown);
	}
	if (!header)
		return complain(FAILED, "perf's samples cannot be read: no line with the columns "
					"ADDR, DSRC and SYMBOL");
	for (unsigned int i = 0; i < lines->count; i++)
		qsort(lines->lines[i].functions, lines->lines[i].function_count,
		      sizeof(lines->lines[i].functions[0]), by_function_hits);
	qsort(lines->lines, lines->count, sizeof(lines->lines[0]), by_hits);
	return SUCCESS;
}
