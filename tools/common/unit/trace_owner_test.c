// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace_owner.h"

static const struct trace_owner someone = {
	.namespace = 4026531836,
	.pid = 4711,
	.started = 123456,
};

static void name_tells_the_owner(void **state)
{
	char name[TRACE_OWNER_NAME];
	struct trace_owner owner;

	(void)state;
	assert_true(trace_owner_name("write_lat", &someone, name));
	assert_string_equal(name, "write_lat_4026531836_4711_123456");
	assert_true(trace_owner_parse("write_lat", name, &owner));
	assert_int_equal(owner.namespace, someone.namespace);
	assert_int_equal(owner.pid, someone.pid);
	assert_int_equal(owner.started, someone.started);
}

static void name_may_go_on(void **state)
{
	struct trace_owner owner;

	(void)state;
	assert_true(trace_owner_parse("write_lat", "write_lat_1_2_3_sleeps", &owner));
	assert_true(trace_owner_parse("write_lat", "write_lat_1_2_3/write_2 vfs_write", &owner));
	assert_true(trace_owner_parse("write-lat", "write-lat_1_2_3\n", &owner));
}

static void others_names_are_not_ours(void **state)
{
	struct trace_owner owner;

	(void)state;
	assert_false(trace_owner_parse("write_lat", "write_latency_1_2_3", &owner));
	assert_false(trace_owner_parse("write_lat", "write_lat_1_2", &owner));
	assert_false(trace_owner_parse("write_lat", "write_lat_1_2_3x", &owner));
	assert_false(trace_owner_parse("write_lat", "write_lat_01_2_3", &owner));
	assert_false(trace_owner_parse("write_lat", "write_lat_", &owner));
	assert_false(trace_owner_parse("write_lat", "wb_top_1_2_3", &owner));
	assert_false(trace_owner_parse("write_lat", "my_write_lat_1_2_3", &owner));
	assert_false(trace_owner_parse("write_lat", "", &owner));
}

static void too_long_a_name_is_refused(void **state)
{
	char name[TRACE_OWNER_NAME];

	(void)state;
	assert_false(trace_owner_name("a_program_with_a_name_that_leaves_no_room_for_its_owner",
				      &someone, name));
}

static void the_living_are_told_from_the_dead(void **state)
{
	struct trace_owner self, child, other;
	pid_t pid = fork();
	char text[16];

	(void)state;
	if (!pid) {
		pause();
		_exit(0);
	}
	assert_true(trace_owner_read("self", &self));
	assert_int_equal(self.pid, getpid());
	assert_int_equal(trace_owner_state(&self), TRACE_OWNER_ALIVE);
	snprintf(text, sizeof(text), "%d", (int)pid);
	assert_true(trace_owner_read(text, &child));
	assert_int_equal(trace_owner_state(&child), TRACE_OWNER_ALIVE);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(trace_owner_state(&child), TRACE_OWNER_DEAD);
	/* The number was given to a later process. */
	other = self;
	other.started--;
	assert_int_equal(trace_owner_state(&other), TRACE_OWNER_DEAD);
	/* A container's process may live though nobody here has its number. */
	other = child;
	other.namespace ++;
	assert_int_equal(trace_owner_state(&other), TRACE_OWNER_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_tells_the_owner),
		cmocka_unit_test(name_may_go_on),
		cmocka_unit_test(others_names_are_not_ours),
		cmocka_unit_test(too_long_a_name_is_refused),
		cmocka_unit_test(the_living_are_told_from_the_dead),
	};

	return cmocka_run_group_tests_name("trace owner", tests, NULL, NULL);
}
