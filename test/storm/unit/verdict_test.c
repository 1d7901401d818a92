// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "verdict.h"

#define SAMPLES 3

static double rates[8][SAMPLES], raw[SAMPLES] = { 1000, 1000, 1000 };
static struct measurement m[8];
static struct options o;
static struct environment environment;
static struct lock_counter locks;
static struct report r;
static struct verdict verdicts[STORM_COUNT];

static int fresh(void **state)
{
	(void)state;
	memset(m, 0, sizeof(m));
	o = (struct options){ .samples = SAMPLES, .layers = 4 };
	environment = (struct environment){ .module_version = { "stock" } };
	locks = (struct lock_counter){ .ready = true, .directory = -1 };
	r = (struct report){
		.o = &o, .environment = &environment, .locks = &locks, .cpus = 8, .measurements = m
	};
	return 0;
}

/* One more measurement; @share of the raw rate, give or take @spread. */
static void measured(const char *op, unsigned int tasks, double share, double spread,
		     double locks_per_op)
{
	unsigned int i = r.count++;

	for (int s = 0; s < SAMPLES; s++)
		rates[i][s] = raw[s] * (share + (s - 1) * spread);
	m[i] = (struct measurement){
		.op = operation_find(op), .tasks = tasks, .samples = SAMPLES,
		.side = {
			[SIDE_OVERLAY] = { .rates = rates[i], .locks_per_op = locks_per_op },
			[SIDE_RAW] = { .rates = raw, .locks_per_op = 0 },
		},
	};
}

static const struct verdict *judged(enum storm storm)
{
	verdicts_find(&r, verdicts);
	return &verdicts[storm];
}

static void a_counted_lock_is_certain(void **state)
{
	(void)state;
	measured("dir", 1, 0.5, 0.01, 1);
	measured("readdir", 1, 0.5, 0.01, 5);
	assert_int_equal(judged(STORM_MOUNT_LOCK)->certainty, CERTAIN);
	assert_non_null(strstr(judged(STORM_MOUNT_LOCK)->reason, "readdir"));
	assert_non_null(strstr(judged(STORM_MOUNT_LOCK)->reason, "5.00"));
	assert_non_null(strstr(judged(STORM_MOUNT_LOCK)->advice, "install ovl-calm"));
	strcpy(environment.private_ns.text, "none");
	assert_non_null(strstr(judged(STORM_MOUNT_LOCK)->advice, "private_ns is none"));
}

static void a_lock_that_is_taken_beneath_as_well_is_not_overlays(void **state)
{
	(void)state;
	measured("dir", 1, 0.5, 0.01, 1);
	m[0].side[SIDE_RAW].locks_per_op = 1;
	assert_int_equal(judged(STORM_MOUNT_LOCK)->certainty, NOT_SEEN);
}

static void without_a_count_nothing_is_said(void **state)
{
	(void)state;
	measured("dir", 1, 0.5, 0.01, -1);
	locks.ready = false;
	strcpy(locks.why_not, "needs root");
	assert_int_equal(judged(STORM_MOUNT_LOCK)->certainty, UNKNOWN);
	assert_non_null(strstr(judged(STORM_MOUNT_LOCK)->reason, "needs root"));
}

static void calm_is_only_complete_with_the_operations_that_would_show_it(void **state)
{
	(void)state;
	measured("open", 1, 0.5, 0.01, 0);
	assert_int_equal(judged(STORM_MOUNT_LOCK)->certainty, NOT_SEEN);
	assert_non_null(strstr(judged(STORM_MOUNT_LOCK)->advice, "copyup"));
	measured("dir", 1, 0.5, 0.01, 0);
	measured("readdir", 1, 0.5, 0.01, 0);
	measured("copyup", 1, 0.5, 0.01, 0);
	assert_string_equal(judged(STORM_MOUNT_LOCK)->advice, "");
}

static void a_loss_that_grows_with_the_tasks_is_likely_the_credentials(void **state)
{
	(void)state;
	measured("stat", 1, 0.6, 0.01, 0);
	measured("stat", 8, 0.2, 0.01, 0);
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, LIKELY);
	assert_non_null(strstr(judged(STORM_CREDENTIALS)->reason, "stat"));
	assert_non_null(strstr(judged(STORM_CREDENTIALS)->reason, "33 %"));
	assert_non_null(strstr(judged(STORM_CREDENTIALS)->advice, "install ovl-calm"));
	strcpy(environment.cred_shards.text, "0");
	assert_non_null(strstr(judged(STORM_CREDENTIALS)->advice, "set it to auto"));
	strcpy(environment.cred_shards.text, "8");
	assert_non_null(strstr(judged(STORM_CREDENTIALS)->advice, "look elsewhere"));
}

static void samples_that_overlap_are_only_possible(void **state)
{
	(void)state;
	measured("stat", 1, 0.6, 0.2, 0);
	measured("stat", 8, 0.4, 0.1, 0);
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, POSSIBLE);
}

static void a_constant_cost_is_no_storm(void **state)
{
	(void)state;
	measured("stat", 1, 0.3, 0.01, 0);
	measured("stat", 8, 0.3, 0.01, 0);
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, NOT_SEEN);
	assert_string_equal(judged(STORM_CREDENTIALS)->advice, "");
}

static void what_cannot_show_it_is_not_asked(void **state)
{
	(void)state;
	measured("stat", 8, 0.1, 0.01, 0); /* no run with one task */
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, UNKNOWN);
	measured("stat", 1, 0.6, 0.01, 0);
	r.cpus = 2; /* eight tasks on two CPUs take turns */
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, UNKNOWN);
	r.cpus = 8;
	o.shared = true; /* the files themselves are contended */
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, UNKNOWN);
	o.shared = false;
	m[0].side[SIDE_OVERLAY].locks_per_op = 1; /* mount_lock explains the loss */
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, UNKNOWN);
	m[0].side[SIDE_OVERLAY].locks_per_op = 0;
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, LIKELY);
}

static void the_upper_filesystems_locks_are_not_the_credentials(void **state)
{
	(void)state;
	measured("create", 1, 0.6, 0.01, 0);
	measured("create", 8, 0.1, 0.01, 0);
	assert_int_equal(judged(STORM_CREDENTIALS)->certainty, UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_counted_lock_is_certain, fresh),
		cmocka_unit_test_setup(a_lock_that_is_taken_beneath_as_well_is_not_overlays, fresh),
		cmocka_unit_test_setup(without_a_count_nothing_is_said, fresh),
		cmocka_unit_test_setup(calm_is_only_complete_with_the_operations_that_would_show_it,
				       fresh),
		cmocka_unit_test_setup(a_loss_that_grows_with_the_tasks_is_likely_the_credentials,
				       fresh),
		cmocka_unit_test_setup(samples_that_overlap_are_only_possible, fresh),
		cmocka_unit_test_setup(a_constant_cost_is_no_storm, fresh),
		cmocka_unit_test_setup(what_cannot_show_it_is_not_asked, fresh),
		cmocka_unit_test_setup(the_upper_filesystems_locks_are_not_the_credentials, fresh),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
