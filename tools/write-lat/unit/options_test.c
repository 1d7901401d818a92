// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "messages.h"
#include "options.h"

static struct options o;

static int parse(const char *line)
{
	static char words[256];
	char *argv[32] = { "write-lat" }, *next = words;
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	while (next && *next)
		argv[argc++] = strsep(&next, " ");
	return options_parse(argc, argv, &o);
}

static void good_lines(void **state)
{
	(void)state;
	assert_int_equal(parse("-p 17 -t 500 -d 2.5 -n 9 --buffer 128 --json - --stacks"), 0);
	assert_int_equal(o.target.kind, TARGET_PROCESS);
	assert_int_equal(o.target.pid, 17);
	assert_int_equal(o.threshold, 500000);
	assert_true(o.seconds > 2.4 && o.seconds < 2.6);
	assert_int_equal(o.worst, 9);
	assert_int_equal(o.buffer, 128);
	assert_string_equal(o.json, "-");
	assert_true(o.stacks);
	assert_null(o.command);
	assert_int_equal(parse("-f /"), 0);
	assert_int_equal(o.target.kind, TARGET_PATH);
	assert_string_equal(o.target.path, "/");
	assert_int_equal(o.threshold, 10000000);
	assert_int_equal(parse("--cleanup"), 0);
	assert_int_equal(o.request, REQUEST_CLEANUP);
	assert_int_equal(parse("--causes"), 0);
	assert_int_equal(o.request, REQUEST_CAUSES);
	assert_int_equal(parse("--help --frobnicate"), 0);
	assert_int_equal(o.request, REQUEST_HELP);
}

static void commands(void **state)
{
	(void)state;
	assert_int_equal(parse("-t 1 -- dd -t of=x"), 0);
	assert_int_equal(o.target.kind, TARGET_COMMAND);
	assert_string_equal(o.command[0], "dd");
	assert_string_equal(o.command[1], "-t");
	assert_int_equal(o.threshold, 1000);
	assert_int_equal(parse("dd -p 1"), 0);
	assert_string_equal(o.command[1], "-p");
}

static void bad_lines(void **state)
{
	static const char *const lines[] = {
		"",	      "-p",	     "-p 0",	     "-p x",	     "-p 1 -p 2",
		"-p 1 -f /",  "-p 1 ls",     "-t -1 -p 1",   "-t 1.5 -p 1",  "-t 9999999999 -p 1",
		"-d 0 -p 1",  "-d nan -p 1", "-d 1x -p 1",   "-n 1001 -p 1", "--buffer 63 -p 1",
		"-f /no/one", "-c /no/one",  "--json= -p 1", "--frobnicate", "-x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (parse(lines[i]) != EXIT_BAD_INPUT)
			fail_msg("\"%s\" is not refused", lines[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lines),
		cmocka_unit_test(commands),
		cmocka_unit_test(bad_lines),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
