/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting how often a task takes the kernel's mount_lock.
 *
 * A kprobe event on the function that takes any spinlock fetches the lock's address; a perf
 * counter of each task counts the events whose address lies within mount_lock. Nothing is
 * recorded, so nothing can overflow, and other tasks are not counted.
 */
#ifndef STORM_LOCK_COUNTER_H
#define STORM_LOCK_COUNTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel_symbols.h"
#include "trace_owner.h"

struct lock_counter {
	bool ready;
	char why_not[256];	      /* when not ready: the reason, in one line */
	char group[TRACE_OWNER_NAME]; /* of the kprobe event */
	pid_t owner;		      /* process that made the event and removes it */
	int directory;		      /* of tracefs, or -1 */
	long id;		      /* of the event */
	struct symbol_range lock;
};

/**
 * lock_counter_open - make the kprobe event
 * @c: filled in; lock_counter_close() is needed even after a failure
 * @scratch: open directory in a private mount namespace, where tracefs can be mounted unseen
 *
 * First removes events that programs like this one left behind when they were killed.
 *
 * Return: true when ready; else c->why_not says why not.
 */
bool lock_counter_open(struct lock_counter *c, int scratch);

/**
 * lock_counter_close - remove the event
 *
 * All counters of tasks must be closed.
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int lock_counter_close(struct lock_counter *c);

/**
 * lock_counter_task - make a counter for the calling thread and the children it will make
 *
 * Return: a descriptor, stopped and at 0, or a negative errno value.
 */
int lock_counter_task(const struct lock_counter *c);

/* lock_counter_start, lock_counter_stop - let a task's counter run; 0 or a negative errno value */
int lock_counter_start(int fd);
int lock_counter_stop(int fd);

/**
 * lock_counter_read - how often the lock was taken while the counter ran
 *
 * Return: 0, or a negative errno value.
 */
int lock_counter_read(int fd, uint64_t *count);

/* The parts below do not touch the kernel. */

/**
 * lock_filter - the event filter that matches addresses within a range
 *
 * Return: 0, or -1 when @size is too small.
 */
int lock_filter(const struct symbol_range *lock, char *text, size_t size);

/**
 * lock_symbol - find mount_lock
 * @kallsyms: text in the form of /proc/kallsyms
 * @lock: set to where it lies
 * @why_not: set to the reason in one line when it cannot be counted
 *
 * Return: true when found.
 */
bool lock_symbol(const char *kallsyms, struct symbol_range *lock, char *why_not, size_t size);

#endif
