// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pauses.h"

#define MS 1000000ull

/* Page 1 is slow by itself, pages 2 and 4 sleep, page 3 meets the throttle and goes on. */
static struct touch touches[] = {
	{ 0, MS },
	{ 1 * MS, 15 * MS },
	{ 16 * MS, 40 * MS },
	{ 56 * MS, 20 * MS },
	{ 76 * MS, 30 * MS },
	{ 106 * MS, 10 * MS },
};
static struct throttle_event events[] = {
	{ .time = 17 * MS, .pause = 36 }, { .time = 57 * MS, .pause = 0 },
	{ .time = 80 * MS, .pause = -1 }, { .time = 81 * MS, .pause = 12 },
	{ .time = 95 * MS, .pause = 8 },  { .time = 107 * MS, .pause = 9 },
};
static struct dirtying d = { .pages = 6, .done = 6, .touches = touches };

static void only_throttled_touches_are_pauses(void **state)
{
	struct throttle_trace t = { .tracing = true, .events = events, .count = 6 };
	struct pauses p = pauses_find(&d, &t);

	(void)state;
	assert_int_equal(p.count, 2);
	assert_int_equal(p.others, 2);
	assert_int_equal(p.longest * 1e3 + 0.5, 40);
	assert_int_equal(p.longest_of_rest * 1e3 + 0.5, 30);
	assert_int_equal(p.pages_per_pause, 3);
}

static void without_a_trace_each_slow_touch_is_one(void **state)
{
	struct throttle_trace t = { .tracing = false };
	struct pauses p = pauses_find(&d, &t);

	(void)state;
	assert_int_equal(p.count, 4);
	assert_int_equal(p.others, 0);
	assert_int_equal(p.longest_of_rest * 1e3 + 0.5, 40);
}

/* Page 5 sleeps, too, but too short to be a pause; page 4 sleeps twice. */
static void sleeps_of_one_touch_add_up(void **state)
{
	struct throttle_trace t = { .tracing = true, .events = events, .count = 6 };
	struct throttle_trace later = { .tracing = true, .events = events + 2, .count = 4 };

	(void)state;
	assert_int_equal(pauses_find(&d, &t).longest_sleep * 1e3 + 0.5, 36);
	assert_int_equal(pauses_find(&d, &t).longest_sleep_of_rest * 1e3 + 0.5, 20);
	assert_int_equal(pauses_find(&d, &later).longest_sleep * 1e3 + 0.5, 20);
	assert_int_equal(pauses_find(&d, &later).longest_sleep_of_rest * 1e3 + 0.5, 9);
}

static void no_pause_means_all_pages_at_once(void **state)
{
	struct throttle_trace t = { .tracing = true };
	struct pauses p = pauses_find(&d, &t);

	(void)state;
	assert_int_equal(p.count, 0);
	assert_true(p.longest == 0 && p.longest_sleep == 0 && p.longest_sleep_of_rest == 0);
	assert_int_equal(p.pages_per_pause, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_throttled_touches_are_pauses),
		cmocka_unit_test(without_a_trace_each_slow_touch_is_one),
		cmocka_unit_test(sleeps_of_one_touch_add_up),
		cmocka_unit_test(no_pause_means_all_pages_at_once),
	};

	return cmocka_run_group_tests_name("pauses", tests, NULL, NULL);
}
