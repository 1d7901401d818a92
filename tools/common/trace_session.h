/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private use of the kernel's tracing: instances and kprobe events that nobody else sees in his
 * trace, that carry their owner in their names, and that vanish with him even when he is killed.
 */
#ifndef COMMON_TRACE_SESSION_H
#define COMMON_TRACE_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "trace_instance.h"
#include "trace_owner.h"

#define TRACE_SESSION_INSTANCES 4

struct trace_session {
	char group[TRACE_OWNER_NAME]; /* of the kprobe events, and the first instance's name */
	pid_t owner;
	char directory[64]; /* where tracefs is */
	struct trace_instance instances[TRACE_SESSION_INSTANCES];
	unsigned int instance_count;
	pid_t guard;
	int guard_pipe;
	char why_not[256]; /* after a failure: what, which object, what to do next */
};

/* One kprobe event. */
struct trace_probe {
	const char *name;      /* letters, digits and underscores; the event is <name>_<pid> */
	const char *place;     /* function, may be "module:function" */
	const char *arguments; /* in the syntax of kprobe_events, "" for none */
	bool at_return;
	unsigned int
		maxactive; /* calls at once that a return probe can follow; 0: kernel's default */
};

/**
 * trace_session_open - find tracefs, remove what dead owners left, start the guard
 *
 * @program names the owner's program: letters, digits, underscores, at most 16. The guard is a
 * child that removes everything when the caller ends without trace_session_close(), SIGKILL
 * included. Needs root. Call it before opening files of the session.
 *
 * Return: 0, or -errno with @s->why_not filled in; then nothing is left to close.
 */
int trace_session_open(struct trace_session *s, const char *program);

/**
 * trace_session_instance - a new instance, tracing off
 *
 * @suffix tells several of one session apart: "" for the first. @kib_per_cpu is the size of its
 * buffer. The session owns it.
 *
 * Return: NULL with @s->why_not filled in.
 */
struct trace_instance *trace_session_instance(struct trace_session *s, const char *suffix,
					      unsigned int kib_per_cpu);

/**
 * trace_session_kprobe - make a kprobe event <group>/<name>_<pid>
 *
 * It records nothing until it is enabled in an instance.
 *
 * Return: 0, or -errno (-ENOENT: no such function, -EINVAL: it cannot be probed).
 */
int trace_session_kprobe(struct trace_session *s, const struct trace_probe *probe);

/**
 * trace_session_event_name - the name that the event of a probe has in tracefs
 */
void trace_session_event_name(const struct trace_session *s, const char *probe, char *name,
			      size_t size);

/**
 * trace_session_enable - let @instance record an event
 *
 * @system NULL: @event is the name of a probe of the session.
 *
 * Return: 0 or -errno.
 */
int trace_session_enable(struct trace_session *s, const struct trace_instance *instance,
			 const char *system, const char *event);

/**
 * trace_session_missed - hits that the session's probes missed so far
 *
 * From kprobe_profile: return probes that found maxactive calls under way already, and probes hit
 * inside of probes. That file shows no groups, which is why the events carry the pid. Return: their
 * number, or -errno.
 */
int64_t trace_session_missed(const struct trace_session *s);

/**
 * trace_session_close - remove instances and events and end the guard
 *
 * Close every file of the session's instances first. Safe on a session that was never opened and
 * zeroed. Return: 0, or -errno with @s->why_not filled in.
 */
int trace_session_close(struct trace_session *s);

/**
 * trace_session_remove_stale - remove what dead owners of @program left behind
 *
 * Return: number of instances and events removed, or -errno with @s->why_not filled in. Only
 * @s->why_not and @s->directory are written.
 */
int trace_session_remove_stale(struct trace_session *s, const char *program);

#endif
