// SPDX-License-Identifier: GPL-2.0-only
/* Every operation does what its name says, on the tree that the program makes for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "operations.h"
#include "storm.h"
#include "tasks.h"
#include "tree.h"

static char top_name[] = "/tmp/ovl-storm-unit.XXXXXX";
static int top = -1;

static int make_tree(void **state)
{
	const struct tree_shape shape = {
		.tasks = 3,
		.layers = 2,
		.entries = 3,
		.lower_files = 20,
	};

	(void)state;
	strcpy(top_name + strlen(top_name) - 6, "XXXXXX");
	if (!mkdtemp(top_name))
		return -1;
	top = open(top_name, O_RDONLY | O_DIRECTORY);
	return top < 0 || tree_make_whole(top, &shape) || fchdir(top) ? -1 : 0;
}

static int remove_tree(void **state)
{
	(void)state;
	close(top);
	return chdir("/") || tree_remove(AT_FDCWD, top_name) ? -1 : 0;
}

static bool exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static void names_are_numbered_in_place(void **state)
{
	char name[] = "t0/c/7-000000";

	(void)state;
	operation_name(name, 0xabc123);
	assert_string_equal(name, "t0/c/7-abc123");
	operation_name(name, 9);
	assert_string_equal(name, "t0/c/7-000009");
}

static void tree_shows_all_layers(void **state)
{
	(void)state;
	assert_true(exists("t0/d/e0-0") && exists("t0/d/e1-2") && exists("t2/d/f"));
	assert_true(exists("t1/l/1-000013"));
	assert_false(exists("t1/l/1-000014") || exists("t0/d/e2-0") || exists("t3"));
}

static void upper_and_lower_layers_differ(void **state)
{
	const struct tree_shape shape = {
		.tasks = 2, .shared = true, .layers = 2, .entries = 1, .lower_files = 2
	};
	int fd;

	(void)state;
	assert_int_equal(mkdir("0", 0755) | mkdir("1", 0755), 0);
	fd = open("0", O_RDONLY);
	assert_int_equal(tree_make_layer(fd, &shape, 0), SUCCESS);
	close(fd);
	fd = open("1", O_RDONLY);
	assert_int_equal(tree_make_layer(fd, &shape, 1), SUCCESS);
	close(fd);
	assert_true(exists("0/t0/d/f") && exists("0/t0/d/e0-0") && exists("1/t0/d/e1-0"));
	assert_true(exists("0/t0/l/0-000001") && exists("0/t0/l/1-000001"));
	assert_false(exists("1/t0/d/f") || exists("1/t0/l") || exists("0/t1"));
}

/* Runs every operation in three tasks, own and shared, processes and threads. */
static void every_operation_runs(void **state)
{
	struct task_result results[3];
	struct cpu_list cpus;
	size_t count;
	const struct operation *op = operations(&count);

	(void)state;
	assert_int_equal(cpu_list_read(&cpus), SUCCESS);
	for (size_t i = 0; i < 4 * count; i++) {
		const struct task_plan plan = {
			.op = &op[i / 4],
			.side = "raw",
			.roots = &top,
			.root_count = 1,
			.tasks = 3,
			.threads = i & 1,
			.shared = i & 2,
			.limit = 15,
			.before = 4,
			.cpus = &cpus,
		};

		/* Files of a lower layer cannot be made again for the shared variant here. */
		if (plan.shared && plan.op->flags & OP_LOWER_FILES)
			continue;
		memset(results, 0, sizeof(results));
		if (tasks_run(&plan, results))
			fail_msg("%s failed", plan.op->name);
		for (int task = 0; task < 3; task++) {
			assert_int_equal(results[task].ops, 15);
			assert_true(results[task].seconds > 0);
		}
	}
	free(cpus.cpus);
}

/* Runs one operation once and returns its context, to see what became of its files. */
static struct op_context once(const char *name)
{
	const struct operation *op = operation_find(name);
	struct op_context ctx;

