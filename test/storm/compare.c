// SPDX-License-Identifier: GPL-2.0-only
#include "compare.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output_file.h"
#include "storm.h"

#define DEFAULT_TOLERANCE 0.02

struct comparison {
	struct result_file before, after;
	double tolerance;
	bool fail_if_slower;
	const char *json;
};

static const char *const change_names[] = { "same", "faster", "slower" };

/* Both must be equal, or the comparison is of something else than the module. */
static const char *const same_keys[] = { "machine", "cpu_model", "fs",	 "cpus",
					 "mode",    "governor",	 "path", "seconds_per_sample" };

static const char *const shown_keys[] = { "kernel",
					  "module_version",
					  "module_srcversion",
					  "private_ns",
					  "cred_shards",
					  "container_engine",
					  "container_storage",
					  "mount_options_in_force",
					  "load",
					  "when" };

enum change compare_rows(const struct row *before, const struct row *after, double tolerance)
{
	double by = after->share.median - before->share.median;

	if (fabs(by) < tolerance * before->share.median)
		return CHANGE_NONE;
	if (after->share.min > before->share.max)
		return CHANGE_FASTER;
	if (after->share.max < before->share.min)
		return CHANGE_SLOWER;
	return CHANGE_NONE;
}

static void help(FILE *out)
{
	fputs("Usage: ovl-storm compare [OPTION]... BEFORE.json AFTER.json\n"
	      "Compare two results that ovl-storm --json wrote, measurement by measurement.\n"
	      "\n"
	      "  --tolerance PERCENT   smaller changes count as none (default 2)\n"
	      "  --fail-if-slower      exit with 3 when a measurement became slower\n"
	      "  --json FILE           also write the comparison to FILE; with - instead of the "
	      "table\n"
	      "\n"
	      "What is compared is overlay's share of the raw rate measured beside it. A change "
	      "counts\n"
	      "only when no sample of one result overlaps with the other's.\n"
	      "Exit status: 0 done, 1 failed, 2 bad input, 3 slower (with --fail-if-slower).\n",
	      out);
}

static void print_environment(const struct comparison *c)
{
	for (size_t i = 0; i < sizeof(shown_keys) / sizeof(shown_keys[0]); i++)
		printf("%-24s %-36s %s\n", shown_keys[i],
		       result_file_text(&c->before, shown_keys[i]),
		       result_file_text(&c->after, shown_keys[i]));
	for (size_t i = 0; i < sizeof(same_keys) / sizeof(same_keys[0]); i++) {
		const char *a = result_file_text(&c->before, same_keys[i]);
		const char *b = result_file_text(&c->after, same_keys[i]);

		if (strcmp(a, b) != 0)
			printf("warning: %s differs: %s, %s\n", same_keys[i], a, b);
	}
}

static void print_row(const struct row *before, const struct row *after, enum change change)
{
	printf("%-10s %5u %-22s %6.3f %6.3f-%-6.3f %6.3f %6.3f-%-6.3f %+7.1f%%  %s", after->op,
	       after->tasks, after->setting, before->share.median, before->share.min,
	       before->share.max, after->share.median, after->share.min, after->share.max,
	       (after->share.median / before->share.median - 1) * 100, change_names[change]);
	if (before->overlay.locks_per_op >= 0 && after->overlay.locks_per_op >= 0)
		printf("  %.2f -> %.2f", before->overlay.locks_per_op, after->overlay.locks_per_op);
	if (before->overlay.timed && after->overlay.timed)
		printf("  p99 %.1f -> %.1f us", before->overlay.latency[2],
		       after->overlay.latency[2]);
	putchar('\n');
}

static void print_table(const struct comparison *c)
{
	print_environment(c);
	printf("\n%-10s %5s %-22s %20s %20s %8s  %s\n", "op", "tasks", "", "share before",
	       "share after", "change", "       mount_lock per op");
	for (unsigned int i = 0; i < c->after.count; i++) {
		const struct row *after = &c->after.rows[i];
		const struct row *before = result_file_find(&c->before, after);

		if (before && before->share.median > 0)
			print_row(before, after, compare_rows(before, after, c->tolerance));
	}
}

