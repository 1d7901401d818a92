// SPDX-License-Identifier: GPL-2.0-only
#include "function_names.h"

#include <stdlib.h>
#include <string.h>

#include "whole_text.h"

/* ".isra.0", ".constprop.0.isra.0" ...; not ".cold", a piece that is jumped to. */
static bool is_clone_suffix(const char *suffix, size_t length)
{
	static const char *const words[] = { ".isra", ".part", ".constprop" };

	while (length) {
		size_t word = 0;

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !word; i++) {
			if (!strncmp(suffix, words[i], strlen(words[i])))
				word = strlen(words[i]);
		}
		if (!word || word > length)
			return false;
		suffix += word;
		length -= word;
		if (length && *suffix == '.' && suffix[1] >= '0' && suffix[1] <= '9') {
			size_t digits = 1 + strspn(suffix + 1, "0123456789");

			suffix += digits;
			length -= digits;
		}
	}
	return true;
}

bool function_resolve(const char *functions, const char *name, char *resolved)
{
	size_t length = strlen(name);
	const char *found = NULL;
	size_t found_length = 0;

	for (const char *at = functions; (at = strstr(at, name)); at += length) {
		size_t whole = strcspn(at, " \n");

		if (at > functions && at[-1] != '\n')
			continue;
		if (whole == length) {
			found = at;
			found_length = whole;
			break;
		}
		if (!found && whole < MAX_FUNCTION_NAME &&
		    is_clone_suffix(at + length, whole - length)) {
			found = at;
			found_length = whole;
		}
	}
	if (!found || found_length >= MAX_FUNCTION_NAME)
		return false;
	memcpy(resolved, found, found_length);
	resolved[found_length] = '\0';
	return true;
}

struct function {
	uint64_t address;
	const char *name;
};

struct kernel_text {
	char *names;
	struct function *functions;
	size_t count;
};

static int by_address(const void *left, const void *right)
{
	const struct function *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

/* By hand: 200000 lines through sscanf() take seconds in an emulated guest. */
static bool take_line(char *line, struct function *function)
{
	char *end;

	function->address = strtoull(line, &end, 16);
	if (end[0] != ' ' || !strchr("tTwW", end[1]) || end[2] != ' ')
		return false;
	function->name = end + 3;
	end += 3;
	end[strcspn(end, " \t\n")] = '\0';
	return function->address && *function->name;
}

struct kernel_text *kernel_text_read(FILE *kallsyms)
{
	struct kernel_text *text = calloc(1, sizeof(*text));
	char *next, *line;
	size_t room = 0;

	if (!text)
		return NULL;
	text->names = whole_text_read(kallsyms);
	next = text->names;
	while (next && *next) {
		line = next;
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (text->count == room) {
			struct function *larger;

			room = room ? room * 2 : 1 << 16;
			larger = reallocarray(text->functions, room, sizeof(*larger));
			if (!larger) {
				kernel_text_free(text);
				return NULL;
			}
			text->functions = larger;
		}
		if (take_line(line, &text->functions[text->count]))
			text->count++;
	}
	if (!text->count) {
		kernel_text_free(text);
		return NULL;
	}
	qsort(text->functions, text->count, sizeof(*text->functions), by_address);
	return text;
}

const char *kernel_text_name(const struct kernel_text *text, uint64_t address)
{
	size_t low = 0, high = text ? text->count : 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (text->functions[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* Nothing but user addresses lies below the first. */
	return low ? text->functions[low - 1].name : NULL;
}

uint64_t kernel_text_address(const struct kernel_text *text, const char *name)
{
	uint64_t address = 0;

	for (size_t i = 0; text && i < text->count; i++) {
		if (strcmp(text->functions[i].name, name))
			continue;
		if (address)
			return 0;
		address = text->functions[i].address;
	}
	return address;
}

void kernel_text_free(struct kernel_text *text)
{
	if (!text)
		return;
	free(text->names);
	free(text->functions);
	free(text);
}
