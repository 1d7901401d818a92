/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling the result, as a table and as JSON (README.md describes its keys). */
#ifndef STORM_REPORT_H
#define STORM_REPORT_H

#include <json-c/json.h>
#include <stdio.h>

#include "environment.h"
#include "measure.h"
#include "options.h"

struct report {
	const struct options *o;
	const struct environment *environment;
	const struct lock_counter *locks;
	unsigned int cpus; /* allowed to this process */
	const struct measurement *measurements;
	unsigned int count;
};

/* report_table - print the result for a reader */
void report_table(const struct report *r, FILE *out);

/**
 * report_json - the result as a JSON object
 *
 * Return: a new object, released with json_object_put().
 */
struct json_object *report_json(const struct report *r);

#endif
