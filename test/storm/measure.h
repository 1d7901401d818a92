/* SPDX-License-Identifier: GPL-2.0-only */
/* Measuring one operation through overlay and beneath it, in turns. */
#ifndef STORM_MEASURE_H
#define STORM_MEASURE_H

#include "contended_lines.h"
#include "lock_counter.h"
#include "options.h"
#include "progress.h"
#include "tasks.h"
#include "workplace.h"

struct side_result {
	double *rates;		 /* operations per second of all tasks, one for each sample */
	double *fairness;	 /* slowest by fastest task, one for each sample */
	double locks_per_op;	 /* mount_lock acquisitions per operation; negative: not counted */
	struct latency *latency; /* of single operations, all tasks; NULL: not measured */
	struct contended_lines *contended; /* NULL: not sampled */
};

struct measurement {
	const struct operation *op;
	unsigned int tasks;
	unsigned int samples;
	struct side_result side[SIDE_COUNT];
};

/**
 * measure - take all samples of one operation
 * @m: filled in; release with measurement_free() also after a failure
 * @o: how long and how often
 * @w: where
 * @cpus: what to pin tasks to
 * @locks: counter of mount_lock; not used unless it is ready
 * @op: the operation
 * @tasks: number of tasks
 * @progress: gets one step for each sample
 *
 * mount_lock is counted, single operations are timed and contended lines are sampled in runs of
 * their own after the samples.
 *
 * Return: SUCCESS, or FAILED after one line of complaint (without one when stop_signal is set).
 */
int measure(struct measurement *m, const struct options *o, struct workplace *w,
	    const struct cpu_list *cpus, const struct lock_counter *locks,
	    const struct operation *op, unsigned int tasks, struct progress *progress);

void measurement_free(struct measurement *m);

#endif
