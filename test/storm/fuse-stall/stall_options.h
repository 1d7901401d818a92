/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of fuse-stall. */
#ifndef FUSE_STALL_OPTIONS_H
#define FUSE_STALL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum stall_request {
	STALL_MEASURE,
	STALL_SERVE, /* only the server, until it is unmounted or told to end */
	STALL_HELP,
};

enum server_kind {
	SERVER_OWN,
	SERVER_BINDFS,
	SERVER_FUSE_OVERLAYFS,
};

struct stall_options {
	enum stall_request request;
	const char *base;  /* directory for the server's files and the local reference */
	const char *serve; /* mount point of --serve */
	const char
		*local_in; /* directory of the local reference, NULL: beside the server's files */
	const char *competing;	 /* directory of the competing writer, NULL: none */
	const char *after_mount; /* shell command, NULL: none */
	const char *json;	 /* NULL: none, "-": standard output */
	enum server_kind server;
	unsigned int mb;      /* size of the mapping, MiB */
	unsigned int threads; /* of the server */
	double delay;	      /* of each write request in the server, seconds */
	double warm_up;	      /* the competing writer's head start, seconds */
	double limit;	      /* longest time to dirty the mapping, seconds */
	bool writeback_cache;
	bool trace;
	bool local; /* measure the local reference, too */
};

/**
 * stall_options_parse - read the command line
 * @o: set to the defaults, then to what the command line says
 *
 * Return: SUCCESS, or BAD_INPUT after one line of complaint.
 */
int stall_options_parse(int argc, char **argv, struct stall_options *o);

/* stall_options_help - print what --help prints */
void stall_options_help(FILE *out);

/* server_name - the name of a server as --server takes it */
const char *server_name(enum server_kind kind);

#endif
