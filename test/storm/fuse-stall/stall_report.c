// SPDX-License-Identifier: GPL-2.0-only
#include "stall_report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "statistics.h"
#include "storm.h"

/* First line of a file, without its end; false when there is none. */
static bool read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool read;

	if (!file)
		return false;
	read = fgets(line, size, file) != NULL;
	fclose(file);
	if (read)
		line[strcspn(line, "\n")] = '\0';
	return read;
}

void stall_report_read_host(struct stall_result *r)
{
	struct utsname kernel;
	char state[16];

	if (!uname(&kernel))
		snprintf(r->kernel, sizeof(r->kernel), "%s", kernel.release);
	if (!read_line("/sys/module/fuse/version", r->module, sizeof(r->module)))
		strcpy(r->module, read_line("/sys/module/fuse/initstate", state, sizeof(state))
					  ? "stock"
					  : "built-in");
	if (!read_line("/sys/module/fuse/parameters/writeback", r->policy, sizeof(r->policy)))
		strcpy(r->policy, "stock");
}

typedef double (*event_value_fn)(const struct throttle_event *event);

static double setpoint_of(const struct throttle_event *event)
{
	return (double)event->setpoint;
}

static double dirty_of(const struct throttle_event *event)
{
	return (double)event->dirty;
}

static double rate_of(const struct throttle_event *event)
{
	return (double)event->task_ratelimit;
}

static double dirtied_of(const struct throttle_event *event)
{
	return (double)event->dirtied;
}

static double pause_of(const struct throttle_event *event)
{
	return (double)event->pause;
}

