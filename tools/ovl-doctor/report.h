/* SPDX-License-Identifier: GPL-2.0-only */
/* The facts and findings, told to people, programs and node_exporter. */
#ifndef DOCTOR_REPORT_H
#define DOCTOR_REPORT_H

#include <json-c/json.h>
#include <stdio.h>

#include "facts.h"

/* report_text - for people; @colours for a terminal */
void report_text(const struct facts *facts, const struct findings *findings, bool colours,
		 FILE *out);

/* report_json - as ovl-doctor(8) describes it; the caller has the reference */
struct json_object *report_json(const struct facts *facts, const struct findings *findings);

/**
 * report_prometheus - write a text file for node_exporter's collector
 * @path: replaced as a whole, so that no scrape sees half of it
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int report_prometheus(const struct facts *facts, const struct findings *findings, const char *path);

/* filesystem_json - one of the filesystems, as in report_json() */
struct json_object *filesystem_json(const struct filesystem *fs);

#endif
