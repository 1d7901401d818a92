// SPDX-License-Identifier: GPL-2.0-only
/* Made-up streams of events, and the calls that come out. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "calls.h"

#define MAX_DONE 16

static struct call done[MAX_DONE];
static unsigned int done_count;

static void keep(struct call *call, void *context)
{
	(void)context;
	assert_true(done_count < MAX_DONE);
	done[done_count++] = *call;
}

static int set_up(void **state)
{
	done_count = 0;
	*state = calls_new(keep, NULL);
	return !*state;
}

static int tear_down(void **state)
{
	calls_free(*state);
	return 0;
}

static unsigned int probe(const char *name)
{
	size_t count;
	const struct wait_probe *probes = wait_probes(&count);

	for (unsigned int i = 0; i < count; i++) {
		if (!strcmp(probes[i].name, name))
			return i;
	}
	fail_msg("no probe %s", name);
	return 0;
}

static void simple(void *calls, enum event_type type, pid_t tid, uint64_t time, unsigned int which)
{
	const struct event e = { .type = type, .tid = tid, .time = time, .which = which };

	calls_event(calls, &e);
}

static void begin(void *calls, pid_t tid, uint64_t time, enum call_kind kind)
{
	const struct event e = {
		.type = EVENT_CALL_BEGIN,
		.tid = tid,
		.time = time,
		.which = kind,
		.begin = { .fd_or_address = 3, .length = 100, .offset = -1 },
	};

	calls_event(calls, &e);
}

static void end(void *calls, pid_t tid, uint64_t time, enum call_kind kind)
{
	const struct event e = {
		.type = EVENT_CALL_END, .tid = tid, .time = time, .which = kind, .result = 100
	};

	calls_event(calls, &e);
}

static void sleep_at(void *calls, pid_t tid, uint64_t time, enum cause of_write, enum cause of_sync)
{
	struct event e = { .type = EVENT_SLEEP, .tid = tid, .time = time };

	calls_event(calls, &e);
	e = (struct event){
		.type = EVENT_STACK,
		.tid = tid,
		.time = time,
		.stack = { .id = 7, .cause_of_write = of_write, .cause_of_sync = of_sync }
	};
	calls_event(calls, &e);
}

static void a_wait_is_taken_from_the_call(void **state)
{
	begin(*state, 10, 1000, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 1100, probe("buffer"));
	simple(*state, EVENT_WAIT_END, 10, 1900, probe("buffer"));
	end(*state, 10, 2000, CALL_WRITE);
	assert_int_equal(done_count, 1);
	assert_int_equal(done[0].time_of[CAUSE_RMW], 800);
	assert_int_equal(done[0].time_of[CAUSE_CPU], 200);
	assert_int_equal(call_cause(&done[0]), CAUSE_RMW);
	assert_int_equal(done[0].segment_count, 3);
	assert_int_equal(done[0].segments[1].start, 1100);
	assert_int_equal(done[0].segments[1].end, 1900);
	assert_int_equal(done[0].result, 100);
}

static void an_inner_wait_is_taken_from_the_outer(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("inode_lock"));
	simple(*state, EVENT_WAIT_BEGIN, 10, 200, probe("writeback"));
	simple(*state, EVENT_WAIT_END, 10, 900, probe("writeback"));
	simple(*state, EVENT_WAIT_END, 10, 1000, probe("inode_lock"));
	end(*state, 10, 1100, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_INODE_LOCK], 200);
	assert_int_equal(done[0].time_of[CAUSE_WRITEBACK], 700);
	assert_int_equal(done[0].time_of[CAUSE_CPU], 200);
}

static void what_dominates_claims_what_is_inside(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("reclaim"));
	simple(*state, EVENT_WAIT_BEGIN, 10, 200, probe("writeback"));
	simple(*state, EVENT_WAIT_END, 10, 900, probe("writeback"));
	simple(*state, EVENT_WAIT_END, 10, 1000, probe("reclaim"));
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_MEMORY], 900);
	assert_int_equal(done[0].time_of[CAUSE_WRITEBACK], 0);
}

static void threads_do_not_mix(void **state)
{
	/* 10 and 1034 share a bucket. */
	begin(*state, 10, 0, CALL_WRITE);
	begin(*state, 1034, 10, CALL_FSYNC);
	simple(*state, EVENT_WAIT_BEGIN, 10, 20, probe("page_lock"));
	simple(*state, EVENT_WAIT_BEGIN, 1034, 30, probe("journal_commit"));
	simple(*state, EVENT_WAIT_END, 10, 500, probe("page_lock"));
	end(*state, 10, 510, CALL_WRITE);
	simple(*state, EVENT_WAIT_END, 1034, 930, probe("journal_commit"));
	end(*state, 1034, 940, CALL_FSYNC);
	assert_int_equal(done_count, 2);
	assert_int_equal(done[0].time_of[CAUSE_PAGE_LOCK], 480);
	assert_int_equal(done[0].time_of[CAUSE_JOURNAL], 0);
	assert_int_equal(done[1].time_of[CAUSE_JOURNAL], 900);
}

