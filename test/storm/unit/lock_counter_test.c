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

static void own_events_are_recognised(void **state)
{
	const struct event_owner self = { 4026531836, 12345, 9876543210 };
	struct event_owner owner;
	char name[64], line[256], group[64];

	(void)state;
	event_group_name(&self, name, sizeof(name));
	snprintf(line, sizeof(line), "p:%s/lock _raw_spin_lock lock=%%di:u64\n", name);
	assert_true(event_group_parse(line, &owner, group));
	assert_string_equal(group, name);
	assert_int_equal(owner.namespace, self.namespace);
	assert_int_equal(owner.pid, self.pid);
	assert_true(owner.started == self.started);
}

/* Anybody else's event must never be removed. */
static void other_events_are_left_alone(void **state)
{
	static const char *const lines[] = {
		"p:kprobes/lock _raw_spin_lock\n",
		"p:ovl_storm/lock _raw_spin_lock\n",
		"p:ovl_storm_1_2/lock _raw_spin_lock\n",
		"p:ovl_storm_1_2_3x/lock _raw_spin_lock\n",
		"p:ovl_storm_01_2_3/lock _raw_spin_lock\n",
		"p:my_ovl_storm_1_2_3/lock _raw_spin_lock\n",
		"",
	};
	struct event_owner owner;
	char group[64];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (event_group_parse(lines[i], &owner, group))
			fail_msg("taken for ours: %s", lines[i]);
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
		cmocka_unit_test(own_events_are_recognised),
		cmocka_unit_test(other_events_are_left_alone),
		cmocka_unit_test(control_needs_all_and_only),
	};

	return cmocka_run_group_tests_name("lock_counter", tests, NULL, NULL);
}
