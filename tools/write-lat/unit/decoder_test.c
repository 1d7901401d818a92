// SPDX-License-Identifier: GPL-2.0-only
/* Records laid out as kernels describe them. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "decoder.h"
#include "trace_formats.h"

static struct event seen[4];
static unsigned int seen_count;
static struct stacks *stacks;

static void keep(const struct event *event, void *context)
{
	(void)context;
	assert_true(seen_count < 4);
	seen[seen_count++] = *event;
}

static int set_up(void **state)
{
	seen_count = 0;
	stacks = stacks_new(NULL);
	*state = decoder_new(stacks);
	return !*state;
}

static int tear_down(void **state)
{
	decoder_free(*state);
	stacks_free(stacks);
	return 0;
}

static void take(void *decoder, const void *data, unsigned int size)
{
	const struct trace_record record = { .time = 77, .data = data, .size = size };

	decoder_record(decoder, &record, keep, NULL);
}

static void beginning(void **state)
{
	struct __attribute__((packed)) {
		uint16_t type;
		uint8_t flags, preempt;
		int32_t pid;
		uint64_t ip;
		int32_t fd;
		uint64_t length;
		int64_t position;
	} r = { 1500, 0, 0, 42, 0, 5, 100, 8192 };

	assert_int_equal(decoder_add(*state, begin_format, EVENT_CALL_BEGIN, CALL_PWRITE64), 0);
	take(*state, &r, sizeof(r));
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0].type, EVENT_CALL_BEGIN);
	assert_int_equal(seen[0].which, CALL_PWRITE64);
	assert_int_equal(seen[0].tid, 42);
	assert_int_equal(seen[0].time, 77);
	assert_int_equal(seen[0].begin.fd_or_address, 5);
	assert_int_equal(seen[0].begin.length, 100);
	assert_int_equal(seen[0].begin.offset, 8192);
	r.fd = -1;
	take(*state, &r, sizeof(r));
	assert_int_equal(seen[1].begin.fd_or_address, -1);
	/* A record that ends before its fields. */
	take(*state, &r, 16);
	assert_int_equal(seen[2].begin.length, 0);
}

static void switching(void **state)
{
	struct __attribute__((packed)) {
		uint16_t type;
		uint8_t flags, preempt;
		int32_t pid;
		char prev_comm[16];
		int32_t prev_pid, prev_prio;
		int64_t prev_state;
		char next_comm[16];
		int32_t next_pid, next_prio;
	} r = { .type = 319, .pid = 42, .prev_pid = 42, .prev_state = 2, .next_pid = 43 };

	assert_int_equal(decoder_add(*state, switch_format, EVENT_SLEEP, 0), 0);
	take(*state, &r, sizeof(r));
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[0].type, EVENT_SLEEP);
	assert_int_equal(seen[0].tid, 42);
	assert_false(seen[0].runnable);
	assert_int_equal(seen[1].type, EVENT_WAKE);
	assert_int_equal(seen[1].tid, 43);
	r.prev_state = 0;
	take(*state, &r, sizeof(r));
	assert_true(seen[2].runnable);
	seen_count = 0;
	/* Preempted, as 4.14 and later say it. */
	r.prev_state = 256;
	take(*state, &r, sizeof(r));
	assert_true(seen[0].runnable);
}

static void stacks_of_both_kinds(void **state)
{
	struct __attribute__((packed)) {
		uint16_t type;
		uint8_t flags, preempt;
		int32_t pid;
		int32_t size, pad;
		uint64_t caller[4];
	} r = { .type = 4, .pid = 42, .size = 2, .caller = { 0x100, 0x200, 0x300, 0x400 } };
	uint32_t first;

	assert_int_equal(decoder_add(*state, stack_format, EVENT_STACK, 0), 0);
	take(*state, &r, sizeof(r));
	assert_int_equal(seen[0].type, EVENT_STACK);
	first = seen[0].stack.id;
	assert_int_not_equal(first, 0);
	assert_int_equal(seen[0].stack.cause_of_write, CAUSE_UNKNOWN);
	/* The same frames again are the same stack, whatever lies behind them. */
	r.caller[2] = 0x999;
	take(*state, &r, sizeof(r));
	assert_int_equal(seen[1].stack.id, first);
	/* Before 5.2: no number that can be trusted, but a mark at the end. */
	r.size = 8;
	r.caller[2] = ~0ULL;
	take(*state, &r, sizeof(r));
	assert_int_equal(seen[2].stack.id, first);
}

static void losses_and_strangers(void **state)
{
	const uint16_t stranger[4] = { 999 };

	take(*state, stranger, sizeof(stranger));
	take(*state, stranger, 1);
	assert_int_equal(seen_count, 0);
	take(*state, NULL, 0);
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0].type, EVENT_LOST);
}

static void bad_formats_are_refused(void **state)
{
	assert_int_equal(decoder_add(*state, "", EVENT_CALL_BEGIN, 0), -EINVAL);
	assert_int_equal(decoder_add(*state, "name: x\nID: -3\n", EVENT_CALL_BEGIN, 0), -EINVAL);
	/* No field fd. */
	assert_int_equal(decoder_add(*state, switch_format, EVENT_CALL_BEGIN, 0), -EINVAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(beginning),
		TEST(switching),
		TEST(stacks_of_both_kinds),
		TEST(losses_and_strangers),
		TEST(bad_formats_are_refused),
	};

	return cmocka_run_group_tests_name("decoder", tests, NULL, NULL);
}