static const struct {
	const char *key, *text;
	event_value_fn value;
} fields[] = {
	{ "setpoint", "setpoint of the bdi, pages", setpoint_of },
	{ "dirty", "dirty on the bdi, pages", dirty_of },
	{ "task_ratelimit", "task_ratelimit, KiB/s", rate_of },
	{ "dirtied", "dirtied since the last, pages", dirtied_of },
	{ "pause_ms", "sleep asked for, ms", pause_of },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Of the events that put the task to sleep; NULL when there is none. */
static double *values_of(const struct throttle_trace *t, event_value_fn value, size_t *count)
{
	double *values = need_memory(t->count, sizeof(*values));

	*count = 0;
	for (size_t i = 0; i < t->count; i++) {
		if (t->events[i].pause > 0)
			values[(*count)++] = value(&t->events[i]);
	}
	if (*count)
		return values;
	free(values);
	return NULL;
}

static void print_side(const char *name, const struct dirtying *d, FILE *out)
{
	fprintf(out, "%-6s %9.3f s to dirty %zu of %zu pages", name, d->seconds, d->done, d->pages);
	if (d->sync_seconds >= 0)
		fprintf(out, ", %.3f s for msync", d->sync_seconds);
	else
		fprintf(out, ", given up then");
	fputc('\n', out);
}

static void print_throttle(const struct throttle_trace *t, FILE *out)
{
	if (!t->tracing) {
		fprintf(out, "balance_dirty_pages: %s\n",
			t->why_not[0] ? t->why_not : "not traced");
		return;
	}
	for (size_t i = 0; i < FIELDS; i++) {
		size_t count;
		double *values = values_of(t, fields[i].value, &count);
		struct summary s;

		if (!i)
			fprintf(out, "balance_dirty_pages: %zu events, %zu sleeps", t->count,
				count);
		if (!i && t->lost)
			fprintf(out, ", at least %llu more events were lost",
				(unsigned long long)t->lost);
		if (!i)
			fputc('\n', out);
		if (!values)
			return;
		s = summarise(values, count);
		fprintf(out, "  %-32s median %9.0f, from %.0f to %.0f\n", fields[i].text, s.median,
			s.min, s.max);
		free(values);
	}
}

void stall_report_print(const struct stall_result *r, FILE *out)
{
	const struct stall_options *o = r->o;
	struct pauses p = pauses_find(&r->fuse, &r->throttle);

	fprintf(out, "kernel %s, fuse module %s, policy %s; server %s over %s", r->kernel,
		r->module, r->policy, server_name(o->server), r->backing_fs);
	if (o->server == SERVER_OWN)
		fprintf(out, ", %u thread%s, %g ms for each write%s", o->threads,
			o->threads > 1 ? "s" : "", o->delay * 1e3,
			o->writeback_cache ? ", writeback cache" : "");
	fprintf(out, "\nbdi %s: min_ratio %lld %%, max_ratio %lld %%, strict_limit %s\n",
		r->bdi.name, r->bdi.min_ratio, r->bdi.max_ratio,
		r->bdi.strict_limit < 0 ? "not shown by this kernel"
		: r->bdi.strict_limit	? "1"
					: "0");
	if (r->competing_mb_per_s >= 0)
		fprintf(out, "competing writer: %.1f MiB/s\n", r->competing_mb_per_s);
	print_side("FUSE", &r->fuse, out);
	fprintf(out,
		"       %zu pauses over 10 ms, longest %.1f ms (%.1f ms after the first), "
		"%.0f pages per pause\n",
		p.count, p.longest * 1e3, p.longest_of_rest * 1e3, p.pages_per_pause);
	if (r->throttle.tracing)
		fprintf(out,
			"       one touch was asked to sleep %.0f ms at most (%.0f ms after the "
			"first)\n",
			p.longest_sleep * 1e3, p.longest_sleep_of_rest * 1e3);
	if (p.others)
		fprintf(out,
			"       %zu more touches over 10 ms that dirty throttling did not cause\n",
			p.others);
	if (r->local.touches)
		print_side(r->local_fs, &r->local, out);
	print_throttle(&r->throttle, out);
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

/* Microseconds are more than any run repeats. */
static struct json_object *number(double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.6g", value);
	return json_object_new_double_s(value, text);
}

static struct json_object *attribute(long long value)
{
	return value < 0 ? NULL : json_object_new_int64(value);
}

static struct json_object *json_bdi(const struct stall_bdi *bdi)
{
	struct json_object *object = json_object_new_object();

	add(object, "name", json_object_new_string(bdi->name));
	add(object, "min_ratio", attribute(bdi->min_ratio));
	add(object, "max_ratio", attribute(bdi->max_ratio));
	add(object, "strict_limit", attribute(bdi->strict_limit));
	return object;
}

static struct json_object *json_summary(const double *values, size_t count)
{
	struct json_object *object = json_object_new_object();
	struct summary s = summarise(values, count);

	add(object, "median", number(s.median));
	add(object, "min", number(s.min));
	add(object, "max", number(s.max));
	return object;
}

static struct json_object *json_throttle(const struct throttle_trace *t)
{
	struct json_object *object;

	if (!t->tracing)
		return NULL;
	object = json_object_new_object();
	add(object, "events", json_object_new_int64((int64_t)t->count));
	add(object, "lost", json_object_new_int64((int64_t)t->lost));
	for (size_t i = 0; i < FIELDS; i++) {
		size_t count;
		double *values = values_of(t, fields[i].value, &count);

		if (!i)
			add(object, "sleeps", json_object_new_int64((int64_t)count));
		add(object, fields[i].key, values ? json_summary(values, count) : NULL);
		free(values);
	}
	return object;
}

static void add_set_up(struct json_object *object, const struct stall_result *r)
{
	const struct stall_options *o = r->o;
	bool own = o->server == SERVER_OWN;

	add(object, "tool", json_object_new_string("fuse-stall"));
	add(object, "kernel", json_object_new_string(r->kernel));
	add(object, "module", json_object_new_string(r->module));
	add(object, "policy", json_object_new_string(r->policy));
	add(object, "server", json_object_new_string(server_name(o->server)));
	add(object, "backing_fs", json_object_new_string(r->backing_fs));
	add(object, "local_fs", r->local.touches ? json_object_new_string(r->local_fs) : NULL);
	add(object, "mb", json_object_new_int(o->mb));
	add(object, "delay_ms", own ? number(o->delay * 1e3) : NULL);
	add(object, "threads", own ? json_object_new_int(o->threads) : NULL);
	add(object, "writeback_cache", own ? json_object_new_boolean(o->writeback_cache) : NULL);
	add(object, "competing", json_object_new_boolean(o->competing != NULL));
	add(object, "bdi", json_bdi(&r->bdi));
}

struct json_object *stall_report_json(const struct stall_result *r)
{
	struct json_object *object = json_object_new_object();
	struct pauses p = pauses_find(&r->fuse, &r->throttle);
	bool synced = r->fuse.sync_seconds >= 0, traced = r->throttle.tracing;

	add_set_up(object, r);
	add(object, "complete", json_object_new_boolean(r->fuse.done == r->fuse.pages));
	add(object, "pages", json_object_new_int64((int64_t)r->fuse.done));
	add(object, "seconds", number(r->fuse.seconds));
	add(object, "sync_seconds", synced ? number(r->fuse.sync_seconds) : NULL);
	add(object, "total_seconds",
	    synced ? number(r->fuse.seconds + r->fuse.sync_seconds) : NULL);
	add(object, "pauses_over_10ms", json_object_new_int64((int64_t)p.count));
	add(object, "longest_pause_ms", number(p.longest * 1e3));
	add(object, "longest_pause_after_first_ms", number(p.longest_of_rest * 1e3));
	add(object, "longest_sleep_ms", traced ? number(p.longest_sleep * 1e3) : NULL);
	add(object, "longest_sleep_after_first_ms",
	    traced ? number(p.longest_sleep_of_rest * 1e3) : NULL);
	add(object, "pages_per_pause", number(p.pages_per_pause));
	add(object, "other_touches_over_10ms", json_object_new_int64((int64_t)p.others));
	add(object, "local_seconds", r->local.touches ? number(r->local.seconds) : NULL);
	add(object, "competing_mb_per_s",
	    r->competing_mb_per_s < 0 ? NULL : number(r->competing_mb_per_s));
	add(object, "balance_dirty_pages", json_throttle(&r->throttle));
	return object;
}
