/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what the guest says it did and what the plugin saw to one result per operation.
 */
#ifndef CONTENTION_JOIN_H
#define CONTENTION_JOIN_H

#include <stddef.h>

struct json_object;
struct symbols;
struct record;

/*
 * What to look up a phase's record and its guest's symbols with. Each returns NULL when there is
 * none.
 */
struct join_source {
	const struct record *(*record)(void *data, long phase);
	const struct symbols *(*symbols)(void *data, const char *name);
	void *data;
};

/*
 * Join the journal JOURNAL (an array of the workload's phases) with the records and append the
 * results to array RESULTS: one object per overlay phase, together with the raw phase of the
 * same setting before it; see README.md for its members. Phases of the self-test are skipped.
 *
 * Return 0, or -1 with one line in WHY that says which phase can not be trusted.
 */
int join_phases(struct json_object *journal, const struct join_source *source,
		struct json_object *results, char *why, size_t size);

/*
 * Is RECORD a complete and valid measurement of what PHASE describes? Return 0, or -1 with one
 * line in WHY.
 */
int join_check(struct json_object *phase, const struct record *record, char *why, size_t size);

/* Number of lines in RECORD that count. */
unsigned int join_count(const struct record *record);

/*
 * Number of lines in ABOVE that count and have no counterpart in BELOW: neither the same line, nor
 * one that two of the same functions access (one, if there is no other). For the counterpart it is
 * enough to be recorded, so a line that is a little above the limit on one side and a little below
 * it on the other is not taken for new.
 */
unsigned int join_count_new(const struct record *above, const struct record *below,
			    const struct symbols *symbols);

#endif
