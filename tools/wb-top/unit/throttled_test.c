// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "fixture.h"
#include "throttled.h"

static struct throttled t;

static int fresh(void **state)
{
	memset(&t, 0, sizeof(t));
	return make_fixture(state);
}

static struct throttle event(pid_t pid, uint64_t time, int64_t pause)
{
	return (struct throttle){
		.pid = pid,
		.time = time,
		.bdi = "0:45",
		.pause = pause,
		.limit = 1000,
		.setpoint = 800,
		.bdi_setpoint = 80,
		.bdi_dirty = 90,
		.task_ratelimit = 400,
		.dirtied = 32,
	};
}

static void only_the_whole_signature_is_a_zero_threshold(void **state)
{
	struct throttle stall = { .pause = 85, .dirtied = 1 }, other;

	(void)state;
	assert_true(throttle_is_zero_threshold(&stall));
	other = stall;
	other.pause = 0;
	assert_false(throttle_is_zero_threshold(&other));
	other = stall;
	other.bdi_setpoint = 1;
	assert_false(throttle_is_zero_threshold(&other));
	other = stall;
	other.task_ratelimit = 4;
	assert_false(throttle_is_zero_threshold(&other));
	other = stall;
	other.dirtied = 32;
	assert_true(throttle_is_zero_threshold(&other));
}

static void a_threshold_is_told_from_the_setpoints(void **state)
{
	struct throttle e = event(1, 1, 1);

	(void)state;
	assert_int_equal(throttle_threshold(&e), 100);
	e.setpoint = 0;
	assert_int_equal(throttle_threshold(&e), 0);
}

static void pauses_of_a_task_add_up(void **state)
{
	struct throttle e[] = { event(7, 30, 20), event(7, 10, 50), event(7, 20, 0),
				event(8, 5, 90), event(9, 5, 0) };

	(void)state;
	e[1].bdi_dirty = e[2].bdi_dirty = 1;
	for (size_t i = 0; i < sizeof(e) / sizeof(e[0]); i++)
		throttled_add(&t, &e[i]);
	throttled_end(&t);
	assert_int_equal(t.task_count, 2); /* 9 did not wait */
	assert_int_equal(t.tasks[0].last.pid, 8);
	assert_int_equal(t.tasks[1].last.pid, 7);
	assert_int_equal(t.tasks[1].pauses, 2);
	assert_int_equal(t.tasks[1].paused_ms, 70);
	assert_int_equal(t.tasks[1].longest_ms, 50);
	/* The last by time, not by arrival. */
	assert_int_equal(t.tasks[1].last.bdi_dirty, 90);
	throttled_begin(&t);
	assert_int_equal(t.task_count, 0);
}

static void a_task_on_two_devices_has_two_lines(void **state)
{
	struct throttle a = event(7, 1, 10), b = event(7, 2, 10);

	(void)state;
	strcpy(b.bdi, "254:0");
	throttled_add(&t, &a);
	throttled_add(&t, &b);
	throttled_end(&t);
	assert_int_equal(t.task_count, 2);
}

static void more_tasks_than_fit_are_counted(void **state)
{
	(void)state;
	for (pid_t pid = 1; pid <= MAX_TASKS + 5; pid++) {
		struct throttle e = event(pid, 1, 10);

		throttled_add(&t, &e);
	}
	throttled_end(&t);
	assert_int_equal(t.task_count, MAX_TASKS);
	assert_int_equal(t.tasks_left_out, 5);
}

static void flusher_work_under_way_stays(void **state)
{
	(void)state;
	throttled_work(&t, "254:0", "background", 100, true);
	throttled_work(&t, "254:0", "background", 100, false);
	throttled_work(&t, "254:0", "sync", 200, true);
	throttled_work(&t, "8:0", "sync", 0, false); /* began before we looked */
	assert_int_equal(t.work_count, 2);
	throttled_begin(&t);
	assert_int_equal(t.work_count, 1);
	assert_string_equal(t.works[0].reason, "sync");
	throttled_work(&t, "254:0", "sync", 0, false);
	throttled_begin(&t);
	assert_int_equal(t.work_count, 0);
}

static void callers_of_sync_are_found_and_timed(void **state)
{
	char call[128];

	(void)state;
	snprintf(call, sizeof(call), "%d 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f12\n", SYS_fsync);
	put("proc/31/task/31/syscall", call);
	put("proc/31/comm", "writer\n");
	put("proc/32/task/32/syscall", "running\n");
	snprintf(call, sizeof(call), "%d 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f12\n", SYS_read);
	put("proc/33/task/33/syscall", call);
	put("proc/self/task/34/syscall", "not a number\n");
	throttled_read_syncs(&t, 1);
	assert_int_equal(t.sync_count, 1);
	assert_int_equal(t.syncs[0].pid, 31);
	assert_string_equal(t.syncs[0].call, "fsync");
	assert_string_equal(t.syncs[0].comm, "writer");
	throttled_read_syncs(&t, 2.5);
	assert_true(t.syncs[0].seconds == 2.5);
	put("proc/31/task/31/syscall", "running\n");
	throttled_read_syncs(&t, 1);
	assert_int_equal(t.sync_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_the_whole_signature_is_a_zero_threshold, fresh,
						remove_fixture),
		cmocka_unit_test_setup_teardown(a_threshold_is_told_from_the_setpoints, fresh,
						remove_fixture),
		cmocka_unit_test_setup_teardown(pauses_of_a_task_add_up, fresh, remove_fixture),
		cmocka_unit_test_setup_teardown(a_task_on_two_devices_has_two_lines, fresh,
						remove_fixture),
		cmocka_unit_test_setup_teardown(more_tasks_than_fit_are_counted, fresh,
						remove_fixture),
		cmocka_unit_test_setup_teardown(flusher_work_under_way_stays, fresh,
						remove_fixture),
		cmocka_unit_test_setup_teardown(callers_of_sync_are_found_and_timed, fresh,
						remove_fixture),
	};

	return cmocka_run_group_tests_name("throttled", tests, NULL, NULL);
}
