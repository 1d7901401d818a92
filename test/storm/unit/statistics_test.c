// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "statistics.h"

static void near(double value, double expected)
{
	if (value < expected - 1e-9 || value > expected + 1e-9)
		fail_msg("%g is not %g", value, expected);
}

static void median_of_odd_count_is_the_middle(void **state)
{
	const double values[] = { 9, 1, 5 };

	(void)state;
	near(median(values, 3), 5);
	near(values[0], 9);
}

static void median_of_even_count_is_between(void **state)
{
	const double values[] = { 9, 1, 5, 7 };

	(void)state;
	near(median(values, 4), 6);
}

static void summary_has_smallest_and_largest(void **state)
{
	const double values[] = { 3, -2, 8, 8, 1 };
	struct summary s = summarise(values, 5);

	(void)state;
	near(s.median, 3);
	near(s.min, -2);
	near(s.max, 8);
}

static void one_sample_is_its_own_summary(void **state)
{
	const double value = 4;
	struct summary s = summarise(&value, 1);

	(void)state;
	near(s.median, 4);
	near(s.min, 4);
	near(s.max, 4);
}

static void fairness_is_slowest_by_fastest(void **state)
{
	const double rates[] = { 40, 10, 20 }, starved[] = { 5, 0 }, idle[] = { 0, 0 };

	(void)state;
	near(fairness(rates, 3), 0.25);
	near(fairness(starved, 2), 0);
	near(fairness(idle, 2), 1);
}

static void ratio_divides_neighbours(void **state)
{
	/* Halves in each pair, though the machine became ten times slower on the way. */
	const double overlay[] = { 500, 50, 5 }, raw[] = { 1000, 100, 10 };
	const double nothing[] = { 0, 0, 10 };

	(void)state;
	near(paired_ratio(overlay, raw, 3), 0.5);
	near(paired_ratio(overlay, nothing, 3), 0.5);
	near(paired_ratio(overlay, nothing, 2), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_odd_count_is_the_middle),
		cmocka_unit_test(median_of_even_count_is_between),
		cmocka_unit_test(summary_has_smallest_and_largest),
		cmocka_unit_test(one_sample_is_its_own_summary),
		cmocka_unit_test(fairness_is_slowest_by_fastest),
		cmocka_unit_test(ratio_divides_neighbours),
	};

	return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
