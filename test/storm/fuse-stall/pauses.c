// SPDX-License-Identifier: GPL-2.0-only
#include "pauses.h"

/*
 * How long the kernel asked the task to sleep during this touch, in seconds. A touch sleeps more
 * than once where the bdi is at its limit. Moves *@next on to the next touch.
 */
static double asked_sleep(const struct touch *touch, const struct throttle_trace *t, size_t *next)
{
	double sleep = 0;

	while (*next < t->count && t->events[*next].time < touch->start + touch->length) {
		const struct throttle_event *event = &t->events[(*next)++];

		if (event->time >= touch->start && event->pause > 0)
			sleep += (double)event->pause * 1e-3;
	}
	return sleep;
}

static void note_sleep(struct pauses *p, double sleep, bool *slept_before)
{
	if (sleep > p->longest_sleep)
		p->longest_sleep = sleep;
	if (*slept_before && sleep > p->longest_sleep_of_rest)
		p->longest_sleep_of_rest = sleep;
	*slept_before |= sleep > 0;
}

struct pauses pauses_find(const struct dirtying *d, const struct throttle_trace *t)
{
	struct pauses p = { .count = 0 };
	bool slept_before = false;
	size_t next = 0;

	for (size_t i = 0; i < d->done; i++) {
		double sleep = asked_sleep(&d->touches[i], t, &next);
		double seconds = (double)d->touches[i].length * 1e-9;
		bool slept = sleep > 0 || !t->tracing;

		note_sleep(&p, sleep, &slept_before);

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
