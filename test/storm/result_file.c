// SPDX-License-Identifier: GPL-2.0-only
#include "result_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storm.h"

static struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, key, &value);
	return value;
}

static bool is_number(struct json_object *value)
{
	return (json_object_is_type(value, json_type_double) ||
		json_object_is_type(value, json_type_int)) &&
	       isfinite(json_object_get_double(value));
}

/* A figure that must be there and not negative. */
static bool need_number(struct json_object *object, const char *key, double *value)
{
	struct json_object *found = get(object, key);

	if (!is_number(found))
		return false;
	*value = json_object_get_double(found);
	return *value >= 0;
}

static void read_latency(struct row_side *side, struct json_object *latency)
{
	static const char *const keys[] = { "p50", "p90", "p99", "p999", "max" };

	side->timed = true;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!need_number(latency, keys[i], &side->latency[i]))
			side->timed = false;
	}
}

static bool read_side(struct row_side *side, struct json_object *object,
		      struct json_object **samples)
{
	struct json_object *rates = get(object, "ops_per_s");

	*samples = get(rates, "samples");
	if (!need_number(rates, "median", &side->rate.median) ||
	    !need_number(rates, "min", &side->rate.min) ||
	    !need_number(rates, "max", &side->rate.max) ||
	    !json_object_is_type(*samples, json_type_array))
		return false;
	read_latency(side, get(object, "latency_us"));
	return true;
}

static bool read_shares(struct row *row, struct json_object *overlay, struct json_object *raw)
{
	size_t count = json_object_array_length(overlay);
	double *shares;
	bool good = count > 0 && count == json_object_array_length(raw);

	if (!good)
		return false;
	shares = need_memory(count, sizeof(*shares));
	for (size_t i = 0; i < count && good; i++) {
		struct json_object *a = json_object_array_get_idx(overlay, i);
		struct json_object *b = json_object_array_get_idx(raw, i);

		good = is_number(a) && is_number(b) && json_object_get_double(a) >= 0 &&
		       json_object_get_double(b) > 0;
		if (good)
			shares[i] = json_object_get_double(a) / json_object_get_double(b);
	}
	if (good)
		row->share = summarise(shares, count);
	row->samples = count;
	free(shares);
	return good;
}

static void read_setting(struct row *row, struct json_object *object)
{
	struct json_object *layers = get(object, "layers"), *mounts = get(object, "mounts");
	char *end = row->setting;
	size_t room = sizeof(row->setting);
	int used;

	if (layers)
		used = snprintf(end, room, "%d layers", json_object_get_int(layers));
	else
		used = snprintf(end, room, "given overlay");
	if (used > 0 && (size_t)used < room && json_object_get_int(mounts) > 1)
		used += snprintf(end + used, room - used, ", %d mounts",
				 json_object_get_int(mounts));
	if (used > 0 && (size_t)used < room && json_object_get_boolean(get(object, "shared")))
		used += snprintf(end + used, room - used, ", shared");
	if (used > 0 && (size_t)used < room && json_object_get_boolean(get(object, "cold")))
		snprintf(end + used, room - used, ", cold");
}

static double read_locks(struct json_object *object, const char *side)
{
	double value;

	return need_number(get(object, "mount_lock_per_op"), side, &value) ? value : -1;
}

static bool read_row(struct row *row, struct json_object *object)
{
	struct json_object *op = get(object, "op"), *overlay, *raw;
	double tasks;

	if (!json_object_is_type(op, json_type_string) || !need_number(object, "tasks", &tasks) ||
	    tasks < 1 || tasks > 1e6)
		return false;
	row->op = json_object_get_string(op);
	row->tasks = tasks;
	if (!read_side(&row->overlay, get(object, "overlay"), &overlay) ||
	    !read_side(&row->raw, get(object, "raw"), &raw) || !read_shares(row, overlay, raw))
		return false;
	row->overlay.locks_per_op = read_locks(object, "overlay");
	row->raw.locks_per_op = read_locks(object, "raw");
	read_setting(row, object);
	return true;
}

int result_file_read(struct result_file *f, const char *path)
{
	struct json_object *results, *tool;

	*f = (struct result_file){ .path = path };
	f->root = json_object_from_file(path);
	if (!f->root)
		return complain(BAD_INPUT, "%s: cannot be read as JSON: %.200s", path,
				json_util_get_last_err() ? json_util_get_last_err() : "empty");
	tool = get(f->root, "tool");
	results = get(f->root, "results");
	f->environment = get(f->root, "environment");
	if (!json_object_is_type(tool, json_type_string) ||
	    strcmp(json_object_get_string(tool), "ovl-storm") != 0 ||
	    !json_object_is_type(results, json_type_array) ||
	    !json_object_is_type(f->environment, json_type_object))
		return complain(BAD_INPUT, "%s: is no result of ovl-storm; make one with --json",
				path);
	if (json_object_array_length(results) > MAX_ROWS)
		return complain(BAD_INPUT, "%s: more than %d results", path, MAX_ROWS);
	for (size_t i = 0; i < json_object_array_length(results); i++) {
		if (!read_row(&f->rows[f->count], json_object_array_get_idx(results, i)))
			return complain(BAD_INPUT, "%s: results[%zu] is incomplete or damaged",
					path, i);
		f->count++;
	}
	if (!f->count)
		return complain(BAD_INPUT, "%s: holds no results", path);
	return SUCCESS;
}

void result_file_close(struct result_file *f)
{
	json_object_put(f->root);
	f->root = NULL;
	f->count = 0;
}

const char *result_file_text(const struct result_file *f, const char *key)
{
	struct json_object *value = get(f->environment, key);

	return value ? json_object_get_string(value) : "-";
}

const struct row *result_file_find(const struct result_file *f, const struct row *like)
{
	for (unsigned int i = 0; i < f->count; i++) {
		const struct row *row = &f->rows[i];

		if (row->tasks == like->tasks && strcmp(row->op, like->op) == 0 &&
		    strcmp(row->setting, like->setting) == 0)
			return row;
	}
	return NULL;
}
