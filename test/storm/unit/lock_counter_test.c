// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lock_control.h"
#include "lock_counter.h"

static void filter_spans_the_lock(void **state)
{
	const struct symbol_range lock = { 0xffffffff82800100, 0xffffffff82800140 };
	char text[128];

	(void)state;
	assert_int_equal(lock_filter(&lock, text, sizeof(text)), 0);
	assert_string_equal(text, "lock >= 0xffffffff82800100 && lock < 0xffffffff82800140");
	assert_int_equal(lock_filter(&lock, text, 20), -1);
}

static void lock_is_found(void **state)
{
	struct symbol_range lock;
	char why[256] = "";

	(void)state;
	assert_true(lock_symbol("0000000000001000 D mount_lock\n"
				"0000000000001008 D rename_lock\n",
				&lock, why, sizeof(why)));
	assert_true(lock.start == 0x1000 && lock.end == 0x1008);
}

static void every_reason_has_its_text(void **state)
{
	static const struct {
		const char *kallsyms, *expected;
	} cases[] = {
		{ "0000000000000000 D mount_lock\n", "kptr_restrict" },
		{ "0000000000001000 d mount_lock\n0000000000002000 d mount_lock\n", "several" },
		{ "0000000000001000 d vfsmount_lock_lock\n", "vfsmount_lock" },
		{ "0000000000001000 d vfsmount_lock\n", "vfsmount_lock" },
		{ "0000000000001000 d other\n", "CONFIG_KALLSYMS_ALL" },
	};
	struct symbol_range lock;
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why[0] = '\0';
		assert_false(lock_symbol(cases[i].kallsyms, &lock, why, sizeof(why)));
		if (!strstr(why, cases[i].expected))
			fail_msg("\"%s\" does not say \"%s\"", why, cases[i].expected);
	}
}

static void control_needs_all_and_only(void **state)
{
	const struct lock_control good = { 0, CONTROL_RUNS }, twice = { 0, 2 * CONTROL_RUNS };
	const struct lock_control blind = { 0, 0 }, misses = { 0, CONTROL_RUNS - 1 };
	const struct lock_control sees_ghosts = { 1, CONTROL_RUNS };

	(void)state;
	assert_null(lock_control_verdict(&good));
	assert_null(lock_control_verdict(&twice));
	assert_non_null(lock_control_verdict(&blind));
	assert_non_null(lock_control_verdict(&misses));
	assert_non_null(lock_control_verdict(&sees_ghosts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_spans_the_lock),
		cmocka_unit_test(lock_is_found),
		cmocka_unit_test(every_reason_has_its_text),
		cmocka_unit_test(control_needs_all_and_only),
	};

	return cmocka_run_group_tests_name("lock_counter", tests, NULL, NULL);
}
