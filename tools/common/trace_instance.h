/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A private tracefs instance: own buffers and own events, so that a tool neither sees nor disturbs
 * what others trace. Its name tells its owner (trace_owner.h), so that the next start finds and
 * removes what a killed process left behind.
 */
#ifndef TOOLS_COMMON_TRACE_INSTANCE_H
#define TOOLS_COMMON_TRACE_INSTANCE_H

#include <stdint.h>
#include <event-parse.h>
#include <tracefs.h>

struct trace_instance {
	struct tracefs_instance *instance; /* NULL: none */
	char name[96];
};

/* Called for each record in the order of each CPU; another value than 0 ends the reading. */
typedef int (*trace_record_fn)(struct tep_event *event, struct tep_record *record, int cpu,
			       void *context);

/**
 * trace_instance_open - make an empty instance, tracing off, clock CLOCK_MONOTONIC (before 3.17 the
 * kernel's own)
 * @t: filled in; trace_instance_close() may be called even after a failure
 * @prefix: name of the program, at most 31 letters
 * @kib_per_cpu: size of its buffer in KiB for each CPU
 *
 * Removes instances of the same prefix whose process is gone first.
 *
 * Return: 0, or a negative errno (-EACCES, -EPERM: not root; -ENODEV: no tracefs).
 */
int trace_instance_open(struct trace_instance *t, const char *prefix, unsigned int kib_per_cpu);

/**
 * trace_instance_open_named - the same with a name of the caller's choice, and nothing removed
 */
int trace_instance_open_named(struct trace_instance *t, const char *name, unsigned int kib_per_cpu);

/**
 * trace_instance_set - write a value to a file of the instance
 * @file: relative to the instance, e.g. "events/writeback/balance_dirty_pages/enable"
 *
 * Return: 0, or a negative errno (-ENOENT: this kernel has no such file).
 */
int trace_instance_set(const struct trace_instance *t, const char *file, const char *value);

/**
 * trace_instance_read - hand all records now in the buffers to a function, and consume them
 * @system: event system to know, e.g. "writeback"; records of others are not handed out
 *
 * Return: 0, or a negative errno.
 */
int trace_instance_read(const struct trace_instance *t, const char *system, trace_record_fn record,
			void *context);

/**
 * trace_instance_lost - number of events that did not fit into the buffers so far
 */
uint64_t trace_instance_lost(const struct trace_instance *t);

/**
 * trace_instance_close - remove the instance with its buffers and events; safe to repeat
 *
 * Return: 0, or a negative errno when it is still there.
 */
int trace_instance_close(struct trace_instance *t);

/**
 * trace_instance_remove_stale - remove what killed processes of a prefix left behind
 *
 * What processes of other pid namespaces own stays.
 *
 * Return: the number of instances removed.
 */
unsigned int trace_instance_remove_stale(const char *prefix);

#endif
