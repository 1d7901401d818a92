// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

#include <string.h>
#include <unistd.h>

static void number(struct json_object *object, const char *key, int64_t value)
{
	json_object_object_add(object, key, json_object_new_int64(value));
}

static void text(struct json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, value[0] ? json_object_new_string(value) : NULL);
}

/* Null where the kernel does not tell. */
static void known(struct json_object *object, const char *key, bool is_known, int64_t value)
{
	json_object_object_add(object, key, is_known ? json_object_new_int64(value) : NULL);
}

static int64_t kib(uint64_t pages)
{
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static struct json_object *global_object(const struct global_state *g)
{
	struct json_object *object = json_object_new_object();

	number(object, "dirty_kib", g->dirty);
	number(object, "writeback_kib", g->writeback);
	known(object, "writeback_temp_kib", g->has_temp, g->writeback_temp);
	known(object, "threshold_kib", g->has_thresholds, g->threshold);
	known(object, "background_kib", g->has_thresholds, g->background);
	return object;
}

static struct json_object *bdi_object(const struct bdi *b)
{
	struct json_object *object = json_object_new_object();

	text(object, "bdi", b->name);
	text(object, "device", b->device);
	text(object, "mounts", b->mounts);
	json_object_object_add(object, "fuse", json_object_new_boolean(b->fuse));
	known(object, "min_ratio", b->min_ratio >= 0, b->min_ratio);
	known(object, "max_ratio", b->max_ratio >= 0, b->max_ratio);
	known(object, "strict_limit", b->strict_limit >= 0, b->strict_limit);
	known(object, "dirty_kib", b->counted, b->dirty);
	known(object, "writeback_kib", b->counted, b->writeback);
	known(object, "threshold_kib", b->counted, b->threshold);
	known(object, "bandwidth_kib_per_s", b->counted, b->bandwidth);
	return object;
}

static struct json_object *task_object(const struct throttled_task *task)
{
	const struct throttle *e = &task->last;
	struct json_object *object = json_object_new_object();

	number(object, "pid", e->pid);
	text(object, "comm", task->comm);
	text(object, "bdi", e->bdi);
	number(object, "pauses", task->pauses);
	number(object, "paused_ms", task->paused_ms);
	number(object, "longest_ms", task->longest_ms);
	number(object, "zero_threshold_pauses", task->zero);
	number(object, "bdi_dirty_kib", kib(e->bdi_dirty));
	number(object, "bdi_setpoint_kib", kib(e->bdi_setpoint));
	number(object, "bdi_threshold_kib", kib(throttle_threshold(e)));
	number(object, "task_ratelimit_kib_per_s", e->task_ratelimit);
	number(object, "dirtied_pages", e->dirtied);
	return object;
}

static struct json_object *work_object(const struct flusher_work *w)
{
	struct json_object *object = json_object_new_object();

	text(object, "bdi", w->bdi);
	text(object, "reason", w->reason);
	number(object, "begun", w->begun);
	number(object, "ended", w->ended);
	number(object, "pages", w->pages);
	return object;
}

static struct json_object *sync_object(const struct sync_caller *s)
{
	struct json_object *object = json_object_new_object();

	number(object, "pid", s->pid);
	text(object, "comm", s->comm);
	text(object, "call", s->call);
	json_object_object_add(object, "seconds", json_object_new_double(s->seconds));
	return object;
}

struct json_object *view_json(const struct sample *s)
{
	struct json_object *root = json_object_new_object(), *bdis = json_object_new_array();
	struct json_object *tasks = json_object_new_array(), *works = json_object_new_array();
	struct json_object *syncs = json_object_new_array(), *stalls = json_object_new_array();
	const struct throttled *t = s->throttled;

	for (unsigned int i = 0; i < s->bdis.count; i++)
		json_object_array_add(bdis, bdi_object(&s->bdis.bdis[i]));
	for (unsigned int i = 0; i < t->task_count; i++) {
		json_object_array_add(tasks, task_object(&t->tasks[i]));
		if (t->tasks[i].zero)
			json_object_array_add(stalls, json_object_new_string(t->tasks[i].last.bdi));
	}
	for (unsigned int i = 0; i < t->work_count; i++)
		json_object_array_add(works, work_object(&t->works[i]));
	for (unsigned int i = 0; i < t->sync_count; i++)
		json_object_array_add(syncs, sync_object(&t->syncs[i]));
	json_object_object_add(root, "interval_s", json_object_new_double(s->interval));
	json_object_object_add(root, "global", global_object(&s->global));
	json_object_object_add(root, "bdis", bdis);
	json_object_object_add(root, "throttled", tasks);
	json_object_object_add(root, "zero_threshold_bdis", stalls);
	json_object_object_add(root, "sync_callers", syncs);
	json_object_object_add(root, "flusher", works);
	json_object_object_add(root, "tracing", json_object_new_boolean(s->events->tracing));
	text(root, "why_not_tracing", s->events->tracing ? "" : s->events->why_not);
	number(root, "events_lost", s->events->lost);
	return root;
}
