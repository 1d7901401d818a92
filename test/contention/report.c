// SPDX-License-Identifier: GPL-2.0-only
/*
 * contention-report: joins what guests and plugin wrote to contention.json, and shows and judges
 * what is in there.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measurement.h"
#include "results.h"
#include "scaling.h"
#include "verdicts.h"
#include "views.h"

static const char help[] =
	"Usage: contention-report join OUTPUT DIR...     measurements to one contention.json\n"
	"       contention-report table FILE...          counts, raw filesystem against overlay\n"
	"       contention-report lines FILE...          the contended lines: data and code\n"
	"       contention-report scaling [--transfer-ns N] [--op-ns N] FILE...\n"
	"                                                a model of many cores (default 100, "
	"2000)\n"
	"       contention-report plot-data FILE...      for test/contention/plot\n"
	"       contention-report self-test DIR...       TAP: did the instrument count right?\n"
	"       contention-report same OPS FILE...       TAP: do repetitions and different numbers "
	"of\n"
	"                                                vCPUs agree? OPS: NAME,... or all\n"
	"       contention-report budget MODULE OP=N,... FILE...\n"
	"                                                TAP: does MODULE add at most N lines?\n"
	"       contention-report exactly MODULE OP=N,... FILE...\n"
	"                                                TAP: does it add N, no more and no less?\n"
	"       contention-report equal MODULE MODULE OPS FILE...\n"
	"                                                TAP: do both add the same?\n"
	"\n"
	"MODULE: stock or ovl-calm, with parameters as the table shows it: 'ovl-calm "
	"cred_shards=0'.\n"
	"DIR holds phases.jsonl, kallsyms.* and percpu from the guest and records from the "
	"plugin.\n"
	"Exit code: 0 good, 1 a test failed or data is missing or damaged, 2 bad usage.\n";

static int usage(const char *problem)
{
	fprintf(stderr, "contention-report: %s, see contention-report --help\n", problem);
	return 2;
}

static int join_directory(const char *dir, struct json_object *results)
{
	struct join_source source;
	struct measurement m;
	char why[512];
	int rc;

	if (measurement_open(&m, dir))
		return -1;
	source = measurement_source(&m);
	rc = join_phases(m.journal, &source, results, why, sizeof(why));
	if (rc)
		fprintf(stderr, "contention-report: %s: %s\n", dir, why);
	measurement_close(&m);
	return rc;
}

static int do_join(int argc, char **argv)
{
	struct json_object *results;
	int rc = 0;

	if (argc < 2)
		return usage("join needs an output file and a directory");
	results = json_object_new_array();
	for (int i = 1; i < argc && !rc; i++)
		rc = join_directory(argv[i], results);
	if (!rc && !json_object_array_length(results)) {
		fprintf(stderr, "contention-report: there is no measurement in %s\n", argv[1]);
		rc = -1;
	}
	if (!rc)
		rc = results_write(results, argv[0]);
	json_object_put(results);
	return rc ? 1 : 0;
}

static int do_self_test(int argc, char **argv)
{
	int failures = 0, n = 0;

	if (!argc)
		return usage("self-test needs a directory");
	for (int i = 0; i < argc; i++) {
		struct measurement m;

		if (measurement_open(&m, argv[i]))
			return 1;
		failures += verdict_self_test(&m, stdout, &n);
		measurement_close(&m);
	}
	printf("1..%d\n", n);
	return failures ? 1 : 0;
}

static int parse_ns(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return *end || !(*value > 0 && *value < 1e12) ? -1 : 0;
}

static int do_scaling(int argc, char **argv)
{
	struct scaling model = { .transfer_ns = 100, .op_ns = 2000 };
	struct json_object *results;

	while (argc >= 2 && !strncmp(argv[0], "--", 2)) {
		double *value = !strcmp(argv[0], "--transfer-ns") ? &model.transfer_ns
				: !strcmp(argv[0], "--op-ns")	  ? &model.op_ns
								  : NULL;

		if (!value || parse_ns(argv[1], value))
			return usage("scaling: bad option, or not a time in nanoseconds");
		argc -= 2;
		argv += 2;
	}
	if (!argc)
		return usage("scaling needs a file");
	results = results_read(argv, argc);
	if (!results)
		return 1;
	view_scaling(results, &model, stdout);
	json_object_put(results);
	return 0;
}

/* NULL stands for all operations. */
static const char *ops_of(const char *argument)
{
	return strcmp(argument, "all") ? argument : NULL;
}

/* Commands that only need the results; the first ARGUMENTS words are not files. */
static int do_with_results(const char *command, int arguments, int argc, char **argv)
{
	struct json_object *results;
	int failures = 0, n = 0;

	if (argc <= arguments)
		return usage("this command needs more arguments");
	results = results_read(argv + arguments, argc - arguments);
	if (!results)
		return 1;
	if (!strcmp(command, "table"))
		view_table(results, stdout);
	else if (!strcmp(command, "lines"))
		view_lines(results, stdout);
	else if (!strcmp(command, "plot-data"))
		view_plot_data(results, stdout);
	else if (!strcmp(command, "same"))
		failures = verdict_same(results, ops_of(argv[0]), stdout, &n);
	else if (!strcmp(command, "equal"))
		failures = verdict_equal(results, argv[0], argv[1], ops_of(argv[2]), stdout, &n);
	else if (!strcmp(command, "exactly"))
		failures = verdict_exactly(results, argv[0], argv[1], stdout, &n);
	else
		failures = verdict_budget(results, argv[0], argv[1], stdout, &n);
	if (arguments)
		printf("1..%d\n", n);
	json_object_put(results);
	return failures ? 1 : 0;
}

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int arguments;
	} with_results[] = {
		{ "table", 0 }, { "lines", 0 },	 { "plot-data", 0 }, { "same", 1 },
		{ "equal", 3 }, { "budget", 2 }, { "exactly", 2 },
	};
	const char *command = argc > 1 ? argv[1] : "";

	if (!strcmp(command, "--help") || !strcmp(command, "-h"))
		return fputs(help, stdout) < 0;
	if (!strcmp(command, "join"))
		return do_join(argc - 2, argv + 2);
	if (!strcmp(command, "self-test"))
		return do_self_test(argc - 2, argv + 2);
	if (!strcmp(command, "scaling"))
		return do_scaling(argc - 2, argv + 2);
	for (size_t i = 0; i < sizeof(with_results) / sizeof(with_results[0]); i++)
		if (!strcmp(command, with_results[i].name))
			return do_with_results(command, with_results[i].arguments, argc - 2,
					       argv + 2);
	return usage(*command ? "unknown command" : "say what to do");
}

int main(int argc, char **argv)
{
	int rc = run(argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "contention-report: cannot write: %s\n", strerror(errno));
		return 1;
	}
	return rc;
}
