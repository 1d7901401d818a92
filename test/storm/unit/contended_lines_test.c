// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "contended_lines.h"
#include "storm.h"

/* mem_snoop begins at bit 19: 0x02 none, 0x04 hit, 0x08 miss, 0x10 changed by another CPU. */
#define HITM "0x800002"
#define HIT  "0x200002"
#define NONE "0x100002"

static struct contended_lines lines;

static int parse(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	int rc = contended_lines_parse(file, 64, &lines);

	fclose(file);
	return rc;
}

/* The complaint is not wanted among the results. */
static int parse_bad(const char *text)
{
	int kept = dup(STDERR_FILENO), rc;

	assert_non_null(freopen("/dev/null", "w", stderr));
	rc = parse(text);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	return rc;
}

static void only_hits_on_changed_lines_count(void **state)
{
	(void)state;
	assert_int_equal(
		parse("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n"
		      "7,7,0xff01,0xffff888001230040,90," HITM ",[kernel.kallsyms]:get_it\n"
		      "7,7,0xff01,0xffff888001230040,30," HIT ",[kernel.kallsyms]:get_it\n"
		      "7,8,0xff01,0xffff888001230040,30," NONE ",[kernel.kallsyms]:get_it\n"),
		SUCCESS);
	assert_int_equal(lines.samples, 3);
	assert_int_equal(lines.hits, 1);
	assert_int_equal(lines.count, 1);
	assert_true(lines.lines[0].address == 0xffff888001230040);
}

static void addresses_of_one_line_are_one(void **state)
{
	(void)state;
	assert_int_equal(parse("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n"
			       "7,7,0x1,0x1000,9," HITM ",k:a\n"
			       "7,7,0x1,0x103f,9," HITM ",k:b\n"
			       "7,7,0x1,0x1040,9," HITM ",k:a\n"
			       "7,7,0x1,0x1020,9," HITM ",k:b\n"),
			 SUCCESS);
	assert_int_equal(lines.count, 2);
	assert_int_equal(lines.lines[0].hits, 3);
	assert_int_equal(lines.lines[0].address, 0x1000);
	assert_string_equal(lines.lines[0].functions[0].name, "b");
	assert_int_equal(lines.lines[0].functions[0].hits, 2);
	assert_string_equal(lines.lines[0].functions[1].name, "a");
	assert_int_equal(lines.lines[1].address, 0x1040);
}

static void columns_are_found_by_their_names(void **state)
{
	(void)state;
	assert_int_equal(parse("perf: Warning: a line before\n"
			       "\n"
			       "# PID, TID, IP, ADDR, PHYS ADDR, DATA PAGE SIZE, LOCAL WEIGHT, "
			       "DSRC, SYMBOL\n"
			       "7,7,0x1,0x2000,0x5000,4K,9," HITM ",[vmlinux]:in_front\n"),
			 SUCCESS);
	assert_int_equal(lines.lines[0].address, 0x2000);
	assert_string_equal(lines.lines[0].functions[0].name, "in_front");
}

static void samples_without_an_address_are_nobody_s(void **state)
{
	(void)state;
	assert_int_equal(parse("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n"
			       "7,7,0x1,0x0,9," HITM ",k:a\n"),
			 SUCCESS);
	assert_int_equal(lines.samples, 1);
	assert_int_equal(lines.count, 0);
}

static void nothing_sampled_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(parse("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n"), SUCCESS);
	assert_int_equal(lines.samples, 0);
}

static void anything_else_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_bad(""), FAILED);
	assert_int_equal(parse_bad("failed: no such file\n"), FAILED);
	assert_int_equal(parse_bad("# PID, TID, IP, ADDR, SYMBOL\n7,7,0x1,0x1,k:a\n"), FAILED);
	assert_int_equal(parse_bad("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n7,7,0x1\n"),
			 FAILED);
	assert_int_equal(parse_bad("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n"
				   "7,7,0x1,what,9," HITM ",k:a\n"),
			 FAILED);
}

static void lines_beyond_the_room_are_counted(void **state)
{
	static char text[(MAX_LINES + 8) * 48];
	size_t used = 0;

	(void)state;
	used += snprintf(text, sizeof(text), "# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n");
	for (int i = 1; i <= MAX_LINES + 2; i++)
		used += snprintf(text + used, sizeof(text) - used, "7,7,0x1,0x%x,9," HITM ",k:a\n",
				 i * 64);
	assert_int_equal(parse(text), SUCCESS);
	assert_int_equal(lines.count, MAX_LINES);
	assert_int_equal(lines.hits, MAX_LINES + 2);
	assert_int_equal(lines.left_out, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_hits_on_changed_lines_count),
		cmocka_unit_test(addresses_of_one_line_are_one),
		cmocka_unit_test(columns_are_found_by_their_names),
		cmocka_unit_test(samples_without_an_address_are_nobody_s),
		cmocka_unit_test(nothing_sampled_is_no_error),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(lines_beyond_the_room_are_counted),
	};

	return cmocka_run_group_tests_name("contended_lines", tests, NULL, NULL);
}
