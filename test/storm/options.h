/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of ovl-storm. */
#ifndef STORM_OPTIONS_H
#define STORM_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "operations.h"

#define MAX_OPERATIONS	32
#define MAX_TASK_COUNTS 16
#define MAX_TASKS	4096
#define MAX_LAYERS	500 /* what overlayfs itself allows */
#define MAX_BATCH	100000
#define MAX_SAMPLES	1000
#define MAX_MOUNTS	256
#define IMAGE_LAYERS	120 /* docker allows 125, with some of its own */

enum request {
	REQUEST_MEASURE,
	REQUEST_SELF_TEST,
	REQUEST_HELP,
	REQUEST_LIST,
};

struct options {
	enum request request;
	const struct operation *ops[MAX_OPERATIONS];
	unsigned int op_count;
	unsigned int tasks[MAX_TASK_COUNTS];
	unsigned int task_counts; /* 0: one run with a task per allowed CPU */
	bool threads;
	bool shared;
	unsigned int layers;
	unsigned int entries; /* per layer in a merged directory */
	const char *base;     /* NULL: private tmpfs */
	const char *path;     /* NULL: make an overlay */
	const char *raw;
	const char *mount_options; /* NULL: none */
	const char *in_container;  /* name of an engine; NULL: outside of containers */
	unsigned int mounts;	   /* overlays over the same layers; tasks take turns */
	bool cold;		   /* forget the host's dentries and inodes before each batch */
	unsigned int samples;
	double seconds;		  /* per sample */
	double warm_up;		  /* seconds */
	unsigned long iterations; /* per sample and task; 0: measure by time */
	unsigned int batch;
	const char *json; /* NULL: none, "-": standard output */
	bool count_locks;
	bool require_locks;
	bool time_operations; /* latency of single operations */
	bool c2c;	      /* cache lines that CPUs take from each other, by perf */
};

/**
 * options_parse - read the command line
 * @argc: as given to main()
 * @argv: as given to main()
 * @o: set to the defaults, then to what the command line says
 *
 * Return: SUCCESS, or BAD_INPUT after one line of complaint.
 */
int options_parse(int argc, char **argv, struct options *o);

/**
 * options_help - print what --help prints
 */
void options_help(FILE *out);

#endif
