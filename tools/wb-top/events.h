/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's writeback events, from a private trace instance. */
#ifndef WB_TOP_EVENTS_H
#define WB_TOP_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "throttled.h"
#include "trace_instance.h"

struct events {
	struct trace_instance instance;
	bool tracing;
	char why_not[128]; /* when not tracing: the reason, in one line */
	uint64_t lost;	   /* events that did not fit, since the start */
};

/**
 * events_open - begin to record
 *
 * Return: true; false with @e->why_not set, and events_read() does nothing then.
 */
bool events_open(struct events *e);

/**
 * events_read - take what was recorded since the last time into account
 *
 * Return: true, or false with @e->why_not set when the trace can no longer be read.
 */
bool events_read(struct events *e, struct throttled *t);

/* events_close - remove the trace instance; safe to repeat */
void events_close(struct events *e);

/**
 * throttle_from_record - take the fields of a balance_dirty_pages record by the names of this
 * kernel
 *
 * Return: true, or false when one is missing.
 */
bool throttle_from_record(struct tep_event *event, struct tep_record *record, struct throttle *e);

#endif
