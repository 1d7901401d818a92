// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <stdlib.h>
#include <json-c/json.h>
#include <sys/utsname.h>

#include "call_probes.h"

#define SCHEMA 1

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static struct json_object *us(uint64_t ns)
{
	return json_object_new_double(ns / 1e3);
}

static struct json_object *causes(const struct summary *s)
{
	struct json_object *list = json_object_new_array();

	for (int cause = 0; cause < CAUSES; cause++) {
		const struct cause_summary *c = &s->causes[cause];
		struct json_object *one, *buckets;

		if (!c->slow_calls && !c->time)
			continue;
		one = json_object_new_object();
		buckets = json_object_new_array();
		add(one, "cause", json_object_new_string(cause_text(cause)->id));
		add(one, "slow_calls", json_object_new_int64(c->slow_calls));
		add(one, "time_us", us(c->time));
		add(one, "longest_us", us(c->longest));
		for (unsigned int i = 0; i < BUCKET_COUNT; i++) {
			struct json_object *bucket;

			if (!c->buckets[i])
				continue;
			bucket = json_object_new_object();
			add(bucket, "from_us", json_object_new_int64(1LL << i));
			add(bucket, "calls", json_object_new_int64(c->buckets[i]));
			json_object_array_add(buckets, bucket);
		}
		add(one, "histogram", buckets);
		if (cause_text(cause)->advice)
			add(one, "advice", json_object_new_string(cause_text(cause)->advice));
		json_object_array_add(list, one);
	}
	return list;
}

static struct json_object *stack_of(const struct result *r, uint32_t id)
{
	const struct stack *stack = stacks_get(r->stacks, id);
	struct json_object *list;

	if (!stack)
		return NULL;
	list = json_object_new_array();
	for (unsigned int i = 0; i < stack->depth; i++)
		json_object_array_add(
			list, stack->names[i] ? json_object_new_string(stack->names[i]) : NULL);
	return list;
}

static struct json_object *timeline(const struct result *r, const struct call *call)
{
	struct json_object *list = json_object_new_array();
	size_t count;
	const struct wait_probe *probes = wait_probes(&count);

	for (unsigned int i = 0; i < call->segment_count; i++) {
		const struct segment *s = &call->segments[i];
		struct json_object *one = json_object_new_object();

		add(one, "at_us", us(s->start - call->start));
		add(one, "duration_us", us(s->end - s->start));
		add(one, "cause", json_object_new_string(cause_text(s->cause)->id));
		if (s->probe >= 0)
			add(one, "probe", json_object_new_string(probes[s->probe].name));
		if (s->stack)
			add(one, "stack", stack_of(r, s->stack));
		json_object_array_add(list, one);
	}
	return list;
}

static struct json_object *one_call(const struct result *r, const struct call *call)
{
	struct json_object *one = json_object_new_object(), *times = json_object_new_object();

	add(one, "thread", json_object_new_int(call->tid));
	add(one, "call", json_object_new_string(call_kind_name(call->kind)));
	add(one, "file", call->file ? json_object_new_string(call->file) : NULL);
	add(one, "offset", call->offset >= 0 ? json_object_new_int64(call->offset) : NULL);
	add(one, "length",
	    call_kind_has_length(call->kind) ? json_object_new_int64(call->length) : NULL);
	add(one, "result", json_object_new_int64(call->result));
	add(one, "start_ns", json_object_new_int64(call->start));
	add(one, "duration_us", us(call->end - call->start));
	add(one, "cause", json_object_new_string(cause_text(call_cause(call))->id));
	for (int cause = 0; cause < CAUSES; cause++) {
		if (call->time_of[cause])
			add(times, cause_text(cause)->id, us(call->time_of[cause]));
	}
	add(one, "time_us", times);
	add(one, "timeline", timeline(r, call));
	add(one, "pieces_left_out", json_object_new_int(call->segments_dropped));
	return one;
}

static struct json_object *trust(const struct result *r)
{
	struct json_object *one = json_object_new_object();

	add(one, "events_lost", json_object_new_int64(r->losses.lost));
	add(one, "probes_missed", json_object_new_int64(r->losses.missed));
	add(one, "calls_dropped", json_object_new_int64(r->counts->untold));
	add(one, "calls_unfinished", json_object_new_int64(r->counts->unfinished));
	return one;
}

static struct json_object *overhead(const struct result *r)
{
	struct json_object *one = json_object_new_object();
	double each = overhead_per_call(r->overhead);

	add(one, "per_call_us", each < 0 ? NULL : json_object_new_double(each / 1e3));
	add(one, "traced_call_us",
	    json_object_new_double(overhead_of_call(r->overhead, true) / 1e3));
	add(one, "untraced_call_us",
	    json_object_new_double(overhead_of_call(r->overhead, false) / 1e3));
	add(one, "own_cpu_s", json_object_new_double(r->tool_cpu));
	return one;
}

struct json_object *report_json(const struct result *r)
{
	struct json_object *all = json_object_new_object(), *list;
	const struct summary *s = r->summary;
	struct utsname kernel;

	uname(&kernel);
	add(all, "program", json_object_new_string("write-lat"));
	add(all, "schema", json_object_new_int(SCHEMA));
	add(all, "kernel", json_object_new_string(kernel.release));
	add(all, "seconds", json_object_new_double(r->seconds));
	add(all, "threshold_us", us(s->threshold));
	add(all, "calls", json_object_new_int64(s->calls));
	add(all, "slow_calls", json_object_new_int64(s->slow));
	add(all, "time_us", us(s->time));
	add(all, "slow_time_us", us(s->slow_time));
	add(all, "causes", causes(s));
	list = json_object_new_array();
	for (unsigned int i = 0; i < s->worst_count; i++)
		json_object_array_add(list, one_call(r, &s->worst[i]));
	add(all, "worst", list);
	add(all, "losses", trust(r));
	add(all, "overhead", overhead(r));
	list = json_object_new_array();
	for (unsigned int i = 0; i < r->notes->count; i++)
		json_object_array_add(list, json_object_new_string(r->notes->text[i]));
	add(all, "notes", list);
	return all;
}