static void a_stack_is_more_than_a_probe(void **state)
{
	/* The buffer belongs to a bitmap. */
	begin(*state, 10, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("buffer"));
	sleep_at(*state, 10, 110, CAUSE_METADATA, CAUSE_METADATA);
	simple(*state, EVENT_WAKE, 10, 900, 0);
	simple(*state, EVENT_WAIT_END, 10, 910, probe("buffer"));
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_METADATA], 800);
	assert_int_equal(done[0].time_of[CAUSE_RMW], 10);
	assert_int_equal(done[0].segments[2].stack, 7);
}

static void a_stack_is_more_than_a_probe_that_dominates(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("journal_space"));
	sleep_at(*state, 10, 110, CAUSE_MEMORY, CAUSE_MEMORY);
	simple(*state, EVENT_WAKE, 10, 900, 0);
	simple(*state, EVENT_WAIT_END, 10, 910, probe("journal_space"));
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_MEMORY], 790);
	assert_int_equal(done[0].time_of[CAUSE_JOURNAL], 20);
}

static void a_sleep_without_a_probe_is_told_by_its_stack(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	sleep_at(*state, 10, 100, CAUSE_JOURNAL, CAUSE_JOURNAL);
	simple(*state, EVENT_WAKE, 10, 900, 0);
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_JOURNAL], 800);
}

static void a_sleep_that_nothing_tells_is_other(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	sleep_at(*state, 10, 100, CAUSE_UNKNOWN, CAUSE_UNKNOWN);
	simple(*state, EVENT_WAKE, 10, 900, 0);
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_OTHER], 800);
	assert_int_equal(done[0].segments[1].stack, 7);
}

static void a_sleep_without_stack_falls_to_its_probe(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("frozen"));
	simple(*state, EVENT_SLEEP, 10, 100, 0);
	simple(*state, EVENT_WAKE, 10, 900, 0);
	simple(*state, EVENT_WAIT_END, 10, 900, probe("frozen"));
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_FROZEN], 800);
}

static void preemption_is_no_wait(void **state)
{
	const struct event e = { .type = EVENT_SLEEP, .tid = 10, .time = 100, .runnable = true };

	begin(*state, 10, 0, CALL_WRITE);
	calls_event(*state, &e);
	simple(*state, EVENT_WAKE, 10, 900, 0);
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_CPU], 1000);
	assert_int_equal(call_cause(&done[0]), CAUSE_CPU);
}

static void sync_calls_have_meanings_of_their_own(void **state)
{
	begin(*state, 10, 0, CALL_FDATASYNC);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("bio"));
	simple(*state, EVENT_WAIT_END, 10, 900, probe("bio"));
	sleep_at(*state, 10, 900, CAUSE_RMW, CAUSE_FLUSH);
	simple(*state, EVENT_WAKE, 10, 1000, 0);
	end(*state, 10, 1000, CALL_FDATASYNC);
	assert_int_equal(done[0].time_of[CAUSE_FLUSH], 900);
}

static void waits_outside_of_calls_are_ignored(void **state)
{
	simple(*state, EVENT_WAIT_BEGIN, 10, 50, probe("buffer"));
	begin(*state, 10, 100, CALL_WRITE);
	simple(*state, EVENT_WAIT_END, 10, 200, probe("buffer"));
	end(*state, 10, 300, CALL_WRITE);
	end(*state, 11, 300, CALL_WRITE);
	simple(*state, EVENT_WAKE, 12, 300, 0);
	assert_int_equal(done_count, 1);
	assert_int_equal(done[0].time_of[CAUSE_CPU], 200);
}

static void a_missed_inner_end_ends_with_the_outer(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("inode_lock"));
	simple(*state, EVENT_WAIT_BEGIN, 10, 200, probe("writeback"));
	simple(*state, EVENT_WAIT_END, 10, 300, probe("inode_lock"));
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_WRITEBACK], 100);
	assert_int_equal(done[0].time_of[CAUSE_CPU], 800);
}

