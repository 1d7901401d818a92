/* SPDX-License-Identifier: GPL-2.0-only */
/* Which touches of a mapping were pauses. */
#ifndef FUSE_STALL_PAUSES_H
#define FUSE_STALL_PAUSES_H

#include <stdbool.h>
#include <stddef.h>

#include "dirty_mapping.h"
#include "throttle_trace.h"

struct pauses {
	size_t count;		      /* touches over 10 ms that slept in dirty throttling */
	size_t others;		      /* touches over 10 ms for another reason; 0 when not traced */
	double longest;		      /* seconds; 0 when none */
	double longest_of_rest;	      /* without the first pause */
	double longest_sleep;	      /* seconds asked of one touch; 0 when not traced */
	double longest_sleep_of_rest; /* without the first touch that slept */
	double pages_per_pause; /* pages dirtied for each pause, all of them when there is none */
};

/**
 * pauses_find - tell pauses from touches that were slow for another reason
 * @d: the touches, in the order of time
 * @t: the events, in the order of time; when it did not trace, each slow touch is a pause
 */
struct pauses pauses_find(const struct dirtying *d, const struct throttle_trace *t);

#endif
