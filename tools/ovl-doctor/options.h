/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of ovl-doctor. */
#ifndef DOCTOR_OPTIONS_H
#define DOCTOR_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum request { REQUEST_EXAMINE, REQUEST_PLAN, REQUEST_HELP };

/* Exit codes; what storm.h calls FAILED is EXIT_TROUBLE here. */
enum exit_code {
	EXIT_NOTHING_TO_DO = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_TROUBLE = 3,
};

struct options {
	enum request request;
	int module; /* OVERLAY or FUSE, for plan */
	const char *root;
	const char *prometheus; /* file, or NULL */
	const char *kernel_source;
	bool json;
	bool probe;
	bool initramfs;
	enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour;
};

/**
 * options_parse - read the command line
 *
 * Return: SUCCESS, or BAD_INPUT after one line of complaint.
 */
int options_parse(int argc, char **argv, struct options *o);

void options_help(FILE *out);

#endif
