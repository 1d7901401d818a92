// SPDX-License-Identifier: GPL-2.0-only
/* Access to contention.json; see results.h. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results.h"

static int failed(const char *file, const char *why)
{
	fprintf(stderr, "contention-report: %s: %s\n", file, why);
	return -1;
}

static bool is_result(struct json_object *object)
{
	static const char *const needed[] = {
		"kernel", "module", "fs",      "vcpus", "layers", "op",
		"shared", "raw",    "overlay", "added", "new",	  "lines",
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!json_object_object_get_ex(object, needed[i], NULL))
			return false;
	return true;
}

struct json_object *results_read(char **files, int n)
{
	struct json_object *all = json_object_new_array();

	for (int i = 0; i < n; i++) {
		struct json_object *array = json_object_from_file(files[i]);
		size_t length;

		if (!json_object_is_type(array, json_type_array)) {
			failed(files[i],
			       array ? "is no array of results" : json_util_get_last_err());
			json_object_put(array);
			json_object_put(all);
			return NULL;
		}
		length = json_object_array_length(array);
		for (size_t j = 0; j < length; j++) {
			struct json_object *result = json_object_array_get_idx(array, j);

			if (!is_result(result)) {
				failed(files[i], "holds something that is no result; made by an "
						 "older version?");
				json_object_put(array);
				json_object_put(all);
				return NULL;
			}
			json_object_array_add(all, json_object_get(result));
		}
		json_object_put(array);
	}
	return all;
}

int results_write(struct json_object *results, const char *file)
{
	const int style =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;
	char temporary[4096];

	if (!strcmp(file, "-"))
		return puts(json_object_to_json_string_ext(results, style)) < 0 ? -1 : 0;
	snprintf(temporary, sizeof(temporary), "%s.%d", file, getpid());
	if (json_object_to_file_ext(temporary, results, style) || rename(temporary, file)) {
		failed(file, errno ? strerror(errno) : json_util_get_last_err());
		unlink(temporary);
		return -1;
	}
	return 0;
}

const char *result_text(struct json_object *result, const char *key)
{
	const char *text = json_object_get_string(json_object_object_get(result, key));

	return text ? text : "";
}

int result_number(struct json_object *result, const char *key)
{
	return json_object_get_int(json_object_object_get(result, key));
}

static bool is_restless(struct json_object *result)
{
	return !strcmp(result_text(result, "op"), "exec") ||
	       strcmp(result_text(result, "fs"), "tmpfs");
}

const char *result_judged_by(struct json_object *result)
{
	return is_restless(result) ? "new" : "added";
}

int result_raw(struct json_object *result)
{
	return is_restless(result) ? 0 : result_number(result, "raw");
}

int result_overlay(struct json_object *result)
{
	return result_number(result, is_restless(result) ? "new" : "overlay");
}

void result_variant(struct json_object *result, char *text, size_t size)
{
	/* Parameters that the stock module does not have; auto is what one gets by default. */
	static const char *const ours[] = { "private_ns", "cred_shards" };
	struct json_object *params = json_object_object_get(result, "params");
	size_t used = snprintf(text, size, "%s", result_text(result, "module"));

	for (size_t i = 0; params && i < sizeof(ours) / sizeof(ours[0]) && used < size; i++) {
		const char *value = result_text(params, ours[i]);

		if (*value && strcmp(value, "auto"))
			used += snprintf(text + used, size - used, " %s=%s", ours[i], value);
	}
}

void result_setting(struct json_object *result, char *text, size_t size)
{
	int layers = result_number(result, "layers");

	snprintf(text, size, "%s, %s, %d lower layer%s, %d vCPUs, %s",
		 result_text(result, "kernel"), result_text(result, "fs"), layers,
		 layers == 1 ? "" : "s", result_number(result, "vcpus"),
		 result_number(result, "shared") ? "shared files" : "own files");
}
