// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "options.h"
#include "overlay_mount.h"
#include "storm.h"

static struct options o;
static char message[1024];

/* Parses a command line of words separated by blanks, and keeps what it prints. */
static int parse(const char *line)
{
	static char words[512];
	char *argv[32] = { "ovl-storm" }, *rest = words;
	int argc = 1, saved = dup(STDERR_FILENO), rc;
	FILE *file = tmpfile();
	size_t length;

	snprintf(words, sizeof(words), "%s", line);
	while (*words && rest)
		argv[argc++] = strsep(&rest, " ");
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	rc = options_parse(argc, argv, &o);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	length = fread(message, 1, sizeof(message) - 1, file);
	message[length] = '\0';
	fclose(file);
	return rc;
}

static void defaults_measure_three_operations(void **state)
{
	(void)state;
	assert_int_equal(parse(""), SUCCESS);
	assert_string_equal(message, "");
	assert_int_equal(o.request, REQUEST_MEASURE);
	assert_int_equal(o.op_count, 3);
	assert_string_equal(o.ops[0]->name, "open");
	assert_string_equal(o.ops[1]->name, "dir");
	assert_string_equal(o.ops[2]->name, "stat");
	assert_int_equal(o.layers, 4);
	assert_int_equal(o.task_counts, 0);
	assert_true(o.count_locks);
	assert_null(o.base);
}

static void every_option_reaches_its_place(void **state)
{
	(void)state;
	assert_int_equal(parse("--op readdir,copyup --op open --tasks 1,2,64 --threads --shared "
			       "--layers 500 --entries 3 --base /b --mount-option metacopy=on "
			       "--samples 9 --duration 0.25 --warm-up 0 --iterations 1000 "
			       "--batch 12 --json - --require-locks"),
			 SUCCESS);
	assert_int_equal(o.op_count, 3);
	assert_string_equal(o.ops[2]->name, "open");
	assert_int_equal(o.task_counts, 3);
	assert_int_equal(o.tasks[2], 64);
	assert_true(o.threads && o.shared && o.require_locks);
	assert_int_equal(o.layers, 500);
	assert_int_equal(o.entries, 3);
	assert_string_equal(o.base, "/b");
	assert_string_equal(o.mount_options, "metacopy=on");
	assert_int_equal(o.samples, 9);
	assert_true(o.seconds == 0.25 && o.warm_up == 0);
	assert_int_equal(o.iterations, 1000);
	assert_int_equal(o.batch, 12);
	assert_string_equal(o.json, "-");
}

static void path_goes_with_raw(void **state)
{
	(void)state;
	assert_int_equal(parse("--path /p --raw /r --op open"), SUCCESS);
	assert_string_equal(o.path, "/p");
	assert_string_equal(o.raw, "/r");
}

static void an_operation_is_taken_once(void **state)
{
	(void)state;
	assert_int_equal(parse("--op open,open --op open"), SUCCESS);
	assert_int_equal(o.op_count, 1);
}

static void requests_are_recognised(void **state)
{
	(void)state;
	assert_int_equal(parse("--help --bogus"), SUCCESS);
	assert_int_equal(o.request, REQUEST_HELP);
	assert_int_equal(parse("--list"), SUCCESS);
	assert_int_equal(o.request, REQUEST_LIST);
	assert_int_equal(parse("--self-test"), SUCCESS);
	assert_int_equal(o.request, REQUEST_SELF_TEST);
}

static void bad_input_gets_one_line_that_names_it(void **state)
{
	static const struct {
		const char *line, *named;
	} cases[] = {
		{ "--op flood", "flood" },
		{ "--op open,,stat", "--op" },
		{ "--tasks 0", "0" },
		{ "--tasks -1", "-1" },
		{ "--tasks 1,x", "x" },
		{ "--tasks 4097", "4097" },
		{ "--tasks 99999999999999999999", "99999999999999999999" },
		{ "--tasks 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "16" },
		{ "--layers 0", "layers" },
		{ "--layers 501", "501" },
		{ "--layers 1x", "1x" },
		{ "--samples 0", "samples" },
		{ "--duration 0", "duration" },
		{ "--duration nan", "nan" },
		{ "--duration inf", "inf" },
		{ "--duration 1s", "1s" },
		{ "--warm-up -1", "-1" },
		{ "--iterations 0", "iterations" },
		{ "--batch 0", "batch" },
		{ "--bogus", "--bogus" },
		{ "--tasks", "--tasks" },
		{ "stray", "stray" },
		{ "--json ", "--json" },
		{ "--mount-option ", "--mount-option" },
		{ "--path /p", "--raw" },
		{ "--raw /r", "--path" },
		{ "--path /p --raw /r --base /b", "--base" },
		{ "--path /p --raw /r --mount-option x", "--mount-option" },
		{ "--path /p --raw /r --op copyup", "copyup" },
		{ "--path /p --raw /r --op whiteout", "whiteout" },
		{ "--no-locks --require-locks", "--no-locks" },
	};

	char prefix[64];

	(void)state;
	snprintf(prefix, sizeof(prefix), "%s: ", program_invocation_short_name);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *end;

		if (parse(cases[i].line) != BAD_INPUT)
			fail_msg("accepted: %s", cases[i].line);
		end = strchr(message, '\n');
		if (strncmp(message, prefix, strlen(prefix)) || !end || end[1] ||
		    !strstr(message, cases[i].named))
			fail_msg("for \"%s\": %s", cases[i].line, message);
	}
}

