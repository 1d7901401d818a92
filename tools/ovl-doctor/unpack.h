/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads files and parts of files that may be compressed, through the compressors' own programs. */
#ifndef DOCTOR_UNPACK_H
#define DOCTOR_UNPACK_H

#include <stddef.h>

#include "child.h"

/**
 * unpack_program - the program that unpacks what begins with these bytes
 * @start: the first bytes
 * @count: how many, 6 are enough
 *
 * Return: gzip, xz, zstd, bzip2, lzma, lz4, lzop, or NULL when it is not compressed.
 */
const char *unpack_program(const unsigned char *start, size_t count);

/**
 * unpack_start - begin to read a file from a place where compressed data start
 * @fd: open file, positioned there
 * @program: from unpack_program()
 *
 * Return: 0 and @c to read from, or a negative errno value.
 */
int unpack_start(struct child *c, int fd, const char *program);

/**
 * unpack_memory - unpack what lies in memory
 * @packed: bytes that begin as unpack_program() knows them; others are returned as they are
 * @size: their number, set to the number of those returned
 * @why_not: set to the reason when it fails
 *
 * Return: the bytes, or NULL.
 */
unsigned char *unpack_memory(unsigned char *packed, size_t *size, char **why_not);

#endif
