// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "stall_report.h"

static struct touch touches[] = { { 0, 1000000 }, { 1000000, 40000000 } };
static struct throttle_event events[] = {
	{ .time = 2000000,
	  .pause = 36,
	  .setpoint = 3,
	  .dirty = 9,
	  .task_ratelimit = 64,
	  .dirtied = 1 },
	{ .time = 3000000, .pause = 0, .setpoint = 100, .dirtied = 77 },
};

static struct stall_options o = { .mb = 10, .threads = 2, .delay = 0.001, .competing = "/c" };

static struct stall_result sample(void)
{
	return (struct stall_result){
		.o = &o,
		.kernel = "6.1.0",
		.module = "stock",
		.policy = "stock",
		.backing_fs = "tmpfs",
		.local_fs = "ext4",
		.bdi = { "0:44", 1, 1, -1 },
		.fuse = { .pages = 2,
			  .done = 2,
			  .touches = touches,
			  .seconds = 4,
			  .sync_seconds = 1 },
		.local = { .pages = 2, .done = 2, .touches = touches, .seconds = 0.5 },
		.throttle = { .tracing = true, .events = events, .count = 2 },
		.competing_mb_per_s = 12,
	};
}

static struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no key \"%s\"", key);
	return value;
}

static void assert_number(struct json_object *object, const char *key, double wanted)
{
	double value = json_object_get_double(get(object, key));

	if (value < wanted - 1e-6 || value > wanted + 1e-6)
		fail_msg("%s is %g, not %g", key, value, wanted);
}

static void json_has_the_documented_keys(void **state)
{
	struct stall_result r = sample();
	struct json_object *root = stall_report_json(&r), *throttle, *bdi;

	(void)state;
	assert_string_equal(json_object_get_string(get(root, "kernel")), "6.1.0");
	assert_string_equal(json_object_get_string(get(root, "module")), "stock");
	assert_string_equal(json_object_get_string(get(root, "policy")), "stock");
	assert_string_equal(json_object_get_string(get(root, "backing_fs")), "tmpfs");
	assert_string_equal(json_object_get_string(get(root, "local_fs")), "ext4");
	assert_number(root, "mb", 10);
	assert_number(root, "delay_ms", 1);
	assert_true(json_object_get_boolean(get(root, "competing")));
	assert_true(json_object_get_boolean(get(root, "complete")));
	assert_number(root, "seconds", 4);
	assert_number(root, "sync_seconds", 1);
	assert_number(root, "total_seconds", 5);
	assert_number(root, "pauses_over_10ms", 1);
	assert_number(root, "longest_sleep_ms", 36);
	assert_number(root, "longest_sleep_after_first_ms", 0);
	assert_number(root, "longest_pause_ms", 40);
	assert_number(root, "longest_pause_after_first_ms", 0);
	assert_number(root, "pages_per_pause", 2);
	assert_number(root, "local_seconds", 0.5);
	assert_number(root, "competing_mb_per_s", 12);
	bdi = get(root, "bdi");
	assert_number(bdi, "min_ratio", 1);
	assert_null(get(bdi, "strict_limit"));
	throttle = get(root, "balance_dirty_pages");
	assert_number(throttle, "events", 2);
	assert_number(throttle, "sleeps", 1);
	assert_number(get(throttle, "setpoint"), "max", 3);
	assert_number(get(throttle, "task_ratelimit"), "median", 64);
	assert_number(get(throttle, "dirtied"), "max", 1);
	assert_number(get(throttle, "pause_ms"), "max", 36);
	json_object_put(root);
}

/* 0 would claim that it was measured. */
static void json_says_null_for_what_was_not_measured(void **state)
{
	struct stall_result r = sample();
	struct json_object *root;

	(void)state;
	r.throttle.tracing = false;
	r.local.touches = NULL;
	r.fuse.done = 1;
	r.fuse.sync_seconds = -1;
	r.competing_mb_per_s = -1;
	root = stall_report_json(&r);
	assert_null(get(root, "balance_dirty_pages"));
	assert_null(get(root, "local_seconds"));
	assert_null(get(root, "sync_seconds"));
	assert_null(get(root, "total_seconds"));
	assert_null(get(root, "longest_sleep_ms"));
	assert_null(get(root, "longest_sleep_after_first_ms"));
	assert_null(get(root, "competing_mb_per_s"));
	assert_false(json_object_get_boolean(get(root, "complete")));
	json_object_put(root);
}

static void text_names_what_was_measured(void **state)
{
	static const char *const wanted[] = { "6.1.0",	    "0:44",	  "2 threads",
					      "4.000 s",    "1 pauses",	  "40.0 ms",
					      "ext4",	    "12.0 MiB/s", "task_ratelimit",
					      "sleep 36 ms" };
	struct stall_result r = sample();
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	stall_report_print(&r, out);
	fclose(out);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (!strstr(text, wanted[i]))
			fail_msg("the text lacks \"%s\":\n%s", wanted[i], text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_the_documented_keys),
		cmocka_unit_test(json_says_null_for_what_was_not_measured),
		cmocka_unit_test(text_names_what_was_measured),
	};

	return cmocka_run_group_tests_name("stall_report", tests, NULL, NULL);
}