static void help_names_every_option(void **state)
{
	static const char *const names[] = {
		"--op ",      "--tasks ",    "--threads ",	 "--shared ",	 "--layers ",
		"--entries ", "--base ",     "--mount-option ",	 "--path ",	 "--raw ",
		"--samples ", "--duration ", "--iterations ",	 "--warm-up ",	 "--batch ",
		"--json ",    "--no-locks ", "--require-locks ", "--self-test ", "--list ",
	};
	char text[8192];
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	options_help(out);
	fclose(out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strstr(text, names[i]))
			fail_msg("--help does not name %s", names[i]);
	}
}

static void a_sweep_doubles_up_to_its_end(void **state)
{
	(void)state;
	assert_int_equal(parse("--sweep 8"), SUCCESS);
	assert_int_equal(o.task_counts, 4);
	assert_int_equal(o.tasks[3], 8);
	assert_int_equal(parse("--sweep 6"), SUCCESS);
	assert_int_equal(o.task_counts, 4);
	assert_int_equal(o.tasks[2], 4);
	assert_int_equal(o.tasks[3], 6);
	assert_int_equal(parse("--sweep 1"), SUCCESS);
	assert_int_equal(o.task_counts, 1);
	assert_int_equal(parse("--sweep 4096"), SUCCESS);
	assert_int_equal(o.task_counts, 13);
	assert_int_equal(parse("--sweep 0"), BAD_INPUT);
	assert_int_equal(parse("--sweep 4096 --sweep 4096"), BAD_INPUT);
}

static void cold_needs_an_operation_that_uses_files_up(void **state)
{
	(void)state;
	assert_int_equal(parse("--cold --op openlower,copyup"), SUCCESS);
	assert_true(o.cold);
	assert_int_equal(parse("--cold --op openlower,stat"), BAD_INPUT);
	assert_non_null(strstr(message, "stat"));
}

static void several_mounts_are_ones_that_we_make(void **state)
{
	(void)state;
	assert_int_equal(parse("--mounts 3"), SUCCESS);
	assert_int_equal(o.mounts, 3);
	assert_int_equal(parse("--mounts 257"), BAD_INPUT);
	assert_int_equal(parse("--mounts 2 --path /a --raw /b"), BAD_INPUT);
	assert_int_equal(parse(""), SUCCESS);
	assert_int_equal(o.mounts, 1);
}

static void mount_options_list_all_layers(void **state)
{
	char text[4096];

	(void)state;
	assert_int_equal(overlay_options(1, 0, NULL, text, sizeof(text)), 0);
	assert_string_equal(text, "lowerdir=0,upperdir=u0,workdir=w0");
	assert_int_equal(overlay_options(3, 0, "index=off", text, sizeof(text)), 0);
	assert_string_equal(text, "lowerdir=0:1:2,upperdir=u0,workdir=w0,index=off");
	assert_int_equal(overlay_options(1, 17, NULL, text, sizeof(text)), 0);
	assert_string_equal(text, "lowerdir=0,upperdir=u17,workdir=w17");
}

static void largest_layer_count_fits_a_page(void **state)
{
	char text[4096];

	(void)state;
	assert_int_equal(overlay_options(MAX_LAYERS, 0, NULL, text, sizeof(text)), 0);
	assert_non_null(strstr(text, ":499,upperdir=u0,workdir=w0"));
	assert_int_equal(overlay_options(MAX_LAYERS, 0, NULL, text, 1000), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_measure_three_operations),
		cmocka_unit_test(every_option_reaches_its_place),
		cmocka_unit_test(path_goes_with_raw),
		cmocka_unit_test(an_operation_is_taken_once),
		cmocka_unit_test(requests_are_recognised),
		cmocka_unit_test(bad_input_gets_one_line_that_names_it),
		cmocka_unit_test(help_names_every_option),
		cmocka_unit_test(a_sweep_doubles_up_to_its_end),
		cmocka_unit_test(cold_needs_an_operation_that_uses_files_up),
		cmocka_unit_test(several_mounts_are_ones_that_we_make),
		cmocka_unit_test(mount_options_list_all_layers),
		cmocka_unit_test(largest_layer_count_fits_a_page),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
