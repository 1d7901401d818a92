/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading back what --json wrote. */
#ifndef STORM_RESULT_FILE_H
#define STORM_RESULT_FILE_H

#include <json-c/json.h>
#include <stdbool.h>

#include "statistics.h"

#define MAX_ROWS 512

struct row_side {
	struct summary rate; /* operations per second */
	double latency[5];   /* microseconds: p50, p90, p99, p99.9, longest */
	bool timed;	     /* latency[] is there */
	double locks_per_op; /* negative: not counted */
};

/* One measurement of a result file. */
struct row {
	const char *op;
	unsigned int tasks;
	char setting[48]; /* what else it was measured with: "shared, 4 layers, cold" */
	struct row_side overlay, raw;
	struct summary share; /* overlay by raw of each sample */
	unsigned int samples;
};

struct result_file {
	const char *path;
	struct json_object *root; /* strings above point into it */
	struct json_object *environment;
	struct row rows[MAX_ROWS];
	unsigned int count;
};

/**
 * result_file_read - read a result
 * @f: filled in; release with result_file_close() also after a failure
 * @path: a file that ovl-storm --json wrote
 *
 * Return: SUCCESS, or BAD_INPUT after one line that says what is wrong with which file.
 */
int result_file_read(struct result_file *f, const char *path);

void result_file_close(struct result_file *f);

/**
 * result_file_text - one value of the environment as text
 * @key: e.g. "kernel"
 *
 * Return: the text, "-" when it is null or not there.
 */
const char *result_file_text(const struct result_file *f, const char *key);

/* result_file_find - the row with the same operation, tasks and setting, or NULL */
const struct row *result_file_find(const struct result_file *f, const struct row *like);

#endif
