// SPDX-License-Identifier: GPL-2.0-only
/* One result, told to people and to programs. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "report.h"

static struct summary summary;
static struct stacks *stacks;
static struct options options;
static const struct call_counts counts = {
	.calls = 3, .untold = 4, .unfinished = 5, .lost_notes = 1
};
static const struct overhead overhead = {
	.untraced = { 1000, 3000 },
	.traced = { 7000, 5000 },
	.untraced_count = 2,
	.traced_count = 2,
};
static const struct tracer_notes notes = { .text = { "page lock: nobody knows" }, .count = 1 };
static struct result result = {
	.options = &options,
	.summary = &summary,
	.notes = &notes,
	.counts = &counts,
	.overhead = &overhead,
	.losses = { .lost = 17, .missed = 18 },
	.seconds = 2.5,
	.tool_cpu = 0.25,
};

static void add_rmw(void)
{
	struct call call = {
		.tid = 4711,
		.kind = CALL_PWRITE64,
		.length = 100,
		.offset = 8202,
		.result = 100,
		.start = 1000000,
		.end = 61000000,
		.file = strdup("/mnt/f"),
		.segment_count = 2,
	};

	call.time_of[CAUSE_RMW] = 58000000;
	call.time_of[CAUSE_CPU] = 2000000;
	call.segments[0] = (struct segment){ 1000000, 3000000, CAUSE_CPU, 0, -1 };
	call.segments[1] = (struct segment){ 3000000, 61000000, CAUSE_RMW, 1, 0 };
	summary_add(&summary, &call);
}

static void add_failed_sync(void)
{
	struct call call = {
		.tid = 4712,
		.kind = CALL_FSYNC,
		.offset = -1,
		.result = -5,
		.end = 30000000,
		.segment_count = 1,
	};

	call.time_of[CAUSE_OTHER] = 30000000;
	call.segments[0] = (struct segment){ 0, 30000000, CAUSE_OTHER, 1, -1 };
	summary_add(&summary, &call);
}

static int set_up(void **state)
{
	const uint64_t addresses[] = { 0x1234 };
	struct stack stack;

	(void)state;
	stacks = stacks_new(NULL);
	if (!stacks || !summary_init(&summary, 10000000, 5))
		return -1;
	result.stacks = stacks;
	stacks_add(stacks, addresses, 1, &stack);
	add_rmw();
	add_failed_sync();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	summary_free(&summary);
	stacks_free(stacks);
	return 0;
}

static void the_text_tells_all(void **state)
{
	static const char *const parts[] = {
		"2 calls in 2.5 s, 2 of them slow (over 10.0 ms)",
		"read-modify-write of a block",
		"60.0 ms pwrite64: read-modify-write of a block",
		"thread 4711, 100 bytes at 8202 of /mnt/f",
		"58.0 ms  read-modify-write of a block (buffer)",
		"30.0 ms fsync: other",
		"of a file that is gone, failed: Input/output error",
		"0x1234",
		"advice, read-modify-write of a block: Blocks were overwritten in part",
		"overhead: 4.0 us for each call (6.0 us traced, 2.0 us untraced",
		"0.25 s of CPU in 2.5 s",
		"lost: 17 events did not fit the buffers (--buffer); 4 calls dropped",
		"missed: 18 probe hits",
		"unfinished: 5 calls",
		"note: page lock: nobody knows",
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	report_text(&result, out);
	fclose(out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(text, parts[i]))
			fail_msg("\"%s\" is not in:\n%s", parts[i], text);
	}
	free(text);
}

static struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no %s", key);
	return value;
}

static void json_has_what_the_manual_says(void **state)
{
	struct json_object *all = report_json(&result), *call, *piece;

	(void)state;
	assert_string_equal(json_object_get_string(get(all, "program")), "write-lat");
	assert_int_equal(json_object_get_int(get(all, "schema")), 1);
	assert_int_equal(json_object_get_int(get(all, "calls")), 2);
	assert_int_equal(json_object_get_int(get(all, "slow_calls")), 2);
	assert_int_equal(json_object_get_int(get(all, "threshold_us")), 10000);
	assert_int_equal(json_object_array_length(get(all, "worst")), 2);
	call = json_object_array_get_idx(get(all, "worst"), 0);
	assert_int_equal(json_object_get_int(get(call, "thread")), 4711);
	assert_string_equal(json_object_get_string(get(call, "call")), "pwrite64");
	assert_string_equal(json_object_get_string(get(call, "file")), "/mnt/f");
	assert_int_equal(json_object_get_int(get(call, "offset")), 8202);
	assert_int_equal(json_object_get_int64(get(call, "start_ns")), 1000000);
	assert_int_equal(json_object_get_int(get(call, "duration_us")), 60000);
	assert_string_equal(json_object_get_string(get(call, "cause")), "read-modify-write");
	assert_int_equal(json_object_get_int(get(get(call, "time_us"), "cpu")), 2000);
	piece = json_object_array_get_idx(get(call, "timeline"), 1);
	assert_int_equal(json_object_get_int(get(piece, "at_us")), 2000);
	assert_string_equal(json_object_get_string(get(piece, "probe")), "buffer");
	assert_int_equal(json_object_array_length(get(piece, "stack")), 1);
	call = json_object_array_get_idx(get(all, "worst"), 1);
	assert_null(get(call, "file"));
	assert_null(get(call, "offset"));
	assert_null(get(call, "length"));
	assert_int_equal(json_object_get_int(get(call, "result")), -5);
	assert_int_equal(json_object_get_int(get(get(all, "losses"), "events_lost")), 17);
	assert_int_equal(json_object_get_int(get(get(all, "losses"), "probes_missed")), 18);
	assert_int_equal(json_object_get_int(get(get(all, "overhead"), "per_call_us")), 4);
	assert_int_equal(json_object_array_length(get(all, "notes")), 1);
	json_object_put(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_text_tells_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_has_what_the_manual_says, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
