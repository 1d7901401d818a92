// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storm.h"

const char *machine_root = "";

static char *format_or_die(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		exit(complain(FAILED, "out of memory"));
	return text;
}

char *text_format(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = format_or_die(format, args);
	va_end(args);
	return text;
}

char *text_copy(const char *text, size_t length)
{
	char *copy = need_memory(length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *at(const char *format, ...)
{
	va_list args;
	char *path;

	va_start(args, format);
	path = format_or_die(format, args);
	va_end(args);
	return *machine_root ? text_format("%s%s", machine_root, path) : path;
}

/* Files of /proc and /sys say that they are empty, so their length shows at the end only. */
char *text_read(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t room = 4096, used = 0;
	char *text;
	ssize_t got;

	if (fd < 0)
		return NULL;
	text = need_memory(room + 1, 1);
	while ((got = read(fd, text + used, room - used)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		used += got;
		if (used < room)
			continue;
		room *= 2;
		text = realloc(text, room + 1);
		if (!text)
			exit(complain(FAILED, "out of memory (%s)", path));
	}
	close(fd);
	if (got < 0) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	if (size)
		*size = used;
	return text;
}

char *text_line(const char *path)
{
	char *text = text_read(path, NULL);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

char *text_next_line(char **rest)
{
	char *line = *rest, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	*rest = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return line;
}

char *text_hex(const unsigned char *bytes, size_t count)
{
	char *text = need_memory(2 * count + 1, 1);

	for (size_t i = 0; i < count; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	return text;
}

bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);

	return length >= end && strcmp(text + length - end, suffix) == 0;
}

bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

const char *or_else(const char *text, const char *instead)
{
	return text ? text : instead;
}

/* Doubles whenever the count is a power of two. */
void *array_room(void *array, size_t count, size_t size)
{
	if ((count & (count - 1)) == 0) {
		array = realloc(array, (count ? 2 * count : 1) * size);
		if (!array)
			exit(complain(FAILED, "out of memory (%zu elements)", count));
	}
	memset((char *)array + count * size, 0, size);
	return array;
}

char *follow(char *path)
{
	char target[4096];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	char *slash;

	if (length < 0)
		return path;
	target[length] = '\0';
	if (target[0] == '/')
		return at("%s", target);
	slash = strrchr(path, '/');
	return text_format("%.*s/%s", slash ? (int)(slash - path) : 1, slash ? path : ".", target);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

char **names_in(const char *path, size_t *count)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char **names = NULL;

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		names = array_room(names, *count, sizeof(*names));
		names[(*count)++] = text_format("%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (names)
		qsort(names, *count, sizeof(*names), by_name);
	return names;
}
