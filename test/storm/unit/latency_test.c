// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "latency.h"

static struct latency l, other;

static int empty(void **state)
{
	(void)state;
	memset(&l, 0, sizeof(l));
	memset(&other, 0, sizeof(other));
	return 0;
}

/* The histogram's answer lies between the exact value and 1/LATENCY_STEPS above it. */
static void assert_about(uint64_t got, uint64_t exact)
{
	if (got < exact || got > exact + exact / LATENCY_STEPS)
		fail_msg("%llu is not within a bucket of %llu", (unsigned long long)got,
			 (unsigned long long)exact);
}

static void nothing_takes_no_time(void **state)
{
	(void)state;
	assert_int_equal(latency_percentile(&l, 50), 0);
	assert_int_equal(latency_percentile(&l, 100), 0);
}

static void small_values_are_exact(void **state)
{
	(void)state;
	for (uint64_t ns = 1; ns <= LATENCY_STEPS; ns++)
		latency_add(&l, ns);
	assert_int_equal(latency_percentile(&l, 50), LATENCY_STEPS / 2);
	assert_int_equal(latency_percentile(&l, 100), LATENCY_STEPS);
}

static void percentiles_of_an_even_spread(void **state)
{
	(void)state;
	for (uint64_t ns = 1; ns <= 100000; ns++)
		latency_add(&l, ns);
	assert_about(latency_percentile(&l, 50), 50000);
	assert_about(latency_percentile(&l, 90), 90000);
	assert_about(latency_percentile(&l, 99), 99000);
	assert_about(latency_percentile(&l, 99.9), 99900);
	assert_int_equal(latency_percentile(&l, 100), 100000);
	assert_int_equal(l.max, 100000);
}

static void every_magnitude_has_the_same_error(void **state)
{
	(void)state;
	for (int power = 0; power < LATENCY_POWERS; power++) {
		for (uint64_t step = 0; step < 7; step++) {
			uint64_t ns = (1ULL << power) + step * (1ULL << power) / 7;

			empty(NULL);
			latency_add(&l, ns);
			latency_add(&l, 1ULL << 50);
			assert_about(latency_percentile(&l, 50), ns);
		}
	}
}

static void one_slow_call_in_a_thousand_shows_above_its_percentile_only(void **state)
{
	(void)state;
	for (int i = 0; i < 999; i++)
		latency_add(&l, 1000);
	latency_add(&l, 5000000);
	assert_about(latency_percentile(&l, 99), 1000);
	assert_about(latency_percentile(&l, 99.9), 1000);
	assert_int_equal(latency_percentile(&l, 100), 5000000);
}

static void what_is_longer_than_the_table_is_kept_as_its_longest(void **state)
{
	(void)state;
	latency_add(&l, UINT64_MAX);
	assert_int_equal(l.max, UINT64_MAX);
	assert_true(latency_percentile(&l, 50) >= (1ULL << LATENCY_POWERS) - 1);
}

static void merging_is_adding(void **state)
{
	(void)state;
	latency_add(&l, 100);
	latency_add(&other, 1000);
	latency_add(&other, 1000);
	latency_merge(&l, &other);
	assert_int_equal(l.count, 3);
	assert_int_equal(l.max, 1000);
	assert_about(latency_percentile(&l, 33), 100);
	assert_about(latency_percentile(&l, 34), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_takes_no_time, empty),
		cmocka_unit_test_setup(small_values_are_exact, empty),
		cmocka_unit_test_setup(percentiles_of_an_even_spread, empty),
		cmocka_unit_test_setup(every_magnitude_has_the_same_error, empty),
		cmocka_unit_test_setup(one_slow_call_in_a_thousand_shows_above_its_percentile_only,
				       empty),
		cmocka_unit_test_setup(what_is_longer_than_the_table_is_kept_as_its_longest, empty),
		cmocka_unit_test_setup(merging_is_adding, empty),
	};

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
