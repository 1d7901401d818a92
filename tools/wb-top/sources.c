// SPDX-License-Identifier: GPL-2.0-only
#include "sources.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sources_root = "";

bool source_read(char *text, size_t size, const char *format, ...)
{
	char path[512];
	size_t used, got;
	va_list args;
	FILE *file;

	text[0] = '\0';
	used = snprintf(path, sizeof(path), "%s", sources_root);
	if (used >= sizeof(path))
		return false;
	va_start(args, format);
	vsnprintf(path + used, sizeof(path) - used, format, args);
	va_end(args);
	file = fopen(path, "re");
	if (!file)
		return false;
	got = fread(text, 1, size - 1, file);
	text[got] = '\0';
	fclose(file);
	return got > 0;
}

bool source_value(const char *text, const char *name, unsigned long long *value)
{
	size_t length = strlen(name);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) != 0 ||
		    (line[length] != ' ' && line[length] != '\t'))
			continue;
		return sscanf(line + length, "%llu", value) == 1;
	}
	return false;
}
