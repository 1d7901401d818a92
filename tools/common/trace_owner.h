/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose a tracefs instance or kprobe group is, told from its name, so that what a killed process
 * left behind can be told from what a living one uses.
 */
#ifndef COMMON_TRACE_OWNER_H
#define COMMON_TRACE_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* "<program>_<pid namespace>_<pid>_<start>"; the kernel allows 63 characters in a group. */
#define TRACE_OWNER_NAME 64

struct trace_owner {
	unsigned long namespace; /* inode number of /proc/PID/ns/pid */
	pid_t pid;
	unsigned long long started; /* clock ticks since boot, as in /proc/PID/stat */
};

enum trace_owner_state {
	TRACE_OWNER_ALIVE,
	TRACE_OWNER_DEAD,
	TRACE_OWNER_UNKNOWN, /* of another pid namespace: cannot be looked up from here */
};

/**
 * trace_owner_read - who process @pid is
 *
 * @pid is a number in text, or "self". Return: false when there is no such process.
 */
bool trace_owner_read(const char *pid, struct trace_owner *owner);

/**
 * trace_owner_name - the name for what @owner makes
 *
 * @program holds only letters, digits and underscores. Return: false when @name (of
 * TRACE_OWNER_NAME bytes) cannot hold it.
 */
bool trace_owner_name(const char *program, const struct trace_owner *owner, char *name);

/**
 * trace_owner_parse - the owner told by a name that begins with what trace_owner_name() made
 *
 * The name may go on with '_' and a word (a further instance) or end at '/' or blank (a line of
 * kprobe_events, from its group on). Return: false when it is not of @program.
 */
bool trace_owner_parse(const char *program, const char *name, struct trace_owner *owner);

/**
 * trace_owner_state - whether @owner still runs, as seen from the calling process
 */
enum trace_owner_state trace_owner_state(const struct trace_owner *owner);

#endif
