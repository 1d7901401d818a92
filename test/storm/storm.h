/* SPDX-License-Identifier: GPL-2.0-only */
/* What all parts of ovl-storm share: its exit codes, its messages, the wish to stop. */
#ifndef STORM_STORM_H
#define STORM_STORM_H

#include <stddef.h>

#include "stop_signals.h"

/* Functions that can fail for good return one of these; it is also the exit code. */
enum outcome {
	SUCCESS = 0,
	FAILED = 1,    /* something went wrong at run time */
	BAD_INPUT = 2, /* the caller asked for something impossible */
};

/**
 * complain - print one line "<program>: ..." on standard error
 *
 * Return: @outcome, so that a caller can write "return complain(FAILED, ...)".
 */
int complain(int outcome, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * need_memory - calloc() that ends the program when there is no memory
 *
 * Return: zeroed memory for @count objects of @size bytes, never NULL.
 */
void *need_memory(size_t count, size_t size);

#endif
