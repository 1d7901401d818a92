// SPDX-License-Identifier: GPL-2.0-only
#include "unpack.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storm.h"
#include "text.h"

/* No kernel module is larger, and no damaged archive may eat all memory. */
#define MAX_UNPACKED (256 << 20)

static const struct {
	const char *program, *start;
	size_t length;
} kinds[] = {
	{ "gzip", "\037\213", 2 },	   { "xz", "\3757zXZ\0", 6 },
	{ "zstd", "\050\265\057\375", 4 }, { "bzip2", "BZh", 3 },
	{ "lz4", "\002\041\114\030", 4 },  { "lz4", "\004\042\115\030", 4 },
	{ "lzop", "\211LZO", 4 },	   { "lzma", "\135\0\0", 3 },
};

const char *unpack_program(const unsigned char *start, size_t count)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (count >= kinds[i].length && !memcmp(start, kinds[i].start, kinds[i].length))
			return kinds[i].program;
	}
	return NULL;
}

int unpack_start(struct child *c, int fd, const char *program)
{
	char *argv[] = { (char *)program, "-dc", NULL };

	/* xz knows lzma as well, and is on more machines. */
	if (!strcmp(program, "lzma"))
		argv[0] = "xz";
	return child_start(c, argv, fd);
}

static unsigned char *read_all(FILE *file, size_t *size)
{
	size_t room = 1 << 20, used = 0, got;
	unsigned char *bytes = need_memory(room, 1);

	while ((got = fread(bytes + used, 1, room - used, file)) > 0) {
		used += got;
		if (used < room)
			continue;
		if (room >= MAX_UNPACKED)
			break;
		room *= 2;
		bytes = realloc(bytes, room);
		if (!bytes)
			exit(complain(FAILED, "out of memory (%zu bytes)", room));
	}
	*size = used;
	return bytes;
}

unsigned char *unpack_memory(unsigned char *packed, size_t *size, char **why_not)
{
	const char *program = unpack_program(packed, *size);
	unsigned char *bytes;
	struct child c;
	FILE *file;
	int status;

	if (!program)
		return packed;
	file = tmpfile();
	if (!file || fwrite(packed, 1, *size, file) != *size || fflush(file)) {
		*why_not = text_format("no temporary file: %s", strerror(errno));
		if (file)
			fclose(file);
		return NULL;
	}
	rewind(file);
	lseek(fileno(file), 0, SEEK_SET);
	if (unpack_start(&c, fileno(file), program)) {
		fclose(file);
		*why_not = text_format("cannot run %s", program);
		return NULL;
	}
	bytes = read_all(c.output, size);
	status = child_end(&c);
	fclose(file);
	if (!status)
		return bytes;
	*why_not = status == 127
			   ? text_format("compressed with %s, which is not installed", program)
			   : text_format("%s says that it is damaged", program);
	free(bytes);
	return NULL;
}
