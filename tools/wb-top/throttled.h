/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is made to wait for writeback: tasks in dirty throttling, flusher work, callers of sync. */
#ifndef WB_TOP_THROTTLED_H
#define WB_TOP_THROTTLED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_TASKS 256
#define MAX_WORKS 64
#define MAX_SYNCS 64

/* One balance_dirty_pages event. Pages are pages; rates are KiB/s. */
struct throttle {
	pid_t pid;
	uint64_t time; /* ns */
	char bdi[40];
	int64_t pause;		 /* ms the task is about to sleep; 0 or less: it goes on */
	uint64_t limit;		 /* pages the host may have dirty */
	uint64_t setpoint;	 /* pages the host aims at */
	uint64_t bdi_setpoint;	 /* pages this bdi aims at: its share of the setpoint */
	uint64_t bdi_dirty;	 /* pages it has: exact while it is near its threshold */
	uint64_t task_ratelimit; /* what this task may dirty */
	uint64_t dirtied;	 /* pages this task dirtied since its last pause */
};

/* One task on one bdi during one interval. */
struct throttled_task {
	struct throttle last; /* as of its last event */
	char comm[20];
	unsigned int pauses;
	uint64_t paused_ms;
	uint64_t longest_ms;
	unsigned int zero; /* pauses with the signature of a zero threshold */
};

struct flusher_work {
	char bdi[40];
	char reason[24];
	int64_t pages; /* asked for, by the last that began */
	unsigned int begun, ended;
};

struct sync_caller {
	pid_t pid;
	char comm[20];
	char call[20];	/* "fsync", "sync", ... */
	double seconds; /* since we first saw it there */
	uint64_t key;	/* of this very call: task and its context switches are not enough */
	bool seen;
};

struct throttled {
	struct throttled_task tasks[MAX_TASKS];
	unsigned int task_count;
	unsigned int tasks_left_out; /* more than fit */
	struct flusher_work works[MAX_WORKS];
	unsigned int work_count;
	struct sync_caller syncs[MAX_SYNCS];
	unsigned int sync_count;
};

/**
 * throttle_is_zero_threshold - does an event show a bdi without any threshold?
 *
 * The signature of the FUSE stall: nothing to aim at, no rate, and a pause. How many pages a task
 * dirtied between two pauses is no part of it: one on a quiet host, dozens on one that polls less
 * often.
 */
bool throttle_is_zero_threshold(const struct throttle *e);

/**
 * throttle_threshold - the bdi's threshold in pages at an event
 *
 * The event tells setpoints only; the threshold is to the bdi's setpoint as the host's limit is to
 * the host's setpoint.
 */
uint64_t throttle_threshold(const struct throttle *e);

/* throttled_begin - forget the events of the last interval; what is under way stays */
void throttled_begin(struct throttled *t);

/* throttled_add - take one event into account */
void throttled_add(struct throttled *t, const struct throttle *e);

/* throttled_work - a flusher began (@pages asked for) or ended a piece of work */
void throttled_work(struct throttled *t, const char *bdi, const char *reason, int64_t pages,
		    bool began);

/* throttled_end - sort by the time that was lost, and look up names */
void throttled_end(struct throttled *t);

/**
 * throttled_read_syncs - find tasks inside of sync, fsync and their like
 * @t: callers that were there at the last reading keep their time
 * @elapsed: seconds since the last reading
 *
 * From /proc/PID/task/TID/syscall, which needs root. A caller that ends one call and begins the
 * next with the same arguments between two readings counts on.
 */
void throttled_read_syncs(struct throttled *t, double elapsed);

#endif
