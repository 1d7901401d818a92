/* SPDX-License-Identifier: GPL-2.0-only */
/* Other programs, run without a shell. */
#ifndef COMMON_CHILD_H
#define COMMON_CHILD_H

#include <stdio.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	FILE *output; /* its standard output, to be read */
};

/**
 * child_start - run a program whose output is read while it runs
 * @argv: program, found by PATH, and arguments; ends with NULL
 * @input: its standard input, or -1 for none
 *
 * Its complaints are thrown away.
 *
 * Return: 0, or a negative errno value.
 */
int child_start(struct child *c, char *const argv[], int input);

/**
 * child_end - stop reading and wait for it
 *
 * A program that was not read to its end gets SIGPIPE.
 *
 * Return: its exit status, 127 when it could not be run, 128 + number when a signal ended it.
 */
int child_end(struct child *c);

/**
 * child_text - run a program and take all it prints on standard output and error
 * @status: set as child_end() returns it
 *
 * Return: its output, at most 64 KiB; "" when it could not be run.
 */
char *child_text(char *const argv[], int *status);

#endif
