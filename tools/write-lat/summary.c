// SPDX-License-Identifier: GPL-2.0-only
#include "summary.h"

#include <stdlib.h>
#include <string.h>

bool summary_init(struct summary *s, uint64_t threshold, unsigned int worst)
{
	*s = (struct summary){ .threshold = threshold, .worst_room = worst };
	s->worst = calloc(worst + 1, sizeof(*s->worst));
	return s->worst;
}

unsigned int summary_bucket(uint64_t duration)
{
	uint64_t us = duration / 1000;
	unsigned int bucket = 0;

	while (us > 1 && bucket < BUCKET_COUNT - 1) {
		us >>= 1;
		bucket++;
	}
	return bucket;
}

/* Sorted by insertion: most calls are no longer than the shortest of the worst. */
static void keep_worst(struct summary *s, struct call *call, uint64_t duration)
{
	unsigned int at = s->worst_count;

	while (at && s->worst[at - 1].end - s->worst[at - 1].start < duration)
		at--;
	if (at == s->worst_room)
		return;
	if (s->worst_count == s->worst_room)
		free(s->worst[--s->worst_count].file);
	memmove(&s->worst[at + 1], &s->worst[at], (s->worst_count - at) * sizeof(*s->worst));
	s->worst[at] = *call;
	s->worst_count++;
	call->file = NULL;
}

void summary_add(struct summary *s, struct call *call)
{
	uint64_t duration = call->end - call->start;
	struct cause_summary *c;

	s->calls++;
	s->time += duration;
	s->cpu_time += call->time_of[CAUSE_CPU];
	if (duration <= s->threshold)
		return;
	s->slow++;
	s->slow_time += duration;
	for (int cause = 0; cause < CAUSES; cause++)
		s->causes[cause].time += call->time_of[cause];
	c = &s->causes[call_cause(call)];
	c->slow_calls++;
	c->buckets[summary_bucket(duration)]++;
	if (duration > c->longest)
		c->longest = duration;
	keep_worst(s, call, duration);
}

void summary_free(struct summary *s)
{
	for (unsigned int i = 0; i < s->worst_count; i++)
		free(s->worst[i].file);
	free(s->worst);
	s->worst = NULL;
	s->worst_count = 0;
}
