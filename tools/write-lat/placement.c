// SPDX-License-Identifier: GPL-2.0-only
#include "placement.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_probes.h"
#include "function_names.h"
#include "whole_text.h"

/* Calls at once that return probes can follow. */
#define CALLS_AT_ONCE 256
#define WAITS_AT_ONCE 128

static void note(struct placement *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct placement *p, const char *format, ...)
{
	va_list args;

	if (p->notes->count == MAX_NOTES)
		return;
	va_start(args, format);
	vsnprintf(p->notes->text[p->notes->count++], sizeof(p->notes->text[0]), format, args);
	va_end(args);
}

/* Makes the decoder know an event that is in tracefs. */
static int learn(struct placement *p, const char *system, const char *event, enum event_type type,
		 unsigned int which)
{
	char path[256], *format;
	int rc;

	snprintf(path, sizeof(path), "%s/events/%s/%s/format", p->session->directory, system,
		 event);
	format = whole_text_of(path);
	if (!format)
		return -errno;
	rc = decoder_add(p->decoder, format, type, which);
	free(format);
	return rc;
}

static int place(struct placement *p, const struct trace_probe *probe, enum event_type type,
		 unsigned int which)
{
	uint64_t at = kernel_text_address(p->text, probe->place);
	struct trace_probe direct = *probe;
	char event[64], address[32];
	int rc = -ENOENT;

	/* Before 6.2 the kernel goes through all its symbols for each name, several times. */
	if (at) {
		snprintf(address, sizeof(address), "0x%llx", (unsigned long long)at);
		direct.place = address;
		rc = trace_session_kprobe(p->session, &direct);
	}
	if (rc)
		rc = trace_session_kprobe(p->session, probe);
	if (rc)
		return rc;
	trace_session_event_name(p->session, probe->name, event, sizeof(event));
	return learn(p, p->session->group, event, type, which);
}

static int place_call(struct placement *p, enum call_kind kind)
{
	char function[MAX_FUNCTION_NAME], arguments[128], name[64];
	struct trace_probe probe = { .name = name, .place = function, .arguments = arguments };
	int rc;

	if (!call_probe_resolve(p->functions, kind, function, arguments, sizeof(arguments)))
		return -ENOENT;
	snprintf(name, sizeof(name), "call_%s", call_kind_name(kind));
	rc = place(p, &probe, EVENT_CALL_BEGIN, kind);
	if (rc)
		return rc;
	snprintf(name, sizeof(name), "done_%s", call_kind_name(kind));
	probe.arguments = "ret=$retval:s64";
	probe.at_return = true;
	probe.maxactive = CALLS_AT_ONCE;
	return place(p, &probe, EVENT_CALL_END, kind);
}

static int place_calls(struct placement *p, char *why_not, size_t size)
{
	unsigned int placed = 0;
	int rc = 0, failed = 0;

	for (int kind = 0; kind < CALL_KINDS; kind++) {
		rc = place_call(p, kind);
		if (!rc) {
			placed++;
			continue;
		}
		failed = rc;
		note(p, "%s cannot be probed here (%s): its calls are not seen",
		     call_kind_name(kind), strerror(-rc));
	}
	if (placed)
		return 0;
	snprintf(why_not, size, "no system call can be probed: %s%s", strerror(-failed),
		 failed == -EPERM ? " (kernel lockdown forbids kprobes?)" : "");
	return failed;
}

/* Only under its own name: the compiler may have changed the arguments of a clone. */
static void place_positions(struct placement *p)
{
	static const char *const functions[][2] = { { "pos_write", "vfs_write" },
						    { "pos_writev", "vfs_writev" } };
	char resolved[MAX_FUNCTION_NAME];

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		const struct trace_probe probe = {
			.name = functions[i][0],
			.place = functions[i][1],
			.arguments = position_probe_arguments(),
		};

		if (!function_resolve(p->functions, probe.place, resolved) ||
		    strcmp(resolved, probe.place) || place(p, &probe, EVENT_POSITION, 0))
			note(p, "%s cannot be probed here: no offset of %s is known", probe.place,
			     i ? "writev" : "write");
	}
}

