// SPDX-License-Identifier: GPL-2.0-only
#include "initramfs.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modules.h"
#include "storm.h"
#include "text.h"
#include "unpack.h"

/* Length of a header of the "newc" format, and where its numbers of 8 digits are. */
#define HEADER	  110
#define FILE_SIZE 54
#define NAME_SIZE 94

#define MAX_NAME   4096
#define MAX_MODULE (64 << 20)

/* Releases of distributions, by how they name the file. */
static const char *const places[] = {
	"/boot/initrd.img-%s", "/boot/initramfs-%s.img", "/boot/initrd-%s",
	"/boot/initramfs-%s",  "/lib/modules/%s/initrd",
};

struct archive {
	FILE *file;
	uint64_t position; /* bytes taken */
};

static bool take(struct archive *a, void *bytes, size_t count)
{
	if (fread(bytes, 1, count, a->file) != count)
		return false;
	a->position += count;
	return true;
}

static bool skip(struct archive *a, uint64_t count)
{
	char bytes[16384];

	while (count) {
		size_t some = count < sizeof(bytes) ? count : sizeof(bytes);

		if (!take(a, bytes, some))
			return false;
		count -= some;
	}
	return true;
}

static bool skip_padding(struct archive *a)
{
	return skip(a, -a->position & 3);
}

static uint32_t number(const char *header, size_t where)
{
	char digits[9] = "";

	memcpy(digits, header + where, 8);
	return strtoul(digits, NULL, 16);
}

/* The name of the module that a file of the archive would be, or NULL. */
static const char *wanted(const char *path, const char *const names[])
{
	for (size_t i = 0; names[i]; i++) {
		if (modules_dep_find(path, names[i]))
			return names[i];
	}
	return NULL;
}

static bool take_module(struct initramfs *image, struct archive *a, const char *name, uint32_t size)
{
	unsigned char *bytes = need_memory(size + 1, 1);
	struct module_file *f;

	if (!take(a, bytes, size))
		return false;
	image->modules = array_room(image->modules, image->count, sizeof(*image->modules));
	f = &image->modules[image->count++];
	module_file_parse(f, bytes, size);
	f->path = text_format("%s", name);
	return true;
}

/* One file of the archive. False at its end, with *whole set, and on damage. */
static bool take_entry(struct initramfs *image, struct archive *a, const char *const names[],
		       bool *whole)
{
	char header[HEADER], name[MAX_NAME];
	uint32_t size, name_size;

	if (!take(a, header, sizeof(header)) ||
	    (memcmp(header, "070701", 6) != 0 && memcmp(header, "070702", 6) != 0))
		return false;
	size = number(header, FILE_SIZE);
	name_size = number(header, NAME_SIZE);
	if (!name_size || name_size > sizeof(name) || !take(a, name, name_size))
		return false;
	name[name_size - 1] = '\0';
	if (!strcmp(name, "TRAILER!!!")) {
		*whole = true;
		return false;
	}
	if (!skip_padding(a))
		return false;
	/* Links have no content. */
	if (size && size <= MAX_MODULE && wanted(name, names)) {
		if (!take_module(image, a, name, size))
			return false;
	} else if (!skip(a, size)) {
		return false;
	}
	return skip_padding(a);
}

static bool take_archive(struct initramfs *image, struct archive *a, const char *const names[])
{
	bool whole = false;

	while (take_entry(image, a, names, &whole))
		;
	return whole;
}

/* To the first byte that is no padding; its archive starts there. False at the end. */
static bool next_archive(FILE *file, unsigned char start[6])
{
	int c;

	while ((c = getc(file)) == 0)
		;
	if (c == EOF)
		return false;
	ungetc(c, file);
	memset(start, 0, 6);
	if (fread(start, 1, 6, file) == 0 || fseek(file, -6, SEEK_CUR))
		return false;
	return true;
}

/* The rest of the file is one compressed stream, whose end only the compressor knows. */
static void read_packed(struct initramfs *image, FILE *file, const char *program,
			const char *const names[])
{
	struct archive a = { .position = 0 };
	unsigned char start[6];
	bool whole = false;
	struct child c;
	int fd = fileno(file), status, next;

	if (lseek(fd, ftell(file), SEEK_SET) < 0 || unpack_start(&c, fd, program)) {
		image->why_not = text_format("cannot run %s", program);
		return;
	}
	a.file = c.output;
	do {
		a.position = 0;
		whole = take_archive(image, &a, names);
		while ((next = getc(c.output)) == 0)
			;
		ungetc(next, c.output);
	} while (whole && next == '0');
	while (fread(start, 1, sizeof(start), c.output) > 0)
		;
	status = child_end(&c);
	if (status == 127)
		image->why_not = text_format("compressed with %s, which is not installed", program);
	else if (!whole)
		image->why_not = text_format("%s unpacks no whole cpio archive", program);
}

static void read_file(struct initramfs *image, FILE *file, const char *const names[])
{
	struct archive a = { .file = file };
	unsigned char start[6];
	const char *program;

	while (!image->why_not && next_archive(file, start)) {
		program = unpack_program(start, sizeof(start));
		if (program) {
			read_packed(image, file, program, names);
			return;
		}
		a.position = 0;
		if (!take_archive(image, &a, names))
			image->why_not = text_format("no cpio archive at byte %ld", ftell(file));
	}
}

void initramfs_read(struct initramfs *image, const char *kernel, const char *const names[])
{
	FILE *file;

	*image = (struct initramfs){ .path = NULL };
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !image->path; i++) {
		const char *end = strstr(places[i], "%s");
		char *path =
			text_format("%.*s%s%s", (int)(end - places[i]), places[i], kernel, end + 2);

		if (!access(at("%s", path), F_OK))
			image->path = path;
	}
	if (!image->path)
		return;
	file = fopen(at("%s", image->path), "re");
	if (!file) {
		image->why_not = text_format("%s", strerror(errno));
		return;
	}
	read_file(image, file, names);
	fclose(file);
}
