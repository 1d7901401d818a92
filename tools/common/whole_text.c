// SPDX-License-Identifier: GPL-2.0-only
#include "whole_text.h"

#include <errno.h>
#include <stdlib.h>

char *whole_text_read(FILE *file)
{
	size_t size = 0, room = 1 << 16;
	char *text = malloc(room), *larger;

	while (text) {
		size += fread(text + size, 1, room - size - 1, file);
		if (size < room - 1)
			break;
		larger = realloc(text, room *= 2);
		if (!larger)
			free(text);
		text = larger;
	}
	if (text && ferror(file)) {
		free(text);
		errno = EIO;
		return NULL;
	}
	if (text)
		text[size] = '\0';
	return text;
}

char *whole_text_of(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;

	if (!file)
		return NULL;
	text = whole_text_read(file);
	fclose(file);
	return text;
}
