// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "call_probes.h"
#include "function_names.h"

static const char functions[] = "__wait_on_buffer_not\n"
				"my__wait_on_buffer\n"
				"__wait_on_buffer\n"
				"balance_dirty_pages.cold\n"
				"balance_dirty_pages.isra.0\n"
				"balance_dirty_pages_ratelimited\n"
				"start_this_handle.constprop.0.isra.1 [jbd2]\n"
				"request_wait_answer.part.12 [fuse]\n"
				"xlog_grant_head_wait [xfs]\n"
				"only_cold.cold\n"
				"only_cold.constprop.0.cold\n"
				"odd.islands\n"
				"__x64_sys_pwrite64\n"
				"SyS_fsync\n"
				"sys_msync\n";

static void resolves(const char *name, const char *wanted)
{
	char resolved[MAX_FUNCTION_NAME] = "";

	if (!wanted) {
		assert_false(function_resolve(functions, name, resolved));
		return;
	}
	assert_true(function_resolve(functions, name, resolved));
	assert_string_equal(resolved, wanted);
}

static void names_resolve(void **state)
{
	(void)state;
	resolves("__wait_on_buffer", "__wait_on_buffer");
	resolves("xlog_grant_head_wait", "xlog_grant_head_wait");
	resolves("wait_on_buffer", NULL);
	resolves("missing", NULL);
}

static void clones_resolve(void **state)
{
	(void)state;
	resolves("balance_dirty_pages", "balance_dirty_pages.isra.0");
	resolves("start_this_handle", "start_this_handle.constprop.0.isra.1");
	resolves("request_wait_answer", "request_wait_answer.part.12");
}

static void cold_parts_are_no_functions(void **state)
{
	(void)state;
	resolves("only_cold", NULL);
	resolves("odd", NULL);
}

static void the_name_itself_is_better_than_a_clone(void **state)
{
	char resolved[MAX_FUNCTION_NAME];

	(void)state;
	assert_true(function_resolve("f.isra.0\nf\n", "f", resolved));
	assert_string_equal(resolved, "f");
}

static void calls_resolve_with_their_arguments(void **state)
{
	char function[MAX_FUNCTION_NAME], arguments[128];

	(void)state;
#if defined(__x86_64__)
	assert_true(call_probe_resolve(functions, CALL_PWRITE64, function, arguments, 128));
	assert_string_equal(function, "__x64_sys_pwrite64");
	assert_string_equal(arguments, "fd=+112(%di):s32 len=+96(%di):u64 pos=+56(%di):s64");
	/* Before 4.17, with other names before 4.x. */
	assert_true(call_probe_resolve(functions, CALL_FSYNC, function, arguments, 128));
	assert_string_equal(function, "SyS_fsync");
	assert_string_equal(arguments, "fd=%di:s32");
	assert_true(call_probe_resolve(functions, CALL_MSYNC, function, arguments, 128));
	assert_string_equal(function, "sys_msync");
	assert_string_equal(arguments, "fd=%di:u64 len=%si:u64");
#endif
	assert_false(call_probe_resolve(functions, CALL_WRITE, function, arguments, 128));
}

static const char kallsyms[] = "ffffffff81000000 T first\n"
			       "ffffffff81000100 t second\n"
			       "ffffffff81000180 D data\n"
			       "ffffffffc0000040 t in_module\t[xfs]\n"
			       "ffffffff81000200 W third\n"
			       "0000000000000000 t hidden\n";

static struct kernel_text *read_text(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	struct kernel_text *names = kernel_text_read(file);

	fclose(file);
	return names;
}

static void addresses_have_names(void **state)
{
	struct kernel_text *text = read_text(kallsyms);

	(void)state;
	assert_non_null(text);
	assert_string_equal(kernel_text_name(text, 0xffffffff81000000), "first");
	assert_string_equal(kernel_text_name(text, 0xffffffff810000ff), "first");
	assert_string_equal(kernel_text_name(text, 0xffffffff810001ff), "second");
	assert_string_equal(kernel_text_name(text, 0xffffffff81000200), "third");
	assert_string_equal(kernel_text_name(text, 0xffffffffc0000050), "in_module");
	assert_null(kernel_text_name(text, 0x400000));
	assert_null(kernel_text_name(NULL, 0xffffffff81000000));
	kernel_text_free(text);
}

static void names_have_addresses(void **state)
{
	struct kernel_text *text = read_text("ffffffff81000000 T one\n"
					     "ffffffff81000100 t twice\n"
					     "ffffffff81000200 t twice\n"
					     "ffffffff81000300 t one.cold\n");

	(void)state;
	assert_int_equal(kernel_text_address(text, "one"), 0xffffffff81000000);
	assert_int_equal(kernel_text_address(text, "twice"), 0);
	assert_int_equal(kernel_text_address(text, "none"), 0);
	assert_int_equal(kernel_text_address(NULL, "one"), 0);
	kernel_text_free(text);
}

static void hidden_addresses_are_none(void **state)
{
	(void)state;
	assert_null(read_text("0000000000000000 T first\n0000000000000000 t second\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_resolve),
		cmocka_unit_test(clones_resolve),
		cmocka_unit_test(cold_parts_are_no_functions),
		cmocka_unit_test(the_name_itself_is_better_than_a_clone),
		cmocka_unit_test(calls_resolve_with_their_arguments),
		cmocka_unit_test(addresses_have_names),
		cmocka_unit_test(names_have_addresses),
		cmocka_unit_test(hidden_addresses_are_none),
	};

	return cmocka_run_group_tests_name("function names", tests, NULL, NULL);
}
