/* SPDX-License-Identifier: GPL-2.0-only */
/* Where figures come from, as text files of the kernel; tests have a directory of their own. */
#ifndef WB_TOP_SOURCES_H
#define WB_TOP_SOURCES_H

#include <stdbool.h>
#include <stddef.h>

/* Put before each path: "" on a live system. */
extern const char *sources_root;

/**
 * source_read - read a whole file of at most @size - 1 bytes
 * @text: set to its content
 * @format: of its path
 *
 * Return: true, or false when it cannot be read.
 */
bool source_read(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * source_value - the number behind a name in lines such as "nr_dirty 12" or "BdiWriteback:  3 kB"
 * @text: the lines
 * @name: with its colon, when it has one
 * @value: set to the number
 *
 * Return: false when there is no such line.
 */
bool source_value(const char *text, const char *name, unsigned long long *value);

#endif
