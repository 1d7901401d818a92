// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "compare.h"
#include "result_file.h"
#include "result_samples.h"
#include "storm.h"

static struct result_file f;

static int read_text(const char *text)
{
	char *path = file_with(text);
	int rc;

	/* What it complains about is not under test here. */
	fflush(stderr);
	rc = result_file_read(&f, path);
	unlink(path);
	return rc;
}

static void a_result_is_read_back(void **state)
{
	(void)state;
	assert_int_equal(read_text(RESULT_WITH(RESULT_ROW("open", "4", "400", "500", "600"))),
			 SUCCESS);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.rows[0].op, "open");
	assert_int_equal(f.rows[0].tasks, 4);
	assert_string_equal(f.rows[0].setting, "4 layers");
	assert_true(f.rows[0].share.median == 0.5 && f.rows[0].share.min == 0.4 &&
		    f.rows[0].share.max == 0.6);
	assert_true(f.rows[0].overlay.locks_per_op == 1);
	assert_true(f.rows[0].raw.locks_per_op < 0);
	assert_false(f.rows[0].overlay.timed);
	assert_string_equal(result_file_text(&f, "kernel"), "6.1.0");
	assert_string_equal(result_file_text(&f, "governor"), "-");
	assert_string_equal(result_file_text(&f, "nothing"), "-");
	result_file_close(&f);
}

static void what_is_no_result_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"null",
		"{}",
		"{\"tool\":\"other\"," RESULT_ENVIRONMENT ",\"results\":[]}",
		"{\"tool\":\"ovl-storm\",\"results\":[]}",
		"{\"tool\":\"ovl-storm\"," RESULT_ENVIRONMENT "}",
		RESULT_WITH(""),
		RESULT_WITH("7"),
		RESULT_WITH("{}"),
		RESULT_WITH(RESULT_ROW("open", "0", "400", "500", "600")),
		RESULT_WITH(RESULT_ROW("open", "-1", "400", "500", "600")),
		RESULT_WITH(RESULT_ROW("open", "\"x\"", "400", "500", "600")),
		RESULT_WITH(RESULT_ROW("open", "1", "-400", "500", "600")),
		RESULT_WITH(RESULT_ROW("open", "1", "\"a\"", "500", "600")),
		RESULT_WITH(RESULT_ROW("open", "1", "NaN", "500", "600")),
		RESULT_WITH(RESULT_ROW("open", "1", "400,1", "500", "600")),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int rc = read_text(texts[i]);

		result_file_close(&f);
		if (rc != BAD_INPUT)
			fail_msg("accepted: %s", texts[i]);
	}
}

static struct row share_of(double min, double median, double max)
{
	return (struct row){ .op = "open", .share = { .min = min, .median = median, .max = max } };
}

static void a_change_needs_samples_that_do_not_overlap(void **state)
{
	struct row base = share_of(0.45, 0.5, 0.55), apart = share_of(0.56, 0.6, 0.7);
	struct row overlapping = share_of(0.54, 0.6, 0.7), below = share_of(0.3, 0.4, 0.44);

	(void)state;
	assert_int_equal(compare_rows(&base, &base, 0.02), CHANGE_NONE);
	assert_int_equal(compare_rows(&base, &apart, 0.02), CHANGE_FASTER);
	assert_int_equal(compare_rows(&base, &overlapping, 0.02), CHANGE_NONE);
	assert_int_equal(compare_rows(&base, &below, 0.02), CHANGE_SLOWER);
}

static void a_change_below_the_tolerance_is_none(void **state)
{
	struct row base = share_of(0.5, 0.5, 0.5), near = share_of(0.492, 0.492, 0.492);

	(void)state;
	assert_int_equal(compare_rows(&base, &near, 0.02), CHANGE_NONE);
	assert_int_equal(compare_rows(&base, &near, 0.01), CHANGE_SLOWER);
}

static void only_the_same_measurement_is_found(void **state)
{
	struct row like = { .op = "open", .tasks = 4, .setting = "4 layers" };

	(void)state;
	assert_int_equal(
		read_text(RESULT_WITH(RESULT_ROW("open", "1", "1", "2",
						 "3") "," RESULT_ROW("open", "4", "1", "2", "3"))),
		SUCCESS);
	assert_ptr_equal(result_file_find(&f, &like), &f.rows[1]);
	like.tasks = 2;
	assert_null(result_file_find(&f, &like));
	like.tasks = 4;
	strcpy(like.setting, "4 layers, cold");
	assert_null(result_file_find(&f, &like));
	result_file_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_read_back),
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(a_change_needs_samples_that_do_not_overlap),
		cmocka_unit_test(a_change_below_the_tolerance_is_none),
		cmocka_unit_test(only_the_same_measurement_is_found),
	};

	return cmocka_run_group_tests_name("result_file", tests, NULL, NULL);
}
