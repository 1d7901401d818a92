// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "floor_options.h"
#include "storm.h"
#include "unit/command_line.h"

static struct floor_options o;

static int parse(const char *line)
{
	struct command_line *c = command_line("fuse-floor", line);
	int saved = messages_away(), rc = floor_options_parse(c->argc, c->argv, &o);

	messages_back(saved);
	return rc;
}

static void options_win_over_the_environment(void **state)
{
	(void)state;
	assert_int_equal(parse(""), SUCCESS);
	assert_int_equal(o.request, FLOOR_STATUS);
	assert_int_equal(o.limits.user, 20000);
	setenv("FUSE_FLOOR_USER", "3", 1);
	setenv("FUSE_FLOOR_MOUNT", "0.5", 1);
	assert_int_equal(parse("--apply --mount 2.25"), SUCCESS);
	assert_int_equal(o.request, FLOOR_APPLY);
	assert_int_equal(o.limits.user, 30000);
	assert_int_equal(o.limits.mount, 22500);
	setenv("FUSE_FLOOR_USER", "all", 1);
	assert_int_equal(parse("--apply"), BAD_INPUT);
	unsetenv("FUSE_FLOOR_USER");
	unsetenv("FUSE_FLOOR_MOUNT");
}

static void nonsense_is_refused(void **state)
{
	static const char *const lines[] = {
		"--mount -1", "--mount x",	    "--mount 91",	"--mount nan", "--total",
		"--add 8:0",  "--add ../x",	    "--remove btrfs-1", "--state var", "file",
		"--nothing",  "--apply --add 0:41", "--apply --json",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (parse(lines[i]) != BAD_INPUT)
			fail_msg("accepted: %s", lines[i]);
	}
	assert_int_equal(parse("--add 0:41"), SUCCESS);
	assert_string_equal(o.bdi, "0:41");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_win_over_the_environment),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests_name("floor_options", tests, NULL, NULL);
}
