// SPDX-License-Identifier: GPL-2.0-only
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

#include "output_file.h"
#include "report.h"
#include "storm.h"

static double overlay_rates[] = { 5000, 4000, 6000 }, overlay_fairness[] = { 0.5, 0.75, 1 };
static double raw_rates[] = { 10000, 8000, 12000 }, raw_fairness[] = { 1, 1, 1 };

static struct options o = {
	.samples = 3,
	.layers = 7,
	.seconds = 0.5,
	.shared = true,
};
static struct environment environment = {
	.kernel = { "6.1.0" },
	.machine = { "x86_64" },
	.module_version = { "stock" },
	.layer_fs = { "ext4" },
};
static struct lock_counter locks = { .ready = true, .directory = -1 };
static struct measurement measurement = {
	.tasks = 2, .samples = 3,
	.side = {
		[SIDE_OVERLAY] = { overlay_rates, overlay_fairness, 5, NULL, NULL },
		[SIDE_RAW] = { raw_rates, raw_fairness, 0, NULL, NULL },
	},
};

static struct report sample_report(void)
{
	measurement.op = operation_find("readdir");
	return (struct report){
		.o = &o,
		.environment = &environment,
		.locks = &locks,
		.cpus = 8,
		.measurements = &measurement,
		.count = 1,
	};
}

/* Follows a path such as "results.0.op". */
static struct json_object *at(struct json_object *object, const char *path)
{
	char copy[128], *rest = copy, *key;

	strcpy(copy, path);
	while ((key = strsep(&rest, "."))) {
		struct json_object *next = NULL;

		if (json_object_is_type(object, json_type_array))
			next = json_object_array_get_idx(object, *key - '0');
		else if (!json_object_object_get_ex(object, key, &next))
			fail_msg("no key \"%s\" of \"%s\"", key, path);
		object = next;
	}
	return object;
}

static void assert_number(struct json_object *root, const char *path, double expected)
{
	double value = json_object_get_double(at(root, path));

	if (value < expected - 1e-3 || value > expected + 1e-3)
		fail_msg("%s is %g, not %g", path, value, expected);
}

/* Through text and back, because that is what a reader of the file gets. */
static struct json_object *as_read(const struct report *r)
{
	struct json_object *made = report_json(r);
	struct json_object *read = json_tokener_parse(json_object_to_json_string(made));

	json_object_put(made);
	assert_non_null(read);
	return read;
}

static void json_has_the_documented_keys(void **state)
{
	struct report r = sample_report();
	struct json_object *root = as_read(&r);

	(void)state;
	assert_string_equal(json_object_get_string(at(root, "tool")), "ovl-storm");
	assert_string_equal(json_object_get_string(at(root, "environment.kernel")), "6.1.0");
	assert_string_equal(json_object_get_string(at(root, "environment.module_version")),
			    "stock");
	assert_string_equal(json_object_get_string(at(root, "environment.fs")), "ext4");
	assert_null(at(root, "environment.private_ns"));
	assert_number(root, "environment.cpus", 8);
	assert_true(json_object_get_boolean(at(root, "environment.mount_lock.counted")));
	assert_string_equal(json_object_get_string(at(root, "results.0.op")), "readdir");
	assert_number(root, "results.0.tasks", 2);
	assert_number(root, "results.0.layers", 7);
	assert_true(json_object_get_boolean(at(root, "results.0.shared")));
	assert_number(root, "results.0.overlay.ops_per_s.median", 5000);
	assert_number(root, "results.0.overlay.ops_per_s.min", 4000);
	assert_number(root, "results.0.overlay.ops_per_s.max", 6000);
	assert_number(root, "results.0.overlay.ops_per_s.samples.2", 6000);
	assert_number(root, "results.0.overlay.fairness", 0.75);
	assert_number(root, "results.0.raw.ops_per_s.median", 10000);
	assert_number(root, "results.0.ratio", 0.5);
	assert_number(root, "results.0.mount_lock_per_op.overlay", 5);
	assert_number(root, "results.0.mount_lock_per_op.raw", 0);
	json_object_put(root);
}

