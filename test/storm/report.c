// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <inttypes.h>

#include "statistics.h"
#include "verdict.h"

static void print_header(const struct report *r, FILE *out)
{
	const struct environment *e = r->environment;
	const struct options *o = r->o;

	fprintf(out, "kernel %s %s, overlay module %s", e->kernel.text, e->machine.text,
		e->module_version.text);
	if (e->private_ns.text[0])
		fprintf(out, ", private_ns=%s", e->private_ns.text);
	if (e->cred_shards.text[0])
		fprintf(out, ", cred_shards=%s", e->cred_shards.text);
	fputc('\n', out);
	if (o->path)
		fprintf(out, "given overlay %s, raw %s on %s", o->path, o->raw, e->layer_fs.text);
	else if (e->engine.text[0])
		fprintf(out, "%u container%s of %s%s%s, %u lower layers, volume on %s", o->mounts,
			o->mounts > 1 ? "s" : "", e->engine.text,
			e->engine_driver.text[0] ? " with " : "", e->engine_driver.text, o->layers,
			e->layer_fs.text);
	else if (o->mounts > 1)
		fprintf(out, "%u own overlays over the same %u lower layers on %s", o->mounts,
			o->layers, e->layer_fs.text);
	else
		fprintf(out, "own overlay, %u lower layers on %s", o->layers, e->layer_fs.text);
	if (e->engine.text[0] && e->mount_options.text[0])
		fprintf(out, "\nits mount options: %s", e->mount_options.text);
	fprintf(out, "; %u CPUs, %s, %s files%s\n", r->cpus, o->threads ? "threads" : "processes",
		o->shared ? "shared" : "own", o->cold ? ", cold dentry cache" : "");
	if (o->iterations)
		fprintf(out, "%u samples of %lu operations per task", o->samples, o->iterations);
	else
		fprintf(out, "%u samples of %g s", o->samples, o->seconds);
	fprintf(out, " each, overlay and raw in turns; operations per second of all tasks\n");
}

static void print_locks(double per_op, FILE *out)
{
	if (per_op < 0)
		fprintf(out, " %9s", "-");
	else
		fprintf(out, " %9.2f", per_op);
}

static void print_row(const struct measurement *m, FILE *out)
{
	const struct side_result *overlay = &m->side[SIDE_OVERLAY], *raw = &m->side[SIDE_RAW];
	struct summary a = summarise(overlay->rates, m->samples);
	struct summary b = summarise(raw->rates, m->samples);
	double ratio = paired_ratio(overlay->rates, raw->rates, m->samples);

	fprintf(out, "%-9s %5u %10.0f %10.0f-%-10.0f %4.2f %10.0f %10.0f-%-10.0f %4.2f",
		m->op->name, m->tasks, a.median, a.min, a.max,
		median(overlay->fairness, m->samples), b.median, b.min, b.max,
		median(raw->fairness, m->samples));
	if (ratio < 0)
		fprintf(out, " %6s", "-");
	else
		fprintf(out, " %6.3f", ratio);
	print_locks(overlay->locks_per_op, out);
	print_locks(raw->locks_per_op, out);
	fputc('\n', out);
}

static const double percentiles[] = { 50, 90, 99, 99.9 };
static const char *const percentile_names[] = { "p50", "p90", "p99", "p999" };

#define PERCENTILES (sizeof(percentiles) / sizeof(percentiles[0]))

static void print_latency(const struct latency *l, FILE *out)
{
	for (size_t i = 0; i < PERCENTILES; i++)
		fprintf(out, " %8.1f", latency_percentile(l, percentiles[i]) / 1e3);
	fprintf(out, " %9.1f", l->max / 1e3);
}

static void print_latencies(const struct report *r, FILE *out)
{
	bool any = false;

	for (unsigned int i = 0; i < r->count; i++) {
		const struct measurement *m = &r->measurements[i];

		if (!m->side[SIDE_OVERLAY].latency || !m->side[SIDE_RAW].latency)
			continue;
		if (!any)
			fprintf(out,
				"\ntime of single operations in microseconds, in a run of its own\n"
				"%-9s %5s %8s %8s %8s %8s %9s %8s %8s %8s %8s %9s\n",
				"op", "tasks", "overlay:", "90 %", "99 %", "99.9 %", "longest",
				"raw:", "90 %", "99 %", "99.9 %", "longest");
		any = true;
		fprintf(out, "%-9s %5u", m->op->name, m->tasks);
		print_latency(m->side[SIDE_OVERLAY].latency, out);
		print_latency(m->side[SIDE_RAW].latency, out);
		fputc('\n', out);
	}
}

#define LINES_SHOWN 8

