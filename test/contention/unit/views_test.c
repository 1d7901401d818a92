// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "../results.h"
#include "../views.h"

static void add(struct json_object *results, const char *module, const char *op, int vcpus,
		bool shared, int added)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"kernel\":\"6.1\",\"module\":\"%s\",\"params\":{},\"fs\":\"tmpfs\","
		 "\"vcpus\":%d,\"layers\":1,\"op\":\"%s\",\"shared\":%s,\"raw\":1,"
		 "\"overlay\":%d,\"added\":%d,\"new\":0,\"lines\":[]}",
		 module, vcpus, op, shared ? "true" : "false", 1 + added, added);
	json_object_array_add(results, json_tokener_parse(text));
}

static char *plot_data(struct json_object *results)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	view_plot_data(results, out);
	fclose(out);
	return text;
}

static void plots_the_setting_with_most_operations(void **state)
{
	struct json_object *results = json_object_new_array();
	char *text;

	(void)state;
	add(results, "stock", "stat", 32, false, 7);
	add(results, "stock", "stat", 8, false, 1);
	add(results, "ovl-calm", "stat", 8, false, 0);
	add(results, "stock", "create", 8, false, 9);
	add(results, "stock", "stat", 8, true, 5);
	text = plot_data(results);
	assert_string_equal(text, "# 6.1, tmpfs, 1 lower layer, 8 vCPUs, own files\n"
				  "stat\t1\t0\ncreate\t9\t-\n\n\n");
	free(text);
	json_object_put(results);
}

static void plots_most_vcpus_of_equal_settings(void **state)
{
	struct json_object *results = json_object_new_array();
	char *text;

	(void)state;
	add(results, "stock", "stat", 8, false, 1);
	add(results, "stock", "stat", 32, false, 2);
	add(results, "stock", "stat", 2, false, 3);
	text = plot_data(results);
	assert_string_equal(text, "# 6.1, tmpfs, 1 lower layer, 32 vCPUs, own files\n"
				  "stat\t2\t-\n\n\n");
	free(text);
	json_object_put(results);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plots_the_setting_with_most_operations),
		cmocka_unit_test(plots_most_vcpus_of_equal_settings),
	};

	return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
