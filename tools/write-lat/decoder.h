/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns binary trace records into events, by the kernel's own description of their fields. */
#ifndef WRITE_LAT_DECODER_H
#define WRITE_LAT_DECODER_H

#include <stdint.h>
#include <stddef.h>

#include "calls.h"
#include "stacks.h"
#include "trace_reader.h"

struct decoder;

typedef void event_fn(const struct event *event, void *context);

/**
 * decoder_new - a decoder that knows no events; NULL without memory
 *
 * @stacks takes the stacks that are seen and stays the caller's.
 */
struct decoder *decoder_new(struct stacks *stacks);

/**
 * decoder_add - know the records of one kind of trace event
 * @format: text of the event's format file
 * @type, @which: what the event means
 *
 * EVENT_SLEEP stands for sched_switch (which also is EVENT_WAKE of the next thread), EVENT_STACK
 * for kernel_stack. A call's begin has fields fd and perhaps len and pos, its end ret, a position
 * pos and there.
 *
 * Return: 0, or -EINVAL when the text cannot be read or a field is missing.
 */
int decoder_add(struct decoder *d, const char *format, enum event_type type, unsigned int which);

/**
 * decoder_record - hand out the events of one record: none, one or two
 */
void decoder_record(struct decoder *d, const struct trace_record *record, event_fn *fn,
		    void *context);

void decoder_free(struct decoder *d);

#endif
