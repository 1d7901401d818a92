// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "../results.h"
#include "../scaling.h"
#include "../verdicts.h"

static void add(struct json_object *results, const char *params, const char *op, int vcpus, int raw,
		int overlay)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"kernel\":\"6.1\",\"module\":\"ovl-calm\",\"module_version\":\"1\","
		 "\"params\":{%s},\"fs\":\"tmpfs\",\"vcpus\":%d,\"layers\":1,\"op\":\"%s\","
		 "\"shared\":false,\"raw\":%d,\"overlay\":%d,\"added\":%d,\"lines\":[],"
		 "\"new\":2}",
		 params, vcpus, op, raw, overlay, overlay - raw);
	json_object_array_add(results, json_tokener_parse(text));
}

/* Run a verdict, check its number of failures and of tests; return what it printed. */
static char *same(struct json_object *results, const char *ops, int failures, int tests)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int n = 0;

	assert_int_equal(verdict_same(results, ops, out, &n), failures);
	assert_int_equal(n, tests);
	fclose(out);
	return text;
}

static char *budget(struct json_object *results, const char *variant, const char *allowed,
		    int failures, int tests)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int n = 0;

	assert_int_equal(verdict_budget(results, variant, allowed, out, &n), failures);
	assert_int_equal(n, tests);
	fclose(out);
	return text;
}

static void compares_repetitions_and_vcpus(void **state)
{
	struct json_object *results = json_object_new_array();

	(void)state;
	add(results, "", "stat", 8, 0, 1);
	add(results, "", "stat", 8, 0, 1);
	add(results, "", "stat", 32, 0, 1);
	free(same(results, NULL, 0, 1));
	add(results, "", "open", 8, 1, 3);
	add(results, "", "open", 32, 1, 2);
	free(same(results, "stat", 0, 1));
	free(same(results, "stat,open", 1, 2));
	/* A prefix of a name is another operation. */
	free(same(results, "sta,opendir", 1, 1));
	json_object_put(results);
}

static void wants_something_to_compare_with(void **state)
{
	struct json_object *results = json_object_new_array();
	char *text;

	(void)state;
	add(results, "", "stat", 8, 0, 1);
	add(results, "\"cred_shards\":\"0\"", "stat", 8, 0, 1);
	text = same(results, NULL, 2, 2);
	assert_non_null(strstr(text, "nothing to compare with"));
	free(text);
	json_object_put(results);
}

static void holds_modules_to_their_budget(void **state)
{
	struct json_object *results = json_object_new_array();

	(void)state;
	add(results, "", "stat", 8, 1, 1);
	add(results, "", "create", 8, 4, 6);
	add(results, "\"cred_shards\":\"0\"", "stat", 8, 0, 1);
	free(budget(results, "ovl-calm", "stat=0,create=2", 0, 2));
	free(budget(results, "ovl-calm", "stat=0,create=1", 1, 2));
	free(budget(results, "ovl-calm cred_shards=0", "stat=0", 1, 1));
	free(budget(results, "ovl-calm", "rename=0", 1, 1));
	free(budget(results, "stock", "stat=0", 1, 1));
	free(budget(results, "ovl-calm", "stat", 1, 1));
	json_object_put(results);
}

static void wants_the_exact_number(void **state)
{
	struct json_object *results = json_object_new_array();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int n = 0;

	(void)state;
	add(results, "", "stat", 8, 1, 2);
	add(results, "", "open", 8, 1, 3);
	assert_int_equal(verdict_exactly(results, "ovl-calm", "stat=1,open=2", out, &n), 0);
	assert_int_equal(n, 2);
	/* More, fewer, none, and no operation at all. */
	assert_int_equal(verdict_exactly(results, "ovl-calm", "stat=0,open=3", out, &n), 2);
	assert_int_equal(verdict_exactly(results, "ovl-calm", "read=0", out, &n), 1);
	assert_int_equal(verdict_exactly(results, "ovl-calm", "", out, &n), 1);
	fclose(out);
	free(text);
	json_object_put(results);
}

