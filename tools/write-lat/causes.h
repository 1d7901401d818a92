/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a write waits, and which kernel functions tell. */
#ifndef WRITE_LAT_CAUSES_H
#define WRITE_LAT_CAUSES_H

#include <stdbool.h>
#include <stddef.h>

enum cause {
	CAUSE_RMW,
	CAUSE_THROTTLE,
	CAUSE_PAGE_LOCK,
	CAUSE_WRITEBACK,
	CAUSE_INODE_LOCK,
	CAUSE_JOURNAL,
	CAUSE_MEMORY,
	CAUSE_METADATA,
	CAUSE_FROZEN,
	CAUSE_FUSE,
	CAUSE_FLUSH,
	CAUSE_CPU,
	CAUSE_OTHER,
	CAUSES,
	CAUSE_UNKNOWN = CAUSES, /* nothing tells it */
};

struct cause_text {
	const char *id;	    /* in JSON */
	const char *title;  /* in tables */
	const char *advice; /* NULL: none that fits all */
};

/**
 * cause_text - how a cause below CAUSES is told
 */
const struct cause_text *cause_text(enum cause cause);

/* A call is one of these; what a wait means can depend on it. */
enum call_kind {
	CALL_WRITE,
	CALL_PWRITE64,
	CALL_WRITEV,
	CALL_PWRITEV,
	CALL_PWRITEV2,
	CALL_FSYNC,
	CALL_FDATASYNC,
	CALL_MSYNC,
	CALL_KINDS,
};

/**
 * call_kind_name - the system call's name
 */
const char *call_kind_name(enum call_kind kind);

/**
 * call_kind_writes - whether it brings data, rather than makes earlier data durable
 */
bool call_kind_writes(enum call_kind kind);

#define MAX_FUNCTIONS 5

/*
 * A wait that a pair of probes sees: at the entry and the return of a function, or two events.
 * All of them are on slow paths: a write that need not wait passes none.
 */
struct wait_probe {
	const char *name; /* of the kprobe events, with _begin and _end */
	enum cause cause;
	enum cause in_sync; /* the same in fsync, fdatasync, msync */
	bool dominates;	    /* what waits inside waits for this, too */
	const char *module; /* functions are there only when it is loaded; NULL: always */
	const char *functions[MAX_FUNCTIONS]; /* first that can be probed wins, NULL ends them */
	const char *system, *begin_event, *end_event; /* instead of functions */
};

/**
 * wait_probes - all of them
 */
const struct wait_probe *wait_probes(size_t *count);

/**
 * cause_of_stack - what a sleeping task waits for
 * @frames: names of kernel functions, the innermost first; NULL: without a name
 *
 * Return: CAUSE_UNKNOWN when no function in it means anything here.
 */
enum cause cause_of_stack(const char *const *frames, size_t count, enum call_kind kind);

#endif
