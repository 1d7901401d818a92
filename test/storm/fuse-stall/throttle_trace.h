/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's dirty throttling (balance_dirty_pages) did to one task on one bdi. */
#ifndef FUSE_STALL_THROTTLE_TRACE_H
#define FUSE_STALL_THROTTLE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace_instance.h"

struct throttle_event {
	uint64_t time;		 /* CLOCK_MONOTONIC, ns */
	int64_t pause;		 /* ms it is about to sleep; 0 or less: it goes on */
	uint64_t setpoint;	 /* pages the bdi may have dirty, and aim at */
	uint64_t dirty;		 /* pages the bdi has dirty */
	uint64_t task_ratelimit; /* KiB/s */
	uint64_t dirtied;	 /* pages this task dirtied since it was last here */
};

struct throttle_trace {
	struct trace_instance instance;
	bool tracing;	   /* it recorded; false: see why_not */
	char why_not[128]; /* why there is nothing */
	const char *bdi;
	struct throttle_event *events;
	size_t count;
	size_t room;
	uint64_t lost;
};

/**
 * throttle_trace_start - begin to record this task
 * @t: filled in; when it cannot trace, tracing is false and why_not says why
 * @bdi: name of the bdi, must stay valid; events of others are left out
 *
 * Return: true when it records.
 */
bool throttle_trace_start(struct throttle_trace *t, const char *bdi);

/* throttle_trace_stop - read what was recorded, and remove the instance */
void throttle_trace_stop(struct throttle_trace *t);

void throttle_trace_free(struct throttle_trace *t);

/**
 * throttle_event_read - take the fields out of a record, by the names that this kernel gives them
 *
 * Return: true, or false when a field is missing.
 */
bool throttle_event_read(struct tep_event *event, struct tep_record *record,
			 struct throttle_event *result);

#endif
