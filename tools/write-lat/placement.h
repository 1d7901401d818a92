/* SPDX-License-Identifier: GPL-2.0-only */
/* Puts all probes into the kernel, and says which it does not take. */
#ifndef WRITE_LAT_PLACEMENT_H
#define WRITE_LAT_PLACEMENT_H

#include <stddef.h>

#include "decoder.h"
#include "function_names.h"
#include "trace_session.h"

#define MAX_NOTES  32
#define MAX_PLACED 8

/* What this kernel does not let us tell. */
struct tracer_notes {
	char text[MAX_NOTES][200];
	unsigned int count;
};

struct placed {
	const char *system, *event;
};

struct placement {
	struct trace_session *session;
	struct decoder *decoder;	     /* comes to know the events */
	const struct kernel_text *text;	     /* NULL: probes are placed by name only */
	const struct trace_instance *sleeps; /* records where threads sleep */
	struct tracer_notes *notes;
	struct placed events[MAX_PLACED]; /* of other systems than the session's, to be enabled */
	unsigned int event_count;
	char *functions; /* text of available_filter_functions, while it is needed */
};

/**
 * placement_make - make the kprobe events of all calls and waits, and record sleeps
 * @why_not: of @size bytes, filled in on failure
 *
 * What cannot be probed is noted; only when no system call can be the whole fails.
 *
 * Return: 0 or -errno.
 */
int placement_make(struct placement *p, char *why_not, size_t size);

#endif
