/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line and the environment of fuse-floor. */
#ifndef FUSE_FLOOR_FLOOR_OPTIONS_H
#define FUSE_FLOOR_FLOOR_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "shares.h"

enum floor_request {
	FLOOR_STATUS,
	FLOOR_APPLY,
	FLOOR_ADD,
	FLOOR_REMOVE,
	FLOOR_UNDO_ALL,
	FLOOR_HELP,
};

struct floor_options {
	enum floor_request request;
	const char *bdi;	    /* of --add and --remove */
	const char *state;	    /* directory */
	struct share_limits limits; /* without the unit, which the kernel gives */
	bool json;
};

/**
 * floor_options_parse - read the environment, then the command line
 *
 * FUSE_FLOOR_MOUNT, FUSE_FLOOR_USER, FUSE_FLOOR_USERS and FUSE_FLOOR_TOTAL are the defaults of the
 * options of the same names, so that the udev rule and the unit share one file.
 *
 * Return: SUCCESS, or BAD_INPUT after one line of complaint.
 */
int floor_options_parse(int argc, char **argv, struct floor_options *o);

/* floor_options_help - print what --help prints */
void floor_options_help(FILE *out);

#endif
