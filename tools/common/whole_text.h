/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts of unknown size, as /proc and tracefs have them. */
#ifndef COMMON_WHOLE_TEXT_H
#define COMMON_WHOLE_TEXT_H

#include <stdio.h>

/**
 * whole_text_read - what is left to read of @file
 *
 * Return: the text, released with free(), or NULL with errno set.
 */
char *whole_text_read(FILE *file);

/**
 * whole_text_of - the text of the file at @path
 *
 * Return: the text, released with free(), or NULL with errno set.
 */
char *whole_text_of(const char *path);

#endif