static struct json_object *json_row(const struct row *before, const struct row *after,
				    enum change change)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "op", json_object_new_string(after->op));
	json_object_object_add(object, "tasks", json_object_new_int(after->tasks));
	json_object_object_add(object, "setting", json_object_new_string(after->setting));
	json_object_object_add(object, "share_before",
			       json_object_new_double(before->share.median));
	json_object_object_add(object, "share_after", json_object_new_double(after->share.median));
	json_object_object_add(object, "change", json_object_new_string(change_names[change]));
	return object;
}

static int write_json(const struct comparison *c)
{
	struct json_object *root, *rows;
	struct output_file file;
	int rc = output_file_open(&file, "--json", c->json);

	if (rc || !c->json)
		return rc;
	root = json_object_new_object();
	rows = json_object_new_array();
	for (unsigned int i = 0; i < c->after.count; i++) {
		const struct row *after = &c->after.rows[i];
		const struct row *before = result_file_find(&c->before, after);

		if (before && before->share.median > 0)
			json_object_array_add(
				rows,
				json_row(before, after, compare_rows(before, after, c->tolerance)));
	}
	json_object_object_add(root, "tool", json_object_new_string("ovl-storm compare"));
	json_object_object_add(root, "tolerance", json_object_new_double(c->tolerance));
	json_object_object_add(root, "rows", rows);
	rc = output_file_json(&file, root);
	json_object_put(root);
	output_file_close(&file);
	return rc;
}

/* Counts what both results hold, and what became slower. */
static int judge(const struct comparison *c, unsigned int *slower)
{
	unsigned int common = 0;

	*slower = 0;
	for (unsigned int i = 0; i < c->after.count; i++) {
		const struct row *before = result_file_find(&c->before, &c->after.rows[i]);

		if (!before || before->share.median <= 0)
			continue;
		common++;
		if (compare_rows(before, &c->after.rows[i], c->tolerance) == CHANGE_SLOWER)
			++*slower;
	}
	if (!common)
		return complain(BAD_INPUT,
				"%s and %s have no measurement in common: compare the same "
				"operations, tasks, layers and mounts",
				c->before.path, c->after.path);
	if (common < c->after.count || common < c->before.count)
		complain(SUCCESS, "left out: %u of %s, %u of %s are not in the other",
			 c->before.count - common, c->before.path, c->after.count - common,
			 c->after.path);
	return SUCCESS;
}

static int compare(struct comparison *c, const char *before, const char *after)
{
	unsigned int slower = 0;
	int rc = result_file_read(&c->before, before);

	if (!rc)
		rc = result_file_read(&c->after, after);
	if (!rc)
		rc = judge(c, &slower);
	if (!rc && !(c->json && strcmp(c->json, "-") == 0)) {
		print_table(c);
		if (fflush(stdout) || ferror(stdout))
			rc = complain(FAILED, "cannot write the table: %s", strerror(errno));
	}
	if (!rc)
		rc = write_json(c);
	result_file_close(&c->before);
	result_file_close(&c->after);
	if (!rc && slower && c->fail_if_slower)
		rc = COMPARE_SLOWER;
	return rc;
}

static int parse_tolerance(const char *text, double *tolerance)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || *end || !(percent >= 0 && percent <= 100))
		return complain(BAD_INPUT, "--tolerance %s: give a percentage from 0 to 100", text);
	*tolerance = percent / 100;
	return SUCCESS;
}

int compare_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "tolerance", required_argument, NULL, 't' },
		{ "fail-if-slower", no_argument, NULL, 'f' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	/* Hundreds of rows each: too much for a stack. */
	struct comparison *c = need_memory(1, sizeof(*c));
	int option, rc = SUCCESS;

	c->tolerance = DEFAULT_TOLERANCE;
	optind = 0;
	while (!rc && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 't':
			rc = parse_tolerance(optarg, &c->tolerance);
			break;
		case 'f':
			c->fail_if_slower = true;
			break;
		case 'j':
			c->json = optarg;
			break;
		case 'h':
			help(stdout);
			free(c);
			return SUCCESS;
		default:
			rc = BAD_INPUT; /* getopt has said why */
		}
	}
	if (!rc && argc - optind != 2)
		rc = complain(BAD_INPUT, "compare: give two results; see ovl-storm compare --help");
	if (!rc)
		rc = compare(c, argv[optind], argv[optind + 1]);
	free(c);
	return rc;
}