static void a_missed_end_of_a_call_is_counted(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	begin(*state, 10, 100, CALL_WRITE);
	end(*state, 10, 200, CALL_WRITE);
	assert_int_equal(done_count, 1);
	assert_int_equal(done[0].start, 100);
	assert_int_equal(calls_counts(*state)->unfinished, 1);
	/* The end of another system call: its own beginning was missed, and so was an end. */
	begin(*state, 10, 300, CALL_WRITE);
	end(*state, 10, 400, CALL_FSYNC);
	end(*state, 10, 500, CALL_WRITE);
	assert_int_equal(done_count, 1);
	assert_int_equal(calls_counts(*state)->unfinished, 2);
}

static void lost_events_drop_what_is_under_way(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	begin(*state, 11, 0, CALL_WRITE);
	simple(*state, EVENT_WAIT_BEGIN, 10, 100, probe("buffer"));
	simple(*state, EVENT_LOST, 0, 500, 0);
	end(*state, 10, 900, CALL_WRITE);
	end(*state, 11, 900, CALL_WRITE);
	assert_int_equal(done_count, 0);
	assert_int_equal(calls_counts(*state)->untold, 2);
	assert_int_equal(calls_counts(*state)->lost_notes, 1);
	begin(*state, 10, 1000, CALL_WRITE);
	end(*state, 10, 1100, CALL_WRITE);
	assert_int_equal(done_count, 1);
}

static void the_first_position_counts(void **state)
{
	struct event e = { .type = EVENT_POSITION, .tid = 10, .time = 10, .position = 4096 };

	begin(*state, 10, 0, CALL_WRITE);
	calls_event(*state, &e);
	e.position = 99;
	calls_event(*state, &e);
	end(*state, 10, 100, CALL_WRITE);
	assert_int_equal(done[0].offset, 4096);
}

static void long_pieces_stay_when_there_are_many(void **state)
{
	uint64_t time = 0;

	begin(*state, 10, 0, CALL_WRITE);
	for (int i = 0; i < 3 * MAX_SEGMENTS; i++) {
		simple(*state, EVENT_WAIT_BEGIN, 10, time += 1, probe("page_lock"));
		simple(*state, EVENT_WAIT_END, 10, time += i == 5 ? 5000 : 2, probe("page_lock"));
	}
	end(*state, 10, time += 1, CALL_WRITE);
	assert_int_equal(done[0].segment_count, MAX_SEGMENTS);
	assert_int_equal(done[0].segments_dropped, 6 * MAX_SEGMENTS + 1 - MAX_SEGMENTS);
	assert_int_equal(done[0].time_of[CAUSE_PAGE_LOCK], 5000 + 2 * (3 * MAX_SEGMENTS - 1));
	for (int i = 0; i < MAX_SEGMENTS; i++) {
		if (done[0].segments[i].end - done[0].segments[i].start == 5000)
			return;
	}
	fail_msg("the longest piece is gone");
}

static void deep_nesting_is_survived(void **state)
{
	begin(*state, 10, 0, CALL_WRITE);
	for (int i = 0; i < MAX_NESTED + 3; i++)
		simple(*state, EVENT_WAIT_BEGIN, 10, 100 + i, probe("page_lock"));
	for (int i = 0; i < MAX_NESTED + 3; i++)
		simple(*state, EVENT_WAIT_END, 10, 900 + i, probe("page_lock"));
	end(*state, 10, 1000, CALL_WRITE);
	assert_int_equal(done[0].time_of[CAUSE_PAGE_LOCK], 800 + MAX_NESTED + 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_wait_is_taken_from_the_call),
		TEST(an_inner_wait_is_taken_from_the_outer),
		TEST(what_dominates_claims_what_is_inside),
		TEST(threads_do_not_mix),
		TEST(a_stack_is_more_than_a_probe),
		TEST(a_stack_is_more_than_a_probe_that_dominates),
		TEST(a_sleep_without_a_probe_is_told_by_its_stack),
		TEST(a_sleep_that_nothing_tells_is_other),
		TEST(a_sleep_without_stack_falls_to_its_probe),
		TEST(preemption_is_no_wait),
		TEST(sync_calls_have_meanings_of_their_own),
		TEST(waits_outside_of_calls_are_ignored),
		TEST(a_missed_inner_end_ends_with_the_outer),
		TEST(a_missed_end_of_a_call_is_counted),
		TEST(lost_events_drop_what_is_under_way),
		TEST(the_first_position_counts),
		TEST(long_pieces_stay_when_there_are_many),
		TEST(deep_nesting_is_survived),
	};

	return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
