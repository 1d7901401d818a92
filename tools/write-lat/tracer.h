/* SPDX-License-Identifier: GPL-2.0-only */
/* The probes in the kernel, and what they record turned into events. */
#ifndef WRITE_LAT_TRACER_H
#define WRITE_LAT_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "placement.h"

struct tracer;

struct tracer_losses {
	int64_t lost;	/* events that did not fit the buffers */
	int64_t missed; /* probe hits without an event, see trace_session_missed() */
};

/**
 * tracer_open - place all probes, not yet recording
 * @kib_per_cpu: size of each of the two buffers, per CPU
 * @text: where functions are; NULL: the kernel finds them, which takes it longer
 * @stacks: filled while tracing; stays the caller's
 * @why_not: of @size bytes, filled in on failure
 *
 * Needs root. Return: NULL on failure.
 */
struct tracer *tracer_open(unsigned int kib_per_cpu, const struct kernel_text *text,
			   struct stacks *stacks, char *why_not, size_t size);

const struct tracer_notes *tracer_notes(const struct tracer *t);

/**
 * tracer_follow - record these threads, and what they start from now on, too
 * @only_sleeps: calls of all threads are recorded, but only of these where they sleep
 *
 * Return: 0 or -errno.
 */
int tracer_follow(struct tracer *t, const pid_t *tids, size_t count, bool only_sleeps);

/**
 * tracer_start, tracer_stop - events are recorded between the two
 *
 * Return: 0 or -errno.
 */
int tracer_start(struct tracer *t);
int tracer_stop(struct tracer *t);

/**
 * tracer_drain - hand out what was recorded, in order of time
 * @all: the last time, after tracer_stop()
 *
 * Return: 0 or -errno.
 */
int tracer_drain(struct tracer *t, bool all, event_fn *fn, void *context);

void tracer_losses(const struct tracer *t, struct tracer_losses *losses);

/**
 * tracer_close - remove everything from the kernel; NULL is allowed
 *
 * Return: 0, or -errno with a message on standard error.
 */
int tracer_close(struct tracer *t);

#endif