static void print_lines(const struct measurement *m, const char *side,
			const struct contended_lines *lines, FILE *out)
{
	fprintf(out,
		"%-9s %5u %-7s %8" PRIu64 " of %" PRIu64 " accesses found a line changed by "
		"another CPU\n",
		m->op->name, m->tasks, side, lines->hits, lines->samples);
	for (unsigned int i = 0; i < lines->count && i < LINES_SHOWN; i++) {
		const struct contended_line *line = &lines->lines[i];

		fprintf(out, "%24" PRIu64 " %5.1f %%  %#018" PRIx64 " ", line->hits,
			100.0 * line->hits / lines->hits, line->address);
		for (unsigned int j = 0; j < line->function_count && j < LINE_FUNCTIONS; j++)
			fprintf(out, " %s", line->functions[j].name);
		fputc('\n', out);
	}
}

static void print_contended(const struct report *r, FILE *out)
{
	if (!r->o->c2c)
		return;
	fprintf(out, "\ncontended cache lines, as the processor samples them (perf c2c), and who "
		     "met them\n");
	for (unsigned int i = 0; i < r->count; i++) {
		const struct measurement *m = &r->measurements[i];

		if (m->side[SIDE_OVERLAY].contended)
			print_lines(m, "overlay", m->side[SIDE_OVERLAY].contended, out);
		if (m->side[SIDE_RAW].contended)
			print_lines(m, "raw", m->side[SIDE_RAW].contended, out);
	}
}

static void print_verdicts(const struct report *r, FILE *out)
{
	struct verdict verdicts[STORM_COUNT];

	verdicts_find(r, verdicts);
	fputc('\n', out);
	for (int i = 0; i < STORM_COUNT; i++) {
		const struct verdict *v = &verdicts[i];

		fprintf(out, "%s storm: %s: %s\n", v->storm, certainty_name(v->certainty),
			v->reason);
		if (v->advice[0])
			fprintf(out, "  -> %s\n", v->advice);
	}
}

void report_table(const struct report *r, FILE *out)
{
	print_header(r, out);
	fprintf(out, "\n%-9s %5s %10s %21s %4s %10s %21s %4s %6s %19s\n", "", "", "overlay", "", "",
		"raw", "", "", "", "mount_lock per op");
	fprintf(out, "%-9s %5s %10s %10s-%-10s %4s %10s %10s-%-10s %4s %6s %9s %9s\n", "op",
		"tasks", "median", "min", "max", "fair", "median", "min", "max", "fair", "ratio",
		"overlay", "raw");
	for (unsigned int i = 0; i < r->count; i++)
		print_row(&r->measurements[i], out);
	if (!r->locks->ready && r->locks->why_not[0])
		fprintf(out, "\nmount_lock not counted: %s\n", r->locks->why_not);
	print_latencies(r, out);
	print_contended(r, out);
	print_verdicts(r, out);
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
	add(object, key, text && text[0] ? json_object_new_string(text) : NULL);
}

/* Whole operations and thousandths are more than any run repeats. */
static struct json_object *number(double value)
{
	char text[64];

	snprintf(text, sizeof(text), value >= 1000 ? "%.0f" : "%.4f", value);
	return json_object_new_double_s(value, text);
}

static struct json_object *json_latency(const struct latency *l)
{
	struct json_object *object = json_object_new_object();

	add(object, "operations", json_object_new_int64(l->count));
	for (size_t i = 0; i < PERCENTILES; i++)
		add(object, percentile_names[i],
		    number(latency_percentile(l, percentiles[i]) / 1e3));
	add(object, "max", number(l->max / 1e3));
	return object;
}

static struct json_object *json_contended(const struct contended_lines *lines)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();

	add(object, "samples", json_object_new_int64(lines->samples));
	add(object, "hits", json_object_new_int64(lines->hits));
	for (unsigned int i = 0; i < lines->count; i++) {
		const struct contended_line *line = &lines->lines[i];
		struct json_object *entry = json_object_new_object();
		struct json_object *functions = json_object_new_array();
		char address[24];

		snprintf(address, sizeof(address), "0x%" PRIx64, line->address);
		add_text(entry, "address", address);
		add(entry, "hits", json_object_new_int64(line->hits));
		for (unsigned int j = 0; j < line->function_count; j++)
			json_object_array_add(functions,
					      json_object_new_string(line->functions[j].name));
		add(entry, "functions", functions);
		json_object_array_add(list, entry);
	}
	add(object, "lines", list);
	return object;
}

static struct json_object *json_verdicts(const struct report *r)
{
	struct json_object *list = json_object_new_array();
	struct verdict verdicts[STORM_COUNT];

