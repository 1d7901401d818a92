// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shares.h"

#define PERCENT PPM_PER_PERCENT

static const struct share_limits fine = { 1 * PERCENT, 2 * PERCENT, 5 * PERCENT, 20 * PERCENT, 1 };
static const struct share_limits coarse = { 1 * PERCENT, 2 * PERCENT, 5 * PERCENT, 20 * PERCENT,
					    PERCENT };

static struct share shares[300];

static void mounts(size_t from, size_t count, uid_t owner)
{
	for (size_t i = from; i < from + count; i++)
		shares[i] = (struct share){ owner, PERCENT, 12345 };
}

static unsigned int sum(size_t from, size_t count)
{
	unsigned int sum = 0;

	for (size_t i = from; i < from + count; i++)
		sum += shares[i].result;
	return sum;
}

static void few_mounts_get_the_whole_floor(void **state)
{
	(void)state;
	mounts(0, 2, 0);
	mounts(2, 2, 1000);
	shares_divide(shares, 4, &fine, 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(shares[i].result, PERCENT);
	shares_divide(shares, 4, &coarse, 0);
	assert_int_equal(sum(0, 4), 4 * PERCENT);
}

static void a_flood_of_one_user_stays_in_the_users_share(void **state)
{
	(void)state;
	mounts(0, 200, 1000);
	mounts(200, 1, 1001);
	mounts(201, 3, 0);
	shares_divide(shares, 204, &fine, 0);
	assert_int_equal(sum(0, 200), 2 * PERCENT);
	assert_int_equal(shares[0].result, 100);
	assert_int_equal(shares[200].result, PERCENT);
	assert_int_equal(sum(201, 3), 3 * PERCENT);
	shares_divide(shares, 204, &coarse, 0);
	assert_int_equal(sum(0, 200), 2 * PERCENT);
	assert_int_equal(shares[200].result, PERCENT);
	assert_int_equal(sum(201, 3), 3 * PERCENT);
}

static void many_users_stay_in_the_share_of_all(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		mounts(i, 1, 1000 + i);
	mounts(100, 2, 0);
	shares_divide(shares, 102, &fine, 0);
	assert_int_equal(sum(0, 100), 5 * PERCENT);
	assert_int_equal(shares[7].result, 500);
	assert_int_equal(sum(100, 2), 2 * PERCENT);
	shares_divide(shares, 102, &coarse, 0);
	assert_int_equal(sum(0, 100), 5 * PERCENT);
	assert_int_equal(sum(100, 2), 2 * PERCENT);
}

static void root_stays_in_the_total(void **state)
{
	(void)state;
	mounts(0, 40, 0);
	mounts(40, 1, 1000);
	shares_divide(shares, 41, &fine, 0);
	assert_true(sum(0, 41) <= 20 * PERCENT);
	assert_int_equal(shares[40].result, PERCENT);
	assert_int_equal(shares[0].result, 19 * PERCENT / 40);
	shares_divide(shares, 41, &coarse, 0);
	assert_int_equal(sum(0, 41), 20 * PERCENT);
}

static void what_others_have_is_theirs(void **state)
{
	(void)state;
	mounts(0, 10, 0);
	shares_divide(shares, 10, &fine, 90 * PERCENT);
	assert_int_equal(sum(0, 10), 5 * PERCENT);
	shares_divide(shares, 10, &fine, 95 * PERCENT);
	assert_int_equal(sum(0, 10), 0);
	shares_divide(shares, 10, &fine, 99 * PERCENT);
	assert_int_equal(sum(0, 10), 0);
	shares_divide(shares, 10, &coarse, 92 * PERCENT);
	assert_int_equal(sum(0, 10), 3 * PERCENT);
}

/* The kernel refuses a minimum above the maximum. */
static void nobody_gets_more_than_the_maximum(void **state)
{
	(void)state;
	mounts(0, 2, 0);
	shares[0].most = 300;
	mounts(2, 1, 1000);
	shares[2].most = 200;
	shares_divide(shares, 3, &fine, 0);
	assert_int_equal(shares[0].result, 300);
	assert_int_equal(shares[1].result, PERCENT);
	assert_int_equal(shares[2].result, 200);
	shares_divide(shares, 3, &coarse, 0);
	assert_int_equal(shares[0].result, 0);
	assert_int_equal(shares[1].result, PERCENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_mounts_get_the_whole_floor),
		cmocka_unit_test(a_flood_of_one_user_stays_in_the_users_share),
		cmocka_unit_test(many_users_stay_in_the_share_of_all),
		cmocka_unit_test(root_stays_in_the_total),
		cmocka_unit_test(what_others_have_is_theirs),
		cmocka_unit_test(nobody_gets_more_than_the_maximum),
	};

	return cmocka_run_group_tests_name("shares", tests, NULL, NULL);
}
