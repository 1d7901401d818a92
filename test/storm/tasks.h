/* SPDX-License-Identifier: GPL-2.0-only */
/* Running one operation in many tasks at once. */
#ifndef STORM_TASKS_H
#define STORM_TASKS_H

#include <stdbool.h>
#include <stdint.h>

#include "container_doors.h"
#include "latency.h"
#include "lock_counter.h"
#include "operations.h"

struct cpu_list {
	unsigned int count;
	int *cpus;
};

struct task_plan {
	const struct operation *op;
	const char *side;	 /* name of the place, for messages */
	const int *roots;	 /* open directories, tops of equal trees */
	unsigned int root_count; /* task i works in roots[i modulo this] */
	unsigned int tasks;
	bool threads;
	bool shared;
	double seconds;	  /* stop after this time; 0: only by limit */
	uint64_t limit;	  /* operations per task; 0: only by time */
	uint64_t before;  /* operations before the clock and the count start */
	bool drop_caches; /* forget all dentries and inodes of the host when all tasks are ready */
	const struct cpu_list *cpus;
	const struct lock_counter *locks;	    /* NULL: do not count */
	const struct container_doors *const *doors; /* task i enters doors[i modulo their count] */
	unsigned int door_count;		    /* 0: outside of containers */
	struct latency *latency; /* what single operations took is added to it; NULL: not timed */
};

struct task_result {
	uint64_t ops;
	double seconds;
	uint64_t locks;
};

/**
 * cpu_list_read - the CPUs this process may run on
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int cpu_list_read(struct cpu_list *list);

/**
 * tasks_run - run an operation in all tasks at once
 * @plan: what to run; with both a time and a limit, the first task at the limit stops all tasks,
 *        so that all of them work for the whole measured time
 * @results: one for each task
 *
 * Task i is pinned to the CPU number i modulo their count. All tasks start together when the
 * last one is ready.
 *
 * Return: SUCCESS, or FAILED after one line of complaint, or without one when stop_signal is set.
 */
int tasks_run(const struct task_plan *plan, struct task_result *results);

#endif
