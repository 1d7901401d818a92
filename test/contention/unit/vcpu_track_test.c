// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "../marks.h"
#include "../vcpu_track.h"

#define US     0x1000 /* tasks are named by the address of their saved stack pointer */
#define WORKER 0x2000
#define CHILD  0x3000

static void switch_tasks(struct vcpu_track *track, uint64_t from, uint64_t to)
{
	track_switch_out(track, from);
	track_switch_in(track, to);
}

static void counts_between_the_marks_only(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	assert_false(track_counts(&track));
	track_op_begin(&track, false);
	assert_true(track_counts(&track));
	assert_int_equal(track.op, 1);
	track_op_end(&track);
	assert_false(track_counts(&track));
	track_op_begin(&track, false);
	assert_int_equal(track.op, 2);
}

static void leaves_interrupts_out(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_op_begin(&track, false);
	track_irq_enter(&track);
	assert_false(track_counts(&track));
	track_irq_enter(&track); /* one arrives in a soft interrupt */
	track_iret(&track);
	assert_false(track_counts(&track));
	track_iret(&track);
	assert_true(track_counts(&track));
	assert_int_equal(track.irqs, 1);
	track_iret(&track); /* the end of a page fault */
	assert_true(track_counts(&track));
}

/* An interrupt from user space that ended in another task, which returned by SYSRET. */
static void recovers_when_an_interrupt_never_returns(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_op_begin(&track, false);
	track_irq_enter(&track);
	track_sysret(&track);
	assert_true(track_counts(&track));
	track_irq_enter(&track);
	track_op_begin(&track, false);
	assert_true(track_counts(&track));
}

static void ignores_interrupts_between_operations(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_irq_enter(&track);
	track_op_begin(&track, false);
	assert_true(track_counts(&track));
	assert_int_equal(track.irqs, 0);
}

static void leaves_other_tasks_out(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_op_begin(&track, false);
	switch_tasks(&track, US, WORKER);
	assert_false(track_counts(&track));
	switch_tasks(&track, WORKER, CHILD);
	assert_false(track_counts(&track));
	track_user(&track); /* not a group: user space makes no difference */
	assert_false(track_counts(&track));
	switch_tasks(&track, CHILD, US);
	assert_true(track_counts(&track));
}

static void starts_anew_with_each_operation(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	switch_tasks(&track, WORKER, US);
	track_op_begin(&track, false);
	switch_tasks(&track, US, WORKER);
	track_op_end(&track);
	track_op_begin(&track, false);
	assert_true(track_counts(&track));
	switch_tasks(&track, WORKER, US); /* now the worker is the one that began */
	assert_false(track_counts(&track));
}

static void counts_children_of_a_group(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_op_begin(&track, true);
	switch_tasks(&track, US, CHILD);
	assert_false(track_counts(&track));
	track_user(&track);
	assert_true(track_counts(&track));
	switch_tasks(&track, CHILD, WORKER);
	assert_false(track_counts(&track));
	switch_tasks(&track, WORKER, CHILD);
	assert_true(track_counts(&track));
	switch_tasks(&track, CHILD, US);
	assert_true(track_counts(&track));
}

static void keeps_to_the_room_for_members(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_op_begin(&track, true);
	for (uint64_t i = 0; i < 4 * TRACK_MEMBERS; i++) {
		switch_tasks(&track, US + i, US + i + 1);
		track_user(&track);
	}
	assert_int_equal(track.n_members, TRACK_MEMBERS);
	assert_false(track_counts(&track));
}

static void passes_numbers(void **state)
{
	struct vcpu_track track = { 0 };

	(void)state;
	track_nibble(&track, 0xc);
	track_nibble(&track, 0x0);
	track_nibble(&track, 0x5);
	assert_int_equal(track_take_number(&track), 0xc05);
	assert_int_equal(track_take_number(&track), 0);
}

static void recognises_marks(void **state)
{
	uint8_t mark[] = { 0x0f, 0x1f, 0x80, MARK_OP_BEGIN, 0x00, 0x43, 0x4c };
	uint8_t nop[] = { 0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00 };

	(void)state;
	assert_int_equal(mark_decode(mark, sizeof(mark)), MARK_OP_BEGIN);
	assert_int_equal(mark_decode(nop, sizeof(nop)), -1);
	assert_int_equal(mark_decode(mark, 6), -1);
	mark[3] = MARK_LAST + 1;
	assert_int_equal(mark_decode(mark, sizeof(mark)), -1);
	mark[3] = MARK_OP_BEGIN;
	mark[2] = 0x81;
	assert_int_equal(mark_decode(mark, sizeof(mark)), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_between_the_marks_only),
		cmocka_unit_test(leaves_interrupts_out),
		cmocka_unit_test(recovers_when_an_interrupt_never_returns),
		cmocka_unit_test(ignores_interrupts_between_operations),
		cmocka_unit_test(leaves_other_tasks_out),
		cmocka_unit_test(starts_anew_with_each_operation),
		cmocka_unit_test(counts_children_of_a_group),
		cmocka_unit_test(keeps_to_the_room_for_members),
		cmocka_unit_test(passes_numbers),
		cmocka_unit_test(recognises_marks),
	};

	return cmocka_run_group_tests_name("vcpu_track", tests, NULL, NULL);
}