/* 0 would claim that the lock was not taken. */
static void json_says_null_for_what_was_not_counted(void **state)
{
	struct report r = sample_report();
	struct lock_counter none = { .ready = false, .why_not = "needs root" };
	struct measurement uncounted = measurement;
	struct json_object *root;

	(void)state;
	uncounted.side[SIDE_OVERLAY].locks_per_op = -1;
	uncounted.side[SIDE_RAW].locks_per_op = -1;
	r.locks = &none;
	r.measurements = &uncounted;
	root = as_read(&r);
	assert_null(at(root, "results.0.mount_lock_per_op.overlay"));
	assert_null(at(root, "results.0.mount_lock_per_op.raw"));
	assert_false(json_object_get_boolean(at(root, "environment.mount_lock.counted")));
	assert_string_equal(json_object_get_string(at(root, "environment.mount_lock.why_not")),
			    "needs root");
	json_object_put(root);
}

static void table_names_what_was_measured(void **state)
{
	static const char *const expected[] = {
		"6.1.0",   "stock",	"7 lower layers on ext4",
		"8 CPUs",  "3 samples", "shared",
		"readdir", "5000",	"4000-6000",
		"10000",   "0.500",	"5.00",
		"0.75",
	};
	struct report r = sample_report();
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	report_table(&r, out);
	fclose(out);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		if (!strstr(text, expected[i]))
			fail_msg("the table lacks \"%s\":\n%s", expected[i], text);
	}
}

static void a_container_is_told(void **state)
{
	struct report r = sample_report();
	struct environment inside = environment;
	struct options one = o;
	struct json_object *root = as_read(&r);
	char text[4096] = "";
	FILE *out;

	(void)state;
	assert_null(at(root, "environment.container_engine"));
	json_object_put(root);
	strcpy(inside.engine.text, "docker 25.0");
	strcpy(inside.engine_driver.text, "overlay2");
	strcpy(inside.mount_options.text, "rw,index=off");
	one.mounts = 1;
	r.environment = &inside;
	r.o = &one;
	root = as_read(&r);
	assert_string_equal(json_object_get_string(at(root, "environment.container_engine")),
			    "docker 25.0");
	assert_string_equal(json_object_get_string(at(root, "environment.container_storage")),
			    "overlay2");
	json_object_put(root);
	out = fmemopen(text, sizeof(text), "w");
	report_table(&r, out);
	fclose(out);
	assert_non_null(strstr(text, "1 container of docker 25.0 with overlay2, 7 lower layers"));
	assert_non_null(strstr(text, "rw,index=off"));
}

static void output_file_appears_only_when_complete(void **state)
{
	char directory[] = "/tmp/ovl-storm-unit.XXXXXX", path[64];
	struct report r = sample_report();
	struct json_object *made = report_json(&r), *read;
	struct output_file f;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/result.json", directory);
	assert_int_equal(output_file_open(&f, "--json", path), SUCCESS);
	assert_int_equal(access(path, F_OK), -1);
	output_file_close(&f);
	assert_int_equal(rmdir(directory), 0);

	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(output_file_open(&f, "--json", path), SUCCESS);
	assert_int_equal(output_file_json(&f, made), SUCCESS);
	output_file_close(&f);
	read = json_object_from_file(path);
	assert_non_null(read);
	assert_number(read, "results.0.ratio", 0.5);
	json_object_put(read);
	json_object_put(made);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_the_documented_keys),
		cmocka_unit_test(json_says_null_for_what_was_not_counted),
		cmocka_unit_test(table_names_what_was_measured),
		cmocka_unit_test(a_container_is_told),
		cmocka_unit_test(output_file_appears_only_when_complete),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