static bool module_is_there(const char *functions, const char *module)
{
	char marker[32];

	snprintf(marker, sizeof(marker), " [%s]\n", module);
	return strstr(functions, marker);
}

/* Return: whether one of the functions of the wait could be probed. */
static bool place_wait_functions(struct placement *p, const struct wait_probe *wait,
				 unsigned int number)
{
	char function[MAX_FUNCTION_NAME], name[64];
	struct trace_probe probe = { .name = name, .place = function, .arguments = "" };

	for (unsigned int i = 0; i < MAX_FUNCTIONS && wait->functions[i]; i++) {
		if (!function_resolve(p->functions, wait->functions[i], function))
			continue;
		/* The end first: a beginning alone would never end. */
		snprintf(name, sizeof(name), "%s_end_%u", wait->name, i);
		probe.at_return = true;
		probe.maxactive = WAITS_AT_ONCE;
		if (place(p, &probe, EVENT_WAIT_END, number))
			continue;
		snprintf(name, sizeof(name), "%s_begin_%u", wait->name, i);
		probe.at_return = false;
		probe.maxactive = 0;
		if (!place(p, &probe, EVENT_WAIT_BEGIN, number))
			return true;
	}
	return false;
}

static bool place_wait_events(struct placement *p, const struct wait_probe *wait,
			      unsigned int number)
{
	if (p->event_count + 2 > MAX_PLACED ||
	    learn(p, wait->system, wait->begin_event, EVENT_WAIT_BEGIN, number) ||
	    learn(p, wait->system, wait->end_event, EVENT_WAIT_END, number))
		return false;
	p->events[p->event_count++] = (struct placed){ wait->system, wait->begin_event };
	p->events[p->event_count++] = (struct placed){ wait->system, wait->end_event };
	return true;
}

static void place_waits(struct placement *p)
{
	const struct wait_probe *waits;
	size_t count;

	waits = wait_probes(&count);
	for (unsigned int i = 0; i < count; i++) {
		const struct wait_probe *wait = &waits[i];

		if (wait->system ? place_wait_events(p, wait, i) : place_wait_functions(p, wait, i))
			continue;
		if (wait->module && !module_is_there(p->functions, wait->module))
			continue; /* nobody can wait there */
		note(p, "%s: %s cannot be probed here; told from stacks of sleeps only",
		     cause_text(wait->cause)->title,
		     wait->system ? wait->begin_event : wait->functions[0]);
	}
}

static void place_sleeps(struct placement *p)
{
	int rc = learn(p, "sched", "sched_switch", EVENT_SLEEP, 0);

	if (!rc)
		rc = trace_session_enable(p->session, p->sleeps, "sched", "sched_switch");
	if (rc) {
		note(p,
		     "sched_switch cannot be recorded (%s): waits that no probe sees are told "
		     "as on a CPU",
		     strerror(-rc));
		return;
	}
	rc = learn(p, "ftrace", "kernel_stack", EVENT_STACK, 0);
	if (!rc)
		rc = trace_instance_set(p->sleeps, "options/stacktrace", "1");
	if (rc)
		note(p,
		     "no kernel stacks (%s): causes that share a way of waiting cannot be told "
		     "apart, others count as other",
		     strerror(-rc));
}

int placement_make(struct placement *p, char *why_not, size_t size)
{
	char path[128];
	int rc;

	snprintf(path, sizeof(path), "%s/available_filter_functions", p->session->directory);
	p->functions = whole_text_of(path);
	if (!p->functions) {
		rc = -errno;
		snprintf(why_not, size, "%s: %s (%s)", path, strerror(-rc),
			 rc == -ENOENT ? "a kernel without CONFIG_FUNCTION_TRACER"
				       : "kernel lockdown forbids it?");
		return rc;
	}
	rc = place_calls(p, why_not, size);
	if (!rc) {
		place_positions(p);
		place_waits(p);
		place_sleeps(p);
	}
	free(p->functions);
	p->functions = NULL;
	return rc;
}
