/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small texts: made, read, split.
 *
 * What these functions return is never freed: the program gathers its facts once, tells them and
 * ends. Out of memory ends it at once.
 */
#ifndef DOCTOR_TEXT_H
#define DOCTOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The machine's root without a slash at its end: "" for the running one. */
extern const char *machine_root;

/* text_format - like printf, to new memory */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* text_copy - the first @length bytes of @text as a string */
char *text_copy(const char *text, size_t length);

/* at - a path of the machine, which is below machine_root */
char *at(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * text_read - a whole file
 * @path: as at() returns it
 * @size: set to its length in bytes, or NULL
 *
 * Return: its content with a zero after it, or NULL with errno set.
 */
char *text_read(const char *path, size_t *size);

/* text_line - the first line of a file without its end, or NULL */
char *text_line(const char *path);

/**
 * text_next_line - take one line off a text
 * @rest: the text, moved on; NULL at the end
 *
 * Return: the line, with a zero in place of its newline; NULL at the end.
 */
char *text_next_line(char **rest);

/* text_hex - bytes in lower case hexadecimal */
char *text_hex(const unsigned char *bytes, size_t count);

bool starts_with(const char *text, const char *prefix);
bool ends_with(const char *text, const char *suffix);

/* same - two strings that are there and equal */
bool same(const char *a, const char *b);

/* or_else - @text, or @instead where it is NULL */
const char *or_else(const char *text, const char *instead);

/**
 * array_room - room for one more element
 * @array: NULL or what it returned before
 * @count: elements in use
 * @size: bytes of one
 *
 * Return: the array, perhaps moved, with a zeroed element number @count.
 */
void *array_room(void *array, size_t count, size_t size);

/**
 * follow - where a symbolic link of the machine leads
 * @path: as at() returns it; absolute targets are below machine_root again
 *
 * Return: the target, or @path when it is no link.
 */
char *follow(char *path);

/**
 * names_in - the names in a directory, sorted, without those that begin with a dot
 * @path: as at() returns it
 * @count: set to their number
 *
 * Return: the names; none when the directory cannot be read.
 */
char **names_in(const char *path, size_t *count);

#endif
