// SPDX-License-Identifier: GPL-2.0-only
#include "calls.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
/* More threads than this in calls at once are a sign of lost ends. */
#define MAX_OPEN 16384

/* A wait_probe that was entered and not left. */
struct nested {
	unsigned int probe;
	enum cause cause;
};

struct thread {
	struct thread *next;
	struct call call;
	struct nested nested[MAX_NESTED];
	unsigned int depth;
	unsigned int too_deep;
	uint64_t since; /* time up to which all is accounted */
	bool sleeping, runnable;
	bool stack_seen; /* in the sleep that is going on */
	uint32_t stack;
	enum cause stack_cause;
};

struct calls {
	struct thread *buckets[BUCKETS];
	unsigned int open;
	call_fn *done;
	void *context;
	struct call_counts counts;
};

struct calls *calls_new(call_fn *done, void *context)
{
	struct calls *calls = calloc(1, sizeof(*calls));

	if (calls) {
		calls->done = done;
		calls->context = context;
	}
	return calls;
}

static struct thread **find(struct calls *calls, pid_t tid)
{
	struct thread **at = &calls->buckets[(unsigned int)tid % BUCKETS];

	while (*at && (*at)->call.tid != tid)
		at = &(*at)->next;
	return at;
}

static void forget(struct calls *calls, struct thread **at)
{
	struct thread *thread = *at;

	*at = thread->next;
	free(thread->call.file);
	free(thread);
	calls->open--;
}

static bool dominates(const struct nested *nested)
{
	size_t count;

	return wait_probes(&count)[nested->probe].dominates;
}

/* What the open probes say: the outermost that dominates, else the innermost. */
static const struct nested *deciding(const struct thread *t)
{
	for (unsigned int i = 0; i < t->depth; i++) {
		if (dominates(&t->nested[i]))
			return &t->nested[i];
	}
	return t->depth ? &t->nested[t->depth - 1] : NULL;
}

static enum cause current_cause(const struct thread *t)
{
	const struct nested *nested = deciding(t);

	if (t->sleeping && t->runnable)
		return nested && nested->cause == CAUSE_MEMORY ? CAUSE_MEMORY : CAUSE_CPU;
	if (t->sleeping && t->stack_seen && t->stack_cause != CAUSE_UNKNOWN)
		return t->stack_cause;
	if (nested)
		return nested->cause;
	return t->sleeping ? CAUSE_OTHER : CAUSE_CPU;
}

/* Makes room by dropping the shortest: the long ones are the story. */
static void drop_shortest(struct call *call)
{
	unsigned int shortest = 0;

	for (unsigned int i = 1; i < call->segment_count; i++) {
		const struct segment *a = &call->segments[i], *b = &call->segments[shortest];

		if (a->end - a->start < b->end - b->start)
			shortest = i;
	}
	call->segment_count--;
	call->segments_dropped++;
	memmove(&call->segments[shortest], &call->segments[shortest + 1],
		(call->segment_count - shortest) * sizeof(call->segments[0]));
}

/* Gives the time since the last event to what the thread did then. */
static void account(struct thread *t, uint64_t now)
{
	const struct nested *nested = deciding(t);
	struct call *call = &t->call;
	enum cause cause = current_cause(t);
	uint32_t stack = t->sleeping ? t->stack : 0;
	struct segment *last;

	if (now <= t->since)
		return;
	call->time_of[cause] += now - t->since;
	last = call->segment_count ? &call->segments[call->segment_count - 1] : NULL;
	if (last && last->cause == cause && last->end == t->since &&
	    (!stack || !last->stack || last->stack == stack)) {
		last->end = now;
		if (stack)
			last->stack = stack;
	} else {
		if (call->segment_count == MAX_SEGMENTS)
			drop_shortest(call);
		call->segments[call->segment_count++] = (struct segment){
			.start = t->since,
			.end = now,
			.cause = cause,
			.stack = stack,
			.probe = nested ? (int)nested->probe : -1,
		};
	}
	t->since = now;
}

static void begin_call(struct calls *calls, const struct event *e)
{
	struct thread **at = find(calls, e->tid), *t;

	if (*at) {
		calls->counts.unfinished++;
		forget(calls, at);
		at = find(calls, e->tid);
	}
	if (calls->open == MAX_OPEN) {
		calls->counts.untold++;
		return;
	}
	t = calloc(1, sizeof(*t));
	if (!t) {
		calls->counts.untold++;
		return;
	}
	t->call = (struct call){
		.tid = e->tid,
		.kind = e->which,
		.fd_or_address = e->begin.fd_or_address,
		.length = e->begin.length,
		.offset = e->begin.offset,
		.start = e->time,
	};
	t->since = e->time;
	*at = t;
	calls->open++;
}

