/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A directory with one guest's measurement: phases.jsonl, kallsyms.*, percpu (from the guest)
 * and records (from the plugin).
 */
#ifndef CONTENTION_MEASUREMENT_H
#define CONTENTION_MEASUREMENT_H

#include <stddef.h>

#include "join.h"
#include "records.h"
#include "symbols.h"

struct measurement {
	const char *dir;
	struct json_object *journal; /* array of phases */
	struct record *records;
	size_t n_records;
	struct {
		char *name;
		struct symbols symbols;
	} * tables; /* read when first asked for */
	size_t n_tables;
};

/* Read journal and records in DIR. Return 0, or -1 after a message on stderr. */
int measurement_open(struct measurement *m, const char *dir);

void measurement_close(struct measurement *m);

/* How join_phases() gets at the records and symbols of M. */
struct join_source measurement_source(struct measurement *m);

#endif
