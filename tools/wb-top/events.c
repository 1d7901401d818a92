// SPDX-License-Identifier: GPL-2.0-only
#include "events.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KIB_PER_CPU 2048

static const char *const recorded[] = { "balance_dirty_pages", "writeback_start",
					"writeback_written" };

/* Fields of the bdi are called bdi_* up to 6.x and wb_* in 7.x. */
static bool field(struct tep_event *event, struct tep_record *record, const char *name,
		  const char *other_name, unsigned long long *value)
{
	return !tep_get_field_val(NULL, event, name, record, value, 0) ||
	       (other_name && !tep_get_field_val(NULL, event, other_name, record, value, 0));
}

static bool text_field(struct tep_event *event, struct tep_record *record, const char *name,
		       char *text, size_t size)
{
	int length = 0;
	const char *raw = tep_get_field_raw(NULL, event, name, record, &length, 0);

	if (!raw || length <= 0)
		return false;
	snprintf(text, size, "%.*s", length, raw);
	return true;
}

bool throttle_from_record(struct tep_event *event, struct tep_record *record, struct throttle *e)
{
	unsigned long long pause, limit, setpoint, bdi_setpoint, bdi_dirty, rate, dirtied;

	if (!field(event, record, "pause", NULL, &pause) ||
	    !field(event, record, "limit", NULL, &limit) ||
	    !field(event, record, "setpoint", NULL, &setpoint) ||
	    !field(event, record, "bdi_setpoint", "wb_setpoint", &bdi_setpoint) ||
	    !field(event, record, "bdi_dirty", "wb_dirty", &bdi_dirty) ||
	    !field(event, record, "task_ratelimit", NULL, &rate) ||
	    !field(event, record, "dirtied", NULL, &dirtied))
		return false;
	*e = (struct throttle){
		.pid = tep_data_pid(event->tep, record),
		.time = record->ts,
		.pause = (int64_t)pause,
		.limit = limit,
		.setpoint = setpoint,
		.bdi_setpoint = bdi_setpoint,
		.bdi_dirty = bdi_dirty,
		.task_ratelimit = rate,
		.dirtied = dirtied,
	};
	return text_field(event, record, "bdi", e->bdi, sizeof(e->bdi));
}

/* Reasons are numbers; their names stand in the event's print format, as libtraceevent prints it.
 */
static void reason_of(struct tep_event *event, struct tep_record *record, char *reason, size_t size)
{
	char text[512], *start;
	struct trace_seq seq;

	trace_seq_init(&seq);
	tep_print_event(event->tep, &seq, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&seq);
	snprintf(text, sizeof(text), "%s", seq.buffer);
	trace_seq_destroy(&seq);
	start = strstr(text, "reason=");
	snprintf(reason, size, "%.*s", start ? (int)strcspn(start + 7, " \n") : 1,
		 start ? start + 7 : "?");
}

static int on_record(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	unsigned long long pages = 0;
	struct throttled *t = context;
	struct throttle e;
	char bdi[40], reason[24];

	(void)cpu;
	if (strcmp(event->name, "balance_dirty_pages") == 0) {
		if (throttle_from_record(event, record, &e))
			throttled_add(t, &e);
		return 0;
	}
	if (!text_field(event, record, "name", bdi, sizeof(bdi)))
		return 0;
	field(event, record, "nr_pages", NULL, &pages);
	reason_of(event, record, reason, sizeof(reason));
	throttled_work(t, bdi, reason, (int64_t)pages, strcmp(event->name, "writeback_start") == 0);
	return 0;
}

static int enable(const struct events *e)
{
	char file[96];
	int rc = 0;

	for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]) && !rc; i++) {
		snprintf(file, sizeof(file), "events/writeback/%s/enable", recorded[i]);
		rc = trace_instance_set(&e->instance, file, "1");
	}
	return rc ? rc : trace_instance_set(&e->instance, "tracing_on", "1");
}

bool events_open(struct events *e)
{
	int rc;

	*e = (struct events){ .tracing = false };
	rc = trace_instance_open(&e->instance, "wb_top", KIB_PER_CPU);
	if (!rc) {
		rc = enable(e);
		if (rc)
			trace_instance_close(&e->instance);
	}
	e->tracing = !rc;
	if (rc)
		snprintf(e->why_not, sizeof(e->why_not), "%s%s", strerror(-rc),
			 geteuid() ? " (needs root)" : "");
	return e->tracing;
}

bool events_read(struct events *e, struct throttled *t)
{
	int rc;

	if (!e->tracing)
		return true;
	rc = trace_instance_read(&e->instance, "writeback", on_record, t);
	e->lost = trace_instance_lost(&e->instance);
	if (!rc)
		return true;
	snprintf(e->why_not, sizeof(e->why_not), "the trace cannot be read: %s", strerror(-rc));
	events_close(e);
	return false;
}

void events_close(struct events *e)
{
	e->tracing = false;
	trace_instance_close(&e->instance);
}
