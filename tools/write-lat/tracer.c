// SPDX-License-Identifier: GPL-2.0-only
#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages.h"
#include "trace_reader.h"
#include "trace_session.h"

struct tracer {
	struct trace_session session;
	struct trace_instance *calls, *sleeps; /* what is recorded with a stack is apart */
	struct trace_reader *reader;
	struct decoder *decoder;
	struct tracer_notes notes;
	struct placement placement;
	bool followed_calls, followed_sleeps;
};

const struct tracer_notes *tracer_notes(const struct tracer *t)
{
	return &t->notes;
}

struct tracer *tracer_open(unsigned int kib_per_cpu, const struct kernel_text *text,
			   struct stacks *stacks, char *why_not, size_t size)
{
	struct tracer *t = calloc(1, sizeof(*t));
	int rc;

	snprintf(why_not, size, "out of memory");
	if (!t)
		return NULL;
	rc = trace_session_open(&t->session, "write_lat");
	if (rc) {
		snprintf(why_not, size, "%s", t->session.why_not);
		free(t);
		return NULL;
	}
	t->decoder = decoder_new(stacks);
	t->reader = trace_reader_new();
	t->calls = trace_session_instance(&t->session, "", kib_per_cpu);
	t->sleeps = t->calls ? trace_session_instance(&t->session, "sleeps", kib_per_cpu) : NULL;
	if (!t->sleeps)
		snprintf(why_not, size, "%s", t->session.why_not);
	t->placement = (struct placement){
		.session = &t->session,
		.decoder = t->decoder,
		.text = text,
		.sleeps = t->sleeps,
		.notes = &t->notes,
	};
	if (!t->decoder || !t->reader || !t->sleeps ||
	    placement_make(&t->placement, why_not, size)) {
		tracer_close(t);
		return NULL;
	}
	rc = trace_reader_add(t->reader, t->calls, 0);
	if (!rc)
		rc = trace_reader_add(t->reader, t->sleeps, 1);
	if (rc) {
		snprintf(why_not, size, "cannot read the trace buffers: %s", strerror(-rc));
		tracer_close(t);
		return NULL;
	}
	return t;
}

/* The first list replaces what is there (nothing: everybody), later ones come on top. */
static int set_pids(const struct trace_instance *instance, const char *list, bool first)
{
	char *path = tracefs_instance_get_file(instance->instance, "set_event_pid");
	size_t length = strlen(list);
	int fd, rc = 0;

	if (!path)
		return -ENOMEM;
	fd = open(path, O_WRONLY | O_CLOEXEC | (first ? O_TRUNC : 0));
	tracefs_put_tracing_file(path);
	if (fd < 0)
		return -errno;
	if (write(fd, list, length) != (ssize_t)length)
		rc = -errno;
	close(fd);
	return rc;
}

static int follow_some(struct tracer *t, const char *list, bool only_sleeps)
{
	int rc = set_pids(t->sleeps, list, !t->followed_sleeps);

	if (rc)
		return rc;
	t->followed_sleeps = true;
	if (only_sleeps)
		return 0;
	rc = set_pids(t->calls, list, !t->followed_calls);
	if (!rc)
		t->followed_calls = true;
	return rc;
}

int tracer_follow(struct tracer *t, const pid_t *tids, size_t count, bool only_sleeps)
{
	char list[2048];
	size_t used = 0;
	int rc = 0;

	/* An empty list would mean everybody; the guard never does anything. */
	if (!t->followed_sleeps) {
		snprintf(list, sizeof(list), "%d ", (int)t->session.guard);
		rc = follow_some(t, list, only_sleeps);
		trace_instance_set(t->sleeps, "options/event-fork", "1");
		trace_instance_set(t->calls, "options/event-fork", "1");
	}
	for (size_t i = 0; i < count && !rc; i++) {
		used += snprintf(list + used, sizeof(list) - used, "%d ", (int)tids[i]);
		if (used > sizeof(list) - 16 || i + 1 == count) {
			rc = follow_some(t, list, only_sleeps);
			used = 0;
		}
	}
	return rc;
}

static int switch_events_to(struct tracer *t, const char *value)
{
	char file[128];
	int rc;

	snprintf(file, sizeof(file), "events/%s/enable", t->session.group);
	rc = trace_instance_set(t->calls, file, value);
	for (unsigned int i = 0; i < t->placement.event_count && !rc; i++) {
		snprintf(file, sizeof(file), "events/%s/%s/enable", t->placement.events[i].system,
			 t->placement.events[i].event);
		rc = trace_instance_set(t->calls, file, value);
	}
	return rc;
}

int tracer_start(struct tracer *t)
{
	int rc = switch_events_to(t, "1");

	if (!rc)
		rc = trace_instance_set(t->sleeps, "tracing_on", "1");
	if (!rc)
		rc = trace_instance_set(t->calls, "tracing_on", "1");
	return rc;
}

int tracer_stop(struct tracer *t)
{
	int rc = trace_instance_set(t->calls, "tracing_on", "0");
	int rc_sleeps = trace_instance_set(t->sleeps, "tracing_on", "0");
	int rc_events = switch_events_to(t, "0");

	return rc ? rc : rc_sleeps ? rc_sleeps : rc_events;
}

struct sink {
	struct decoder *decoder;
	event_fn *fn;
	void *context;
};

static void take_record(const struct trace_record *record, void *context)
{
	struct sink *sink = context;

	decoder_record(sink->decoder, record, sink->fn, sink->context);
}

int tracer_drain(struct tracer *t, bool all, event_fn *fn, void *context)
{
	struct sink sink = { t->decoder, fn, context };

	return trace_reader_drain(t->reader, all, take_record, &sink);
}

void tracer_losses(const struct tracer *t, struct tracer_losses *losses)
{
	losses->lost = trace_instance_lost(t->calls) + trace_instance_lost(t->sleeps);
	losses->missed = trace_session_missed(&t->session);
}

int tracer_close(struct tracer *t)
{
	int rc;

	if (!t)
		return 0;
	trace_reader_free(t->reader);
	rc = trace_session_close(&t->session);
	if (rc)
		complain("%s", t->session.why_not);
	decoder_free(t->decoder);
	free(t);
	return rc;
}
