// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "stall_options.h"
#include "storm.h"
#include "unit/command_line.h"

static struct stall_options o;

static int parse(const char *line)
{
	struct command_line *c = command_line("fuse-stall", line);
	int saved = messages_away(), rc = stall_options_parse(c->argc, c->argv, &o);

	messages_back(saved);
	return rc;
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(""), SUCCESS);
	assert_int_equal(o.request, STALL_MEASURE);
	assert_int_equal(o.mb, 10);
	assert_int_equal(o.threads, 1);
	assert_int_equal(o.server, SERVER_OWN);
	assert_true(o.trace && o.local && !o.writeback_cache && !o.competing && !o.json);
}

static void values_reach_their_places(void **state)
{
	(void)state;
	assert_int_equal(parse("--mb 100 --delay 1.5 --threads 4 --writeback-cache --competing /c "
			       "--warm-up 0.5 --limit 60 --no-trace --no-local --json -"),
			 SUCCESS);
	assert_int_equal(o.mb, 100);
	assert_true(o.delay > 0.00149 && o.delay < 0.00151);
	assert_int_equal(o.threads, 4);
	assert_true(o.writeback_cache && !o.trace && !o.local);
	assert_string_equal(o.competing, "/c");
	assert_true(o.warm_up > 0.49 && o.limit > 59);
	assert_string_equal(o.json, "-");
	assert_int_equal(parse("--server fuse-overlayfs"), SUCCESS);
	assert_int_equal(o.server, SERVER_FUSE_OVERLAYFS);
	assert_int_equal(parse("--serve /m"), SUCCESS);
	assert_int_equal(o.request, STALL_SERVE);
}

static void nonsense_is_refused(void **state)
{
	static const char *const lines[] = {
		"--mb 0",
		"--mb 1x",
		"--mb -1",
		"--mb",
		"--delay -1",
		"--delay x",
		"--delay nan",
		"--threads 0",
		"--server nfs",
		"--limit 0",
		"--nothing",
		"file",
		"--json ",
		"--base ",
		"--serve /m --json -",
		"--local /l --no-local",
		"--server bindfs --delay 1",
		"--server bindfs --serve /m",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (parse(lines[i]) != BAD_INPUT)
			fail_msg("accepted: %s", lines[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(values_reach_their_places),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests_name("stall_options", tests, NULL, NULL);
}
