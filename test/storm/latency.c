// SPDX-License-Identifier: GPL-2.0-only
#include "latency.h"

#include <math.h>

/* Below LATENCY_STEPS each nanosecond has a bucket; above, the leading bits choose it. */
static unsigned int bucket_of(uint64_t ns)
{
	unsigned int power;

	if (ns < LATENCY_STEPS)
		return ns;
	if (ns >> LATENCY_POWERS)
		return LATENCY_BUCKETS - 1;
	power = 63 - __builtin_clzll(ns);
	return (power - LATENCY_STEP_BITS) * LATENCY_STEPS + (ns >> (power - LATENCY_STEP_BITS));
}

/* The largest value that falls into a bucket. */
static uint64_t bucket_end(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < 2 * LATENCY_STEPS)
		return bucket;
	shift = bucket / LATENCY_STEPS - 1;
	return ((bucket % LATENCY_STEPS + LATENCY_STEPS + 1ULL) << shift) - 1;
}

void latency_add(struct latency *l, uint64_t ns)
{
	l->count++;
	if (ns > l->max)
		l->max = ns;
	l->buckets[bucket_of(ns)]++;
}

void latency_merge(struct latency *to, const struct latency *from)
{
	to->count += from->count;
	if (from->max > to->max)
		to->max = from->max;
	for (unsigned int i = 0; i < LATENCY_BUCKETS; i++)
		to->buckets[i] += from->buckets[i];
}

uint64_t latency_percentile(const struct latency *l, double percent)
{
	uint64_t wanted = ceil(l->count * percent / 100), seen = 0;

	if (wanted < 1)
		wanted = 1;
	for (unsigned int i = 0; i < LATENCY_BUCKETS && l->count; i++) {
		seen += l->buckets[i];
		if (seen >= wanted)
			return bucket_end(i) < l->max ? bucket_end(i) : l->max;
	}
	return l->max;
}
