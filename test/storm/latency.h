/* SPDX-License-Identifier: GPL-2.0-only */
/* How long single operations took: a histogram of constant relative error. */
#ifndef STORM_LATENCY_H
#define STORM_LATENCY_H

#include <stdint.h>

/*
 * Each power of two of nanoseconds is cut into LATENCY_STEPS buckets, so that a bucket is at most
 * 1/LATENCY_STEPS of its value wide: 3 %, whether an operation takes 200 ns or 2 s.
 */
#define LATENCY_STEP_BITS 5
#define LATENCY_STEPS	  (1U << LATENCY_STEP_BITS)
#define LATENCY_POWERS	  40 /* up to 2^40 ns, 18 minutes; longer counts as that */
#define LATENCY_BUCKETS	  ((LATENCY_POWERS - LATENCY_STEP_BITS + 1) * LATENCY_STEPS)

struct latency {
	uint64_t count;
	uint64_t max; /* nanoseconds, exact */
	uint32_t buckets[LATENCY_BUCKETS];
};

/* latency_add - one operation took @ns nanoseconds */
void latency_add(struct latency *l, uint64_t ns);

/* latency_merge - add all of @from to @to */
void latency_merge(struct latency *to, const struct latency *from);

/**
 * latency_percentile - the time that @percent of all operations did not exceed
 * @percent: above 0, up to 100
 *
 * Return: nanoseconds, rounded up to the end of a bucket but never above the longest; 0 when
 * nothing was added.
 */
uint64_t latency_percentile(const struct latency *l, double percent);

#endif
