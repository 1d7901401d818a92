// SPDX-License-Identifier: GPL-2.0-only
#include "pauses.h"

/* Did the kernel put the task to sleep during this touch? Moves *@next on to the next touch. */
static bool throttled(const struct touch *touch, const struct throttle_trace *t, size_t *next)
{
	bool slept = false;

	while (*next < t->count && t->events[*next].time < touch->start + touch->length) {
		if (t->events[*next].time >= touch->start && t->events[*next].pause > 0)
			slept = true;
		(*next)++;
	}
	return slept;
}

struct pauses pauses_find(const struct dirtying *d, const struct throttle_trace *t)
{
	struct pauses p = { .count = 0 };
	size_t next = 0;

	for (size_t i = 0; i < d->done; i++) {
		bool slept = throttled(&d->touches[i], t, &next) || !t->tracing;
		double seconds = (double)d->touches[i].length * 1e-9;

		if (d->touches[i].length <= LONG_TOUCH_NS)
			continue;
		if (!slept) {
			p.others++;
			continue;
		}
		if (seconds > p.longest)
			p.longest = seconds;
		if (p.count && seconds > p.longest_of_rest)
			p.longest_of_rest = seconds;
		p.count++;
	}
	p.pages_per_pause = (double)d->done / (double)(p.count ? p.count : 1);
	return p;
}
