// SPDX-License-Identifier: GPL-2.0-only
#include "floor_report.h"

#include <stdlib.h>
#include <string.h>

#include "floor.h"
#include "storm.h"

static double percent(unsigned int ppm)
{
	return (double)ppm / PPM_PER_PERCENT;
}

static unsigned int sum_of(const struct fuse_bdis *b)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < b->count; i++)
		sum += b->bdis[i].min;
	return sum;
}

static const char *set_by(const struct floor_report *r, const struct fuse_bdi *bdi)
{
	if (!bdi->min)
		return "nobody";
	return floor_state_is_ours(r->state, bdi->name, bdi->min) ? "fuse-floor" : "other";
}

static struct share *plan(const struct floor_report *r)
{
	struct share *shares = need_memory(r->bdis->count, sizeof(*shares));

	floor_plan(r->bdis, r->state, r->limits, shares);
	return shares;
}

void floor_report_print(const struct floor_report *r, FILE *out)
{
	struct share *shares = plan(r);

	if (r->module_policy)
		fprintf(out,
			"The fuse module of ovl-calm is loaded (writeback=%s): it has the floor "
			"built "
			"in, fuse-floor does nothing.\n",
			r->module_policy);
	fprintf(out,
		"FUSE mounts: %zu, together %.4g %% of the dirty limit for certain; other devices "
		"%.4g "
		"%%\n",
		r->bdis->count, percent(sum_of(r->bdis)), percent(r->bdis->others));
	fprintf(out,
		"limits: %.4g %% for a mount, %.4g %% for a user, %.4g %% for all users, %.4g %% "
		"for "
		"all; steps of %.4g %%\n",
		percent(r->limits->mount), percent(r->limits->user), percent(r->limits->users),
		percent(r->limits->total), percent(r->bdis->unit));
	if (r->idle_module)
		fprintf(out, "fuse_idle_bandwidth is loaded: the time in which nobody wrote does "
			     "not make pauses longer\n");
	if (r->bdis->count)
		fprintf(out, "\n%-18s %10s %8s %8s %8s %-10s %s\n", "bdi", "owner", "floor",
			"wanted", "max", "set by", "mounted on");
	for (size_t i = 0; i < r->bdis->count; i++) {
		const struct fuse_bdi *bdi = &r->bdis->bdis[i];

		fprintf(out, "%-18s %10u %8.4g %8.4g %8.4g %-10s %s\n", bdi->name, bdi->owner,
			percent(bdi->min), percent(shares[i].result), percent(bdi->max),
			set_by(r, bdi),
			bdi->target[0] ? bdi->target : "(in another mount namespace)");
	}
	free(shares);
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static struct json_object *text_or_null(const char *text)
{
	return text && *text ? json_object_new_string(text) : NULL;
}

static struct json_object *json_percent(unsigned int ppm)
{
	char text[32];

	snprintf(text, sizeof(text), "%.6g", percent(ppm));
	return json_object_new_double_s(percent(ppm), text);
}

static struct json_object *json_mount(const struct floor_report *r, const struct fuse_bdi *bdi,
				      const struct share *share)
{
	struct json_object *object = json_object_new_object();

	add(object, "bdi", json_object_new_string(bdi->name));
	add(object, "owner", json_object_new_int64(bdi->owner));
	add(object, "min_percent", json_percent(bdi->min));
	add(object, "wanted_percent", json_percent(share->result));
	add(object, "max_percent", json_percent(bdi->max));
	add(object, "strict_limit",
	    bdi->strict_limit < 0 ? NULL : json_object_new_boolean(bdi->strict_limit));
	add(object, "set_by", json_object_new_string(set_by(r, bdi)));
	add(object, "type", text_or_null(bdi->type));
	add(object, "target", text_or_null(bdi->target));
	return object;
}

struct json_object *floor_report_json(const struct floor_report *r)
{
	struct json_object *object = json_object_new_object();
	struct json_object *limits = json_object_new_object();
	struct json_object *mounts = json_object_new_array();
	struct share *shares = plan(r);

	for (size_t i = 0; i < r->bdis->count; i++)
		json_object_array_add(mounts, json_mount(r, &r->bdis->bdis[i], &shares[i]));
	add(limits, "mount", json_percent(r->limits->mount));
	add(limits, "user", json_percent(r->limits->user));
	add(limits, "users", json_percent(r->limits->users));
	add(limits, "total", json_percent(r->limits->total));
	add(object, "tool", json_object_new_string("fuse-floor"));
	add(object, "module_policy", text_or_null(r->module_policy));
	add(object, "idle_module", json_object_new_boolean(r->idle_module));
	add(object, "step_percent", json_percent(r->bdis->unit));
	add(object, "others_percent", json_percent(r->bdis->others));
	add(object, "fuse_percent", json_percent(sum_of(r->bdis)));
	add(object, "limits_percent", limits);
	add(object, "mounts", mounts);
	free(shares);
	return object;
}