	assert_int_equal(operation_begin(op, &ctx, 1, false), 0);
	assert_int_equal(operation_prepare(op, &ctx, 2), 0);
	assert_int_equal(op->run(&ctx), 0);
	operation_end(&ctx);
	return ctx;
}

static void operations_change_what_they_say(void **state)
{
	struct op_context ctx = once("create");

	(void)state;
	assert_true(exists("t1/c/1-000000"));
	assert_string_equal(ctx.scratch, "t1/c/1-000000");
	once("unlink");
	assert_false(exists("t1/c/1-000000"));
	assert_true(exists("t1/c/1-000001"));
	once("mkdir");
	assert_int_equal(rmdir("t1/c/1-000000"), 0);
	once("rename");
	assert_true(exists("t1/c/1-000001") && !exists("t1/c/1-000000"));
	once("whiteout");
	assert_false(exists("t1/l/1-000000"));
}

/* An error in one task ends the whole run as a failure, however the others fare. */
static void an_error_is_not_lost(void **state)
{
	struct task_result results[3];
	struct task_plan plan = {
		.op = operation_find("open"),
		.side = "raw",
		.roots = &top,
		.root_count = 1,
		.tasks = 3,
		.seconds = 5,
	};
	struct cpu_list cpus;

	(void)state;
	assert_int_equal(cpu_list_read(&cpus), SUCCESS);
	plan.cpus = &cpus;
	assert_int_equal(unlink("t2/d/f"), 0);
	assert_int_equal(tasks_run(&plan, results), FAILED);
	plan.threads = true;
	assert_int_equal(tasks_run(&plan, results), FAILED);
	free(cpus.cpus);
}

/* Tasks take turns at the trees; with a time for each operation, all of them are in the sum. */
static void each_operation_is_timed_once(void **state)
{
	int tops[2] = { top, top };
	struct task_result results[3];
	struct latency latency = { 0 };
	struct task_plan plan = {
		.op = operation_find("stat"),
		.side = "raw",
		.roots = tops,
		.root_count = 2,
		.tasks = 3,
		.limit = 50,
		.latency = &latency,
	};
	struct cpu_list cpus;

	(void)state;
	assert_int_equal(cpu_list_read(&cpus), SUCCESS);
	plan.cpus = &cpus;
	assert_int_equal(tasks_run(&plan, results), SUCCESS);
	assert_int_equal(latency.count, 150);
	assert_true(latency_percentile(&latency, 50) > 0);
	assert_true(latency.max >= latency_percentile(&latency, 50));
	tops[1] = -1; /* task 1 works there */
	assert_int_equal(tasks_run(&plan, results), FAILED);
	free(cpus.cpus);
}

static void time_ends_a_run(void **state)
{
	struct task_result results[2];
	struct task_plan plan = {
		.op = operation_find("stat"),
		.side = "raw",
		.roots = &top,
		.root_count = 1,
		.tasks = 2,
		.seconds = 0.2,
	};
	struct cpu_list cpus;

	(void)state;
	assert_int_equal(cpu_list_read(&cpus), SUCCESS);
	plan.cpus = &cpus;
	assert_int_equal(tasks_run(&plan, results), SUCCESS);
	assert_true(results[0].seconds >= 0.19 && results[0].seconds < 10);
	assert_true(results[0].ops + results[1].ops > 0);
	free(cpus.cpus);
}

#define on_a_tree(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_numbered_in_place),
		on_a_tree(tree_shows_all_layers),
		on_a_tree(upper_and_lower_layers_differ),
		on_a_tree(every_operation_runs),
		on_a_tree(operations_change_what_they_say),
		on_a_tree(an_error_is_not_lost),
		on_a_tree(each_operation_is_timed_once),
		cmocka_unit_test(names_are_numbered_in_place),
		on_a_tree(tree_shows_all_layers),
		on_a_tree(upper_and_lower_layers_differ),
		on_a_tree(every_operation_runs),
		on_a_tree(operations_change_what_they_say),
		on_a_tree(an_error_is_not_lost),
		on_a_tree(time_ends_a_run),
	};

	return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
