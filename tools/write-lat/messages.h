/* SPDX-License-Identifier: GPL-2.0-only */
/* Exit codes and messages of write-lat. */
#ifndef WRITE_LAT_MESSAGES_H
#define WRITE_LAT_MESSAGES_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,     /* something went wrong at run time */
	EXIT_BAD_INPUT = 2,  /* asked for something impossible */
	EXIT_NO_TRACING = 3, /* not root, no tracefs, or a kernel that forbids it */
};

/**
 * complain - print one line "write-lat: ..." on standard error
 */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
