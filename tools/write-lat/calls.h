/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Puts events together to calls: which thread waited for what, from when to when. Knows nothing of
 * tracefs; events come in order of time.
 */
#ifndef WRITE_LAT_CALLS_H
#define WRITE_LAT_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "causes.h"

enum event_type {
	EVENT_CALL_BEGIN,
	EVENT_CALL_END,
	EVENT_POSITION,	  /* the offset that a call without one works at */
	EVENT_WAIT_BEGIN, /* a wait_probe */
	EVENT_WAIT_END,
	EVENT_SLEEP, /* leaves the CPU */
	EVENT_STACK, /* where it did, after EVENT_SLEEP */
	EVENT_WAKE,  /* is on a CPU again */
	EVENT_LOST,  /* of any thread: events are missing before this */
};

struct event {
	enum event_type type;
	pid_t tid;
	uint64_t time;	    /* ns */
	unsigned int which; /* CALL_*: enum call_kind; WAIT_*: number of the wait_probe */
	union {
		struct {
			int64_t fd_or_address; /* msync: address */
			int64_t length;	       /* bytes; vectors: their number */
			int64_t offset;	       /* -1: not given */
		} begin;
		int64_t result;	  /* EVENT_CALL_END */
		int64_t position; /* EVENT_POSITION */
		bool runnable;	  /* EVENT_SLEEP: was preempted, waits for nothing */
		struct {
			uint32_t id; /* of the caller's choice, 0: none */
			enum cause cause_of_write, cause_of_sync;
		} stack;
	};
};

#define MAX_SEGMENTS 32
#define MAX_NESTED   12

/* A piece of a call's time. */
struct segment {
	uint64_t start, end; /* ns */
	enum cause cause;
	uint32_t stack; /* 0: none was seen */
	int probe;	/* -1: no wait_probe was open */
};

struct call {
	pid_t tid;
	enum call_kind kind;
	int64_t fd_or_address, length, offset, result;
	uint64_t start, end;
	uint64_t time_of[CAUSES];	       /* ns */
	struct segment segments[MAX_SEGMENTS]; /* the longest, in order of time */
	unsigned int segment_count;
	unsigned int segments_dropped;
	char *file; /* the caller's: begins as NULL, is given to free() with the call */
};

/**
 * call_cause - what a call waited for longest; what is left is CAUSE_CPU
 */
enum cause call_cause(const struct call *call);

struct call_counts {
	uint64_t calls;	     /* begun and ended */
	uint64_t unfinished; /* their end was never seen */
	uint64_t untold;     /* dropped because events were lost while they ran */
	uint64_t lost_notes; /* EVENT_LOST */
};

struct calls;

typedef void call_fn(struct call *call, void *context);

/**
 * calls_new - @done is called for each call that ends
 *
 * Return: NULL without memory.
 */
struct calls *calls_new(call_fn *done, void *context);

/**
 * calls_event - take one event
 *
 * Ends without beginning and events of threads that are in no call are ignored. After EVENT_LOST
 * the calls under way are dropped and counted: half a story would name a wrong cause.
 */
void calls_event(struct calls *calls, const struct event *event);

/**
 * calls_each_open - @fn for each call under way, whose end and result are not set
 */
void calls_each_open(struct calls *calls, call_fn *fn, void *context);

const struct call_counts *calls_counts(const struct calls *calls);

/**
 * calls_in_progress - whether thread @tid is in a call
 */
bool calls_in_progress(const struct calls *calls, pid_t tid);

void calls_free(struct calls *calls);

#endif
