/* SPDX-License-Identifier: GPL-2.0-only */
/* What all calls together say: how many were slow, of which cause, and the worst. */
#ifndef WRITE_LAT_SUMMARY_H
#define WRITE_LAT_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "calls.h"

/* Powers of two of microseconds: bucket n holds calls from 2^n up to below 2^(n+1). */
#define BUCKET_COUNT 36
#define MAX_WORST    1000

struct cause_summary {
	uint64_t slow_calls;		/* whose longest wait was this */
	uint64_t time;			/* ns in this cause, of all slow calls */
	uint64_t longest;		/* ns, of its slow calls */
	uint64_t buckets[BUCKET_COUNT]; /* its slow calls by their duration */
};

struct summary {
	uint64_t threshold; /* ns: longer is slow */
	uint64_t calls;	    /* all that were looked at */
	uint64_t slow;
	uint64_t time;	    /* ns, of all calls */
	uint64_t slow_time; /* ns, of the slow ones */
	uint64_t cpu_time;  /* ns that all calls were not seen to wait */
	struct cause_summary causes[CAUSES];
	struct call *worst; /* the longest first, their files owned */
	unsigned int worst_count, worst_room;
};

/**
 * summary_init - slow is above @threshold ns; the @worst longest calls are kept
 *
 * Return: false without memory.
 */
bool summary_init(struct summary *s, uint64_t threshold, unsigned int worst);

/**
 * summary_add - count one call; takes @call->file over when the call is among the worst
 */
void summary_add(struct summary *s, struct call *call);

/**
 * summary_bucket - the bucket of a duration in ns
 */
unsigned int summary_bucket(uint64_t duration);

void summary_free(struct summary *s);

#endif
