/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WRITE_LAT_REPORT_H
#define WRITE_LAT_REPORT_H

#include <stdio.h>

#include "options.h"
#include "overhead.h"
#include "summary.h"
#include "tracer.h"

struct json_object;

/* All that a result is made of. */
struct result {
	const struct options *options;
	const struct summary *summary;
	const struct stacks *stacks;
	const struct tracer_notes *notes;
	const struct call_counts *counts;
	const struct overhead *overhead;
	struct tracer_losses losses;
	double seconds;	 /* traced */
	double tool_cpu; /* seconds of CPU that write-lat itself took meanwhile */
};

/**
 * report_text - the result for people
 */
void report_text(const struct result *r, FILE *out);

/**
 * report_json - the result for programs, as write-lat(8) describes it; NULL without memory
 */
struct json_object *report_json(const struct result *r);

/**
 * report_causes - the causes that are told apart, with advice
 */
void report_causes(FILE *out);

#endif