static void end_call(struct calls *calls, struct thread **at, const struct event *e)
{
	struct thread *t = *at;

	if (t->call.kind != e->which) {
		calls->counts.unfinished++;
		forget(calls, at);
		return;
	}
	t->sleeping = false;
	account(t, e->time);
	t->call.end = e->time;
	t->call.result = e->result;
	calls->counts.calls++;
	calls->done(&t->call, calls->context);
	forget(calls, at);
}

static void begin_wait(struct thread *t, const struct event *e)
{
	size_t count;
	const struct wait_probe *probe = &wait_probes(&count)[e->which];

	if (e->which >= count)
		return;
	account(t, e->time);
	if (t->depth == MAX_NESTED) {
		t->too_deep++;
		return;
	}
	t->nested[t->depth++] = (struct nested){
		.probe = e->which,
		.cause = call_kind_writes(t->call.kind) ? probe->cause : probe->in_sync,
	};
}

/* An end takes everything with it that was entered later: their ends were missed. */
static void end_wait(struct thread *t, const struct event *e)
{
	unsigned int depth = t->depth;

	while (depth && t->nested[depth - 1].probe != e->which)
		depth--;
	if (!depth)
		return;
	if (t->too_deep && depth == t->depth) {
		t->too_deep--;
		return;
	}
	account(t, e->time);
	t->depth = depth - 1;
}

static void take_stack(struct thread *t, const struct event *e)
{
	if (!t->sleeping || t->stack_seen)
		return;
	t->stack_seen = true;
	t->stack = e->stack.id;
	t->stack_cause =
		call_kind_writes(t->call.kind) ? e->stack.cause_of_write : e->stack.cause_of_sync;
	/* What spins or computes in the same wait belongs to the same cause. */
	if (t->stack_cause != CAUSE_UNKNOWN && !t->runnable && t->depth &&
	    !dominates(&t->nested[t->depth - 1]))
		t->nested[t->depth - 1].cause = t->stack_cause;
}

static void drop_all(struct calls *calls)
{
	for (unsigned int i = 0; i < BUCKETS; i++) {
		while (calls->buckets[i]) {
			calls->counts.untold++;
			forget(calls, &calls->buckets[i]);
		}
	}
}

void calls_event(struct calls *calls, const struct event *e)
{
	struct thread **at, *t;

	if (e->type == EVENT_LOST) {
		calls->counts.lost_notes++;
		drop_all(calls);
		return;
	}
	if (e->type == EVENT_CALL_BEGIN) {
		begin_call(calls, e);
		return;
	}
	at = find(calls, e->tid);
	t = *at;
	if (!t)
		return;
	switch (e->type) {
	case EVENT_CALL_END:
		end_call(calls, at, e);
		break;
	case EVENT_POSITION:
		/* Only the first: a stacked file system writes to the one beneath inside. */
		if (t->call.offset < 0)
			t->call.offset = e->position;
		break;
	case EVENT_WAIT_BEGIN:
		begin_wait(t, e);
		break;
	case EVENT_WAIT_END:
		end_wait(t, e);
		break;
	case EVENT_SLEEP:
		account(t, e->time);
		t->sleeping = true;
		t->runnable = e->runnable;
		t->stack_seen = false;
		t->stack = 0;
		break;
	case EVENT_STACK:
		take_stack(t, e);
		break;
	case EVENT_WAKE:
		account(t, e->time);
		t->sleeping = false;
		break;
	default:
		break;
	}
}

void calls_each_open(struct calls *calls, call_fn *fn, void *context)
{
	for (unsigned int i = 0; i < BUCKETS; i++) {
		for (struct thread *t = calls->buckets[i]; t; t = t->next)
			fn(&t->call, context);
	}
}

bool calls_in_progress(const struct calls *calls, pid_t tid)
{
	const struct thread *t = calls->buckets[(unsigned int)tid % BUCKETS];

	while (t && t->call.tid != tid)
		t = t->next;
	return t;
}

const struct call_counts *calls_counts(const struct calls *calls)
{
	return &calls->counts;
}

void calls_free(struct calls *calls)
{
	if (!calls)
		return;
	for (unsigned int i = 0; i < BUCKETS; i++) {
		while (calls->buckets[i])
			forget(calls, &calls->buckets[i]);
	}
	free(calls);
}

enum cause call_cause(const struct call *call)
{
	enum cause longest = CAUSE_CPU;

	for (int cause = 0; cause < CAUSES; cause++) {
		if (call->time_of[cause] > call->time_of[longest])
			longest = cause;
	}
	return longest;
}
