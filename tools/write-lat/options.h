/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WRITE_LAT_OPTIONS_H
#define WRITE_LAT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "targets.h"

enum request {
	REQUEST_TRACE,
	REQUEST_CLEANUP,
	REQUEST_CAUSES,
	REQUEST_HELP,
};

struct options {
	enum request request;
	struct target target;
	char **command;	     /* after --, NULL-terminated */
	uint64_t threshold;  /* ns */
	double seconds;	     /* 0: until interrupted or the target ends */
	unsigned int worst;  /* calls told one by one */
	unsigned int buffer; /* KiB per CPU and buffer */
	const char *json;    /* file, "-", or NULL */
	bool stacks;	     /* in the text, of every segment */
};

/**
 * options_parse - read the command line
 *
 * Return: EXIT_DONE, or EXIT_BAD_INPUT with a message on standard error.
 */
int options_parse(int argc, char **argv, struct options *o);

void options_help(FILE *out);

#endif
