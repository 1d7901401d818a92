// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "targets.h"

static void add(struct summary *s, uint64_t duration, enum cause cause)
{
	struct call call = { .start = 5, .end = 5 + duration };

	call.time_of[cause] = duration;
	call.file = strdup("/f");
	summary_add(s, &call);
	free(call.file);
}

static void fast_calls_have_no_cause(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summary_init(&s, 1000000, 3));
	add(&s, 1000000, CAUSE_RMW);
	add(&s, 10, CAUSE_THROTTLE);
	assert_int_equal(s.calls, 2);
	assert_int_equal(s.slow, 0);
	assert_int_equal(s.worst_count, 0);
	assert_int_equal(s.causes[CAUSE_RMW].slow_calls, 0);
	assert_int_equal(s.causes[CAUSE_RMW].time, 0);
	summary_free(&s);
}

static void the_worst_are_kept_in_order(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summary_init(&s, 0, 3));
	add(&s, 20, CAUSE_RMW);
	add(&s, 50, CAUSE_RMW);
	add(&s, 10, CAUSE_RMW);
	add(&s, 40, CAUSE_JOURNAL);
	add(&s, 5, CAUSE_RMW);
	assert_int_equal(s.worst_count, 3);
	assert_int_equal(s.worst[0].end, 55);
	assert_int_equal(s.worst[1].end, 45);
	assert_int_equal(s.worst[2].end, 25);
	assert_string_equal(s.worst[2].file, "/f");
	assert_int_equal(s.causes[CAUSE_RMW].slow_calls, 4);
	assert_int_equal(s.causes[CAUSE_RMW].longest, 50);
	assert_int_equal(s.causes[CAUSE_RMW].time, 85);
	summary_free(&s);
	assert_true(summary_init(&s, 0, 0));
	add(&s, 20, CAUSE_RMW);
	assert_int_equal(s.worst_count, 0);
	summary_free(&s);
}

static void buckets_are_powers_of_two(void **state)
{
	(void)state;
	assert_int_equal(summary_bucket(0), 0);
	assert_int_equal(summary_bucket(1999), 0);
	assert_int_equal(summary_bucket(2000), 1);
	assert_int_equal(summary_bucket(1023999), 9);
	assert_int_equal(summary_bucket(1024000), 10);
	assert_int_equal(summary_bucket(~0ULL), BUCKET_COUNT - 1);
}

static void paths_below(void **state)
{
	(void)state;
	assert_true(path_is_below("/a/b", "/a/b"));
	assert_true(path_is_below("/a/b/c", "/a/b"));
	assert_true(path_is_below("/a/b/c", "/a/b/"));
	assert_true(path_is_below("/a/b (deleted)", "/a/b"));
	assert_true(path_is_below("/a", "/"));
	assert_false(path_is_below("/a/bc", "/a/b"));
	assert_false(path_is_below("/a", "/a/b"));
	assert_false(path_is_below("pipe:[12]", "/a"));
}

static void threads_are_added_once(void **state)
{
	struct tids tids = { NULL, 0, 0 };

	(void)state;
	for (int i = 1; i < 200; i++)
		assert_true(tids_add(&tids, i));
	assert_false(tids_add(&tids, 77));
	assert_int_equal(tids.count, 199);
	tids_free(&tids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_calls_have_no_cause),
		cmocka_unit_test(the_worst_are_kept_in_order),
		cmocka_unit_test(buckets_are_powers_of_two),
		cmocka_unit_test(paths_below),
		cmocka_unit_test(threads_are_added_once),
	};

	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
