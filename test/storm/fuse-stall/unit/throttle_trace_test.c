// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "throttle_trace.h"

/* What a record of the made-up formats below looks like. */
struct made_up_record {
	uint16_t type;
	char rest[6];
	uint64_t setpoint, dirty, task_ratelimit;
	uint32_t dirtied, padding;
	int64_t pause;
};

static const char format[] =
	"name: balance_dirty_pages\n"
	"ID: 7\n"
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\n"
	"\tfield:unsigned long %s_setpoint;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long %s_dirty;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long task_ratelimit;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned int %s;\toffset:32;\tsize:4;\tsigned:0;\n"
	"\tfield:long pause;\toffset:40;\tsize:8;\tsigned:1;\n"
	"\n"
	"print fmt: \"%%lu\", REC->task_ratelimit\n";

static bool read_with_names(const char *prefix, const char *dirtied, struct throttle_event *result)
{
	struct made_up_record data = {
		.type = 7,
		.setpoint = 11,
		.dirty = 12,
		.task_ratelimit = 13,
		.dirtied = 14,
		.pause = -5,
	};
	struct tep_record record = { .ts = 99, .size = sizeof(data), .data = &data };
	struct tep_handle *events = tep_alloc();
	struct tep_event *event = NULL;
	char text[1024];
	bool read;

	tep_set_long_size(events, 8);
	snprintf(text, sizeof(text), format, prefix, prefix, dirtied);
	assert_int_equal(tep_parse_format(events, &event, text, strlen(text), "writeback"), 0);
	read = throttle_event_read(event, &record, result);
	tep_free(events);
	return read;
}

static void assert_read(const struct throttle_event *e)
{
	assert_int_equal(e->time, 99);
	assert_int_equal(e->setpoint, 11);
	assert_int_equal(e->dirty, 12);
	assert_int_equal(e->task_ratelimit, 13);
	assert_int_equal(e->dirtied, 14);
	assert_int_equal(e->pause, -5);
}

static void fields_of_both_generations_are_found(void **state)
{
	struct throttle_event e;

	(void)state;
	assert_true(read_with_names("bdi", "dirtied", &e));
	assert_read(&e);
	memset(&e, 0, sizeof(e));
	assert_true(read_with_names("wb", "dirtied", &e));
	assert_read(&e);
}

static void a_missing_field_is_no_zero(void **state)
{
	struct throttle_event e;

	(void)state;
	assert_false(read_with_names("other", "dirtied", &e));
	assert_false(read_with_names("bdi", "renamed", &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_both_generations_are_found),
		cmocka_unit_test(a_missing_field_is_no_zero),
	};

	return cmocka_run_group_tests_name("throttle_trace", tests, NULL, NULL);
}
