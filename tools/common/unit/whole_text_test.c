// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "whole_text.h"

/* More than the first buffers hold. */
static void long_text_is_read_whole(void **state)
{
	size_t size = 5000000;
	char *text = malloc(size + 1), *read;
	FILE *file;

	(void)state;
	for (size_t i = 0; i < size; i++)
		text[i] = "0123456789abcdef\n"[i % 17];
	text[size] = '\0';
	file = fmemopen(text, size, "r");
	read = whole_text_read(file);
	assert_non_null(read);
	assert_int_equal(strlen(read), size);
	assert_memory_equal(read, text, size);
	fclose(file);
	free(read);
	free(text);
}

static void proc_files_are_read(void **state)
{
	char *text = whole_text_of("/proc/self/status");

	(void)state;
	assert_non_null(text);
	assert_non_null(strstr(text, "\nPid:"));
	free(text);
}

static void what_cannot_be_read_is_told(void **state)
{
	(void)state;
	assert_null(whole_text_of("/proc/self/no such file"));
	assert_int_equal(errno, ENOENT);
	assert_null(whole_text_of("/proc"));
	assert_int_not_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_text_is_read_whole),
		cmocka_unit_test(proc_files_are_read),
		cmocka_unit_test(what_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests_name("whole text", tests, NULL, NULL);
}
