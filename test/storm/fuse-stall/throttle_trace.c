// SPDX-License-Identifier: GPL-2.0-only
#include "throttle_trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "storm.h"

#define EVENT	    "events/writeback/balance_dirty_pages/"
#define KIB_PER_CPU 8192

/* Fields of the bdi are called bdi_* up to 6.x and wb_* in 7.x. */
static bool field(struct tep_event *event, struct tep_record *record, const char *name,
		  const char *other_name, unsigned long long *value)
{
	return !tep_get_field_val(NULL, event, name, record, value, 0) ||
	       (other_name && !tep_get_field_val(NULL, event, other_name, record, value, 0));
}

bool throttle_event_read(struct tep_event *event, struct tep_record *record,
			 struct throttle_event *result)
{
	unsigned long long pause, setpoint, dirty, rate, dirtied;

	if (!field(event, record, "pause", NULL, &pause) ||
	    !field(event, record, "bdi_setpoint", "wb_setpoint", &setpoint) ||
	    !field(event, record, "bdi_dirty", "wb_dirty", &dirty) ||
	    !field(event, record, "task_ratelimit", NULL, &rate) ||
	    !field(event, record, "dirtied", NULL, &dirtied))
		return false;
	*result = (struct throttle_event){
		.time = record->ts,
		.pause = (int64_t)pause,
		.setpoint = setpoint,
		.dirty = dirty,
		.task_ratelimit = rate,
		.dirtied = dirtied,
	};
	return true;
}

static void keep(struct throttle_trace *t, const struct throttle_event *event)
{
	if (t->count == t->room) {
		struct throttle_event *more =
			need_memory(t->room ? 2 * t->room : 1024, sizeof(*more));

		if (t->count)
			memcpy(more, t->events, t->count * sizeof(*more));
		free(t->events);
		t->events = more;
		t->room = t->room ? 2 * t->room : 1024;
	}
	t->events[t->count++] = *event;
}

static int record(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	struct throttle_trace *t = context;
	struct throttle_event read;
	const char *bdi;
	int length;

	(void)cpu;
	if (strcmp(event->name, "balance_dirty_pages") != 0)
		return 0;
	bdi = tep_get_field_raw(NULL, event, "bdi", record, &length, 0);
	if (!bdi || strncmp(bdi, t->bdi, length) != 0)
		return 0;
	if (throttle_event_read(event, record, &read))
		keep(t, &read);
	else
		snprintf(t->why_not, sizeof(t->why_not),
			 "this kernel's balance_dirty_pages event lacks a field");
	return 0;
}

static int enable(const struct throttle_trace *t)
{
	char filter[64];
	int rc;

	snprintf(filter, sizeof(filter), "common_pid == %ld", syscall(SYS_gettid));
	rc = trace_instance_set(&t->instance, EVENT "filter", filter);
	if (!rc)
		rc = trace_instance_set(&t->instance, EVENT "enable", "1");
	if (!rc)
		rc = trace_instance_set(&t->instance, "tracing_on", "1");
	return rc;
}

bool throttle_trace_start(struct throttle_trace *t, const char *bdi)
{
	int rc;

	*t = (struct throttle_trace){ .bdi = bdi };
	rc = trace_instance_open(&t->instance, "fuse-stall", KIB_PER_CPU);
	if (!rc) {
		rc = enable(t);
		if (rc)
			trace_instance_close(&t->instance);
	}
	t->tracing = !rc;
	if (rc)
		snprintf(t->why_not, sizeof(t->why_not), "no tracing: %s%s", strerror(-rc),
			 geteuid() ? " (needs root)" : "");
	return !rc;
}

static int by_time(const void *a, const void *b)
{
	const struct throttle_event *first = a, *second = b;

	return (first->time > second->time) - (first->time < second->time);
}

void throttle_trace_stop(struct throttle_trace *t)
{
	int rc;

	if (!t->instance.instance)
		return;
	trace_instance_set(&t->instance, "tracing_on", "0");
	rc = trace_instance_read(&t->instance, "writeback", record, t);
	if (rc)
		snprintf(t->why_not, sizeof(t->why_not), "the trace cannot be read: %s",
			 strerror(-rc));
	t->lost = trace_instance_lost(&t->instance);
	if (t->why_not[0])
		t->tracing = false;
	if (t->count)
		qsort(t->events, t->count, sizeof(*t->events), by_time);
	rc = trace_instance_close(&t->instance);
	if (rc)
		complain(FAILED, "the trace instance %s cannot be removed: %s", t->instance.name,
			 strerror(-rc));
}

void throttle_trace_free(struct throttle_trace *t)
{
	free(t->events);
	t->events = NULL;
	t->count = 0;
	t->room = 0;
}
