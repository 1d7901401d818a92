// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kernel_symbols.h"

static const char listing[] = "0000000000000000 A fixed_percpu_data\n"
			      "ffffffff82800000 D before\n"
			      "ffffffff82800140 D near_one\n"
			      "ffffffff82800100 D mount_lock\n"
			      "ffffffff82800400 D far_one\n"
			      "ffffffff82800300 d not_mount_lock\n"
			      "ffffffff82800300 d mount_lock_not\n"
			      "ffffffffc0000000 d mount_lock\t[some_module]\n"
			      "ffffffff82800500 d twice\n"
			      "ffffffff82800600 d twice\n"
			      "ffffffff82800700 d alias_a\n"
			      "ffffffff82800700 d same\n"
			      "ffffffff82800700 d same\n"
			      "ffffffff82800800 D last";

static void size_ends_at_the_next_symbol(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(kernel_symbol_find(listing, "mount_lock", 4096, &range), SYMBOL_FOUND);
	assert_true(range.start == 0xffffffff82800100);
	assert_true(range.end == 0xffffffff82800140);
}

static void size_ends_at_the_limit(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(kernel_symbol_find(listing, "mount_lock", 8, &range), SYMBOL_FOUND);
	assert_true(range.end == 0xffffffff82800108);
}

static void last_line_needs_no_newline(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(kernel_symbol_find(listing, "last", 8, &range), SYMBOL_FOUND);
	assert_true(range.start == 0xffffffff82800800);
}

static void first_line_is_seen(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(kernel_symbol_find("00000000000000f0 D x\n", "x", 8, &range),
			 SYMBOL_FOUND);
	assert_true(range.start == 0xf0);
}

static void names_in_part_do_not_count(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(kernel_symbol_find(listing, "lock", 8, &range), SYMBOL_MISSING);
	assert_int_equal(kernel_symbol_find("", "lock", 8, &range), SYMBOL_MISSING);
}

static void hidden_addresses_are_told_apart(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(
		kernel_symbol_find("0000000000000000 D mount_lock\n", "mount_lock", 8, &range),
		SYMBOL_HIDDEN);
}

static void two_addresses_are_ambiguous(void **state)
{
	struct symbol_range range;

	(void)state;
	assert_int_equal(kernel_symbol_find(listing, "twice", 8, &range), SYMBOL_AMBIGUOUS);
	assert_int_equal(kernel_symbol_find(listing, "same", 8, &range), SYMBOL_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size_ends_at_the_next_symbol),
		cmocka_unit_test(size_ends_at_the_limit),
		cmocka_unit_test(last_line_needs_no_newline),
		cmocka_unit_test(first_line_is_seen),
		cmocka_unit_test(names_in_part_do_not_count),
		cmocka_unit_test(hidden_addresses_are_told_apart),
		cmocka_unit_test(two_addresses_are_ambiguous),
	};

	return cmocka_run_group_tests_name("kernel_symbols", tests, NULL, NULL);
}
