/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the binary buffers of trace instances and hands their records out in order of time, across
 * all CPUs and instances.
 */
#ifndef COMMON_TRACE_READER_H
#define COMMON_TRACE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "trace_instance.h"

struct trace_reader;

struct trace_record {
	uint64_t time;	     /* of the instance's trace_clock; ns with clocks that count time */
	unsigned int source; /* as given to trace_reader_add() */
	unsigned int cpu;
	const void *data; /* as the event's format describes it; NULL: records were lost here */
	unsigned int size;
};

typedef void trace_ordered_fn(const struct trace_record *record, void *context);

/**
 * trace_reader_new - a reader without sources, or NULL without memory
 */
struct trace_reader *trace_reader_new(void);

/**
 * trace_reader_add - read all CPUs of @instance too
 *
 * All instances of one reader must have the same trace_clock. Files stay open until
 * trace_reader_free(). Return: 0 or -errno.
 */
int trace_reader_add(struct trace_reader *r, const struct trace_instance *instance,
		     unsigned int source);

/**
 * trace_reader_drain - take what the kernel has, hand out what can be ordered
 *
 * A record is handed out by the second drain after it was made, when nothing older can still come
 * from another CPU. With @all everything is handed out: for the end, after tracing is off. Never
 * waits. At most 64 MiB are kept; what comes on top is handed out as lost.
 *
 * Return: 0 or -errno.
 */
int trace_reader_drain(struct trace_reader *r, bool all, trace_ordered_fn *fn, void *context);

/**
 * trace_reader_pages - pages read so far
 */
uint64_t trace_reader_pages(const struct trace_reader *r);

/**
 * trace_reader_free - close the files; NULL is allowed
 */
void trace_reader_free(struct trace_reader *r);

#endif