static void compares_two_modules(void **state)
{
	struct json_object *results = json_object_new_array();
	const char *off = "ovl-calm cred_shards=0";
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int n = 0;

	(void)state;
	/* What is added counts, not how many lines the raw filesystem happened to show. */
	add(results, "\"cred_shards\":\"0\"", "stat", 8, 0, 1);
	add(results, "", "stat", 8, 1, 2);
	add(results, "\"cred_shards\":\"0\"", "open", 8, 1, 3);
	add(results, "", "open", 8, 1, 1);
	assert_int_equal(verdict_equal(results, off, "ovl-calm", "stat", out, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(verdict_equal(results, off, "ovl-calm", NULL, out, &n), 1);
	assert_int_equal(n, 3);
	/* Measured in another setting only, or not at all. */
	add(results, "\"cred_shards\":\"0\"", "read", 8, 0, 1);
	add(results, "", "read", 32, 0, 1);
	assert_int_equal(verdict_equal(results, off, "ovl-calm", "read", out, &n), 1);
	assert_int_equal(verdict_equal(results, "stock", "ovl-calm", NULL, out, &n), 1);
	fclose(out);
	assert_non_null(strstr(text, "was not measured there"));
	free(text);
	json_object_put(results);
}

static void judges_exec_by_its_new_lines(void **state)
{
	struct json_object *results = json_object_new_array();

	(void)state;
	add(results, "", "exec", 8, 49, 50);
	add(results, "", "exec", 32, 47, 49);
	free(same(results, NULL, 0, 1));
	free(budget(results, "ovl-calm", "exec=2", 0, 2));
	free(budget(results, "ovl-calm", "exec=1", 2, 2));
	json_object_put(results);
}

static void judges_a_disk_filesystem_by_new_lines(void **state)
{
	struct json_object *results = json_object_new_array();

	(void)state;
	add(results, "", "stat", 8, 1, 2);
	free(budget(results, "ovl-calm", "stat=1", 0, 1));
	json_object_object_add(json_object_array_get_idx(results, 0), "fs",
			       json_object_new_string("ext4"));
	free(budget(results, "ovl-calm", "stat=1", 1, 1));
	free(budget(results, "ovl-calm", "stat=2", 0, 1));
	json_object_put(results);
}

static void names_variants(void **state)
{
	struct json_object *results = json_object_new_array();
	char text[128];

	(void)state;
	add(results, "\"private_ns\":\"auto\",\"index\":\"N\"", "stat", 8, 0, 1);
	add(results, "\"private_ns\":\"none\",\"cred_shards\":\"0\"", "stat", 8, 0, 1);
	result_variant(json_object_array_get_idx(results, 0), text, sizeof(text));
	assert_string_equal(text, "ovl-calm");
	result_variant(json_object_array_get_idx(results, 1), text, sizeof(text));
	assert_string_equal(text, "ovl-calm private_ns=none cred_shards=0");
	json_object_put(results);
}

static void predicts_by_the_worst_line(void **state)
{
	const struct scaling model = { .transfer_ns = 100, .op_ns = 2000 };
	struct json_object *lines =
		json_tokener_parse("[{\"touch_per_op\":1.0,\"writes_per_op\":4.0},"
				   " {\"touch_per_op\":0.5,\"writes_per_op\":0.0}]");
	struct json_object *read_mostly =
		json_tokener_parse("[{\"touch_per_op\":1.0,\"writes_per_op\":0.1}]");
	double best, worst;

	(void)state;
	scaling_transfers(lines, &best, &worst);
	assert_true(best == 1 && worst == 4);
	scaling_transfers(read_mostly, &best, &worst);
	assert_true(best == 1 && worst == 1);
	scaling_transfers(NULL, &best, &worst);
	assert_true(best == 0 && worst == 0);
	assert_true(scaling_cap(&model, 4) == 2.5e6);
	assert_true(scaling_cap(&model, 0) == 0);
	assert_true(scaling_rate(&model, 2, 2.5e6) == 1e6);
	assert_true(scaling_rate(&model, 64, 2.5e6) == 2.5e6);
	assert_true(scaling_rate(&model, 64, 0) == 32e6);
	json_object_put(lines);
	json_object_put(read_mostly);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_repetitions_and_vcpus),
		cmocka_unit_test(wants_something_to_compare_with),
		cmocka_unit_test(holds_modules_to_their_budget),
		cmocka_unit_test(wants_the_exact_number),
		cmocka_unit_test(compares_two_modules),
		cmocka_unit_test(judges_exec_by_its_new_lines),
		cmocka_unit_test(judges_a_disk_filesystem_by_new_lines),
		cmocka_unit_test(names_variants),
		cmocka_unit_test(predicts_by_the_worst_line),
	};

	return cmocka_run_group_tests_name("verdicts", tests, NULL, NULL);
}