	verdicts_find(r, verdicts);
	for (int i = 0; i < STORM_COUNT; i++) {
		struct json_object *object = json_object_new_object();

		add_text(object, "storm", verdicts[i].storm);
		add_text(object, "certainty", certainty_name(verdicts[i].certainty));
		add_text(object, "reason", verdicts[i].reason);
		add_text(object, "advice", verdicts[i].advice);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *json_side(const struct side_result *side, unsigned int samples)
{
	struct json_object *object = json_object_new_object();
	struct json_object *rates = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct summary s = summarise(side->rates, samples);

	add(rates, "median", number(s.median));
	add(rates, "min", number(s.min));
	add(rates, "max", number(s.max));
	for (unsigned int i = 0; i < samples; i++)
		json_object_array_add(list, number(side->rates[i]));
	add(rates, "samples", list);
	add(object, "ops_per_s", rates);
	add(object, "fairness", number(median(side->fairness, samples)));
	add(object, "latency_us", side->latency ? json_latency(side->latency) : NULL);
	add(object, "contended_lines", side->contended ? json_contended(side->contended) : NULL);
	return object;
}

static struct json_object *json_measurement(const struct report *r, const struct measurement *m)
{
	const struct side_result *overlay = &m->side[SIDE_OVERLAY], *raw = &m->side[SIDE_RAW];
	struct json_object *object = json_object_new_object();
	struct json_object *locks = json_object_new_object();
	double ratio = paired_ratio(overlay->rates, raw->rates, m->samples);

	add_text(object, "op", m->op->name);
	add(object, "tasks", json_object_new_int(m->tasks));
	add(object, "shared", json_object_new_boolean(r->o->shared));
	add(object, "layers", r->o->path ? NULL : json_object_new_int(r->o->layers));
	add(object, "mounts", r->o->path ? NULL : json_object_new_int(r->o->mounts));
	add(object, "cold", json_object_new_boolean(r->o->cold));
	add(object, "overlay", json_side(overlay, m->samples));
	add(object, "raw", json_side(raw, m->samples));
	add(object, "ratio", ratio < 0 ? NULL : number(ratio));
	add(locks, "overlay", overlay->locks_per_op < 0 ? NULL : number(overlay->locks_per_op));
	add(locks, "raw", raw->locks_per_op < 0 ? NULL : number(raw->locks_per_op));
	add(object, "mount_lock_per_op", locks);
	return object;
}

static struct json_object *json_environment(const struct report *r)
{
	const struct environment *e = r->environment;
	struct json_object *object = json_object_new_object();
	struct json_object *counting = json_object_new_object();

	add_text(object, "kernel", e->kernel.text);
	add_text(object, "machine", e->machine.text);
	add_text(object, "module", "overlay");
	add_text(object, "module_version", e->module_version.text);
	add_text(object, "module_srcversion", e->module_srcversion.text);
	add_text(object, "private_ns", e->private_ns.text);
	add_text(object, "cred_shards", e->cred_shards.text);
	add_text(object, "fs", e->layer_fs.text);
	add_text(object, "container_engine", e->engine.text);
	add_text(object, "container_storage", e->engine_driver.text);
	add_text(object, "path", r->o->path);
	add_text(object, "mount_options", r->o->mount_options);
	add_text(object, "mount_options_in_force", e->mount_options.text);
	add_text(object, "cpu_model", e->cpu_model.text);
	add_text(object, "governor", e->governor.text);
	add_text(object, "load", e->load.text);
	add_text(object, "when", e->when.text);
	add(object, "cpus", json_object_new_int(r->cpus));
	add_text(object, "mode", r->o->threads ? "threads" : "processes");
	add(object, "samples", json_object_new_int(r->o->samples));
	add(object, "seconds_per_sample", r->o->iterations ? NULL : number(r->o->seconds));
	add(object, "iterations_per_sample",
	    r->o->iterations ? json_object_new_int64(r->o->iterations) : NULL);
	add(counting, "counted", json_object_new_boolean(r->locks->ready));
	add_text(counting, "why_not", r->locks->ready ? NULL : r->locks->why_not);
	add(object, "mount_lock", counting);
	return object;
}

struct json_object *report_json(const struct report *r)
{
	struct json_object *object = json_object_new_object();
	struct json_object *results = json_object_new_array();

	for (unsigned int i = 0; i < r->count; i++)
		json_object_array_add(results, json_measurement(r, &r->measurements[i]));
	add_text(object, "tool", "ovl-storm");
	add(object, "environment", json_environment(r));
	add(object, "results", results);
	add(object, "verdicts", json_verdicts(r));
	return object;
}
