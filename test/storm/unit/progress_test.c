// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "progress.h"

static void the_line_shows_share_and_time_left(void **state)
{
	struct progress p = { .steps = 10, .done = 4, .started = 100, .what = "open, 8 tasks" };
	char text[128];

	(void)state;
	progress_line(&p, 108, 120, text, sizeof(text));
	assert_string_equal(text, "[########............]  40% open, 8 tasks, 12 s left");
	p.done = 0;
	progress_line(&p, 108, 120, text, sizeof(text));
	assert_string_equal(text, "[....................]   0% open, 8 tasks");
	p.done = 10;
	progress_line(&p, 108, 120, text, sizeof(text));
	assert_non_null(strstr(text, "[####################] 100%"));
}

static void it_never_wraps(void **state)
{
	struct progress p = { .steps = 10, .done = 4, .started = 100, .what = "open, 8 tasks" };
	char text[128];

	(void)state;
	for (unsigned int columns = 1; columns < 80; columns++) {
		progress_line(&p, 108, columns, text, sizeof(text));
		assert_true(strlen(text) < columns);
	}
}

static void nothing_is_shown_where_no_one_looks(void **state)
{
	char text[256];
	struct progress p;
	FILE *file = tmpfile();

	(void)state;
	progress_begin(&p, file, 3);
	progress_what(&p, "open", 2);
	progress_step(&p);
	progress_end(&p);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text), file), 0);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_shows_share_and_time_left),
		cmocka_unit_test(it_never_wraps),
		cmocka_unit_test(nothing_is_shown_where_no_one_looks),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
