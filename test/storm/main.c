// SPDX-License-Identifier: GPL-2.0-only
/* ovl-storm: file operations through overlayfs against the same beneath it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "containers.h"
#include "environment.h"
#include "html_report.h"
#include "output_file.h"
#include "lock_control.h"
#include "lock_counter.h"
#include "measure.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "storm.h"
#include "workplace.h"

static int list_operations(void)
{
	const struct operation *op;
	size_t count;

	op = operations(&count);
	for (size_t i = 0; i < count; i++)
		printf("%-10s %s\n", op[i].name, op[i].help);
	return SUCCESS;
}

/* Opens the counter and puts it to the test. */
static int open_counter(struct lock_counter *locks, struct lock_control *control,
			const struct options *o, const struct workplace *w)
{
	if (!o->count_locks) {
		*locks = (struct lock_counter){ .why_not = "--no-locks", .directory = -1 };
		return SUCCESS;
	}
	if (lock_counter_open(locks, w->scratch))
		lock_control_run(locks, w->scratch, control);
	if (locks->ready)
		return SUCCESS;
	if (o->require_locks)
		return complain(FAILED, "mount_lock cannot be counted: %s", locks->why_not);
	complain(SUCCESS, "mount_lock not counted: %s", locks->why_not);
	return SUCCESS;
}

static int run_all(const struct options *o, struct workplace *w, const struct cpu_list *cpus,
		   struct report *r, struct measurement *measurements)
{
	struct progress progress;
	int rc = SUCCESS;

	progress_begin(&progress, stderr, o->op_count * o->task_counts * o->samples);
	for (unsigned int i = 0; i < o->op_count && !rc; i++) {
		for (unsigned int j = 0; j < o->task_counts && !rc; j++) {
			rc = measure(&measurements[r->count], o, w, cpus, r->locks, o->ops[i],
				     o->tasks[j], &progress);
			r->count++;
		}
	}
	progress_end(&progress);
	return rc;
}

static int tell(const struct report *r, struct output_file *json)
{
	struct json_object *object;
	int rc;

	if (!r->o->json || strcmp(r->o->json, "-") != 0) {
		report_table(r, stdout);
		if (fflush(stdout) || ferror(stdout))
			return complain(FAILED, "cannot write the table: %s", strerror(errno));
	}
	if (!r->o->json)
		return SUCCESS;
	object = report_json(r);
	rc = output_file_json(json, object);
	json_object_put(object);
	return rc;
}

static void read_environment(struct environment *e, const struct workplace *w)
{
	const struct containers *c = w->containers;
	char mounts[64] = "/proc/self/mountinfo";

	/* The engine's mounts are not in our namespace. */
	if (c)
		snprintf(mounts, sizeof(mounts), "/proc/%d/mountinfo", (int)c->list[0].init);
	environment_read(e, w->roots[SIDE_OVERLAY][0], w->roots[SIDE_RAW][0], mounts);
	if (c) {
		snprintf(e->engine.text, sizeof(e->engine.text), "%s %s", c->engine->name,
			 c->version);
		snprintf(e->engine_driver.text, sizeof(e->engine_driver.text), "%s", c->driver);
	}
}

static int measure_and_tell(const struct options *o, struct workplace *w,
			    const struct cpu_list *cpus, const struct lock_counter *locks,
			    struct output_file *json)
{
	struct measurement *measurements =
		need_memory(o->op_count * o->task_counts, sizeof(*measurements));
	struct environment environment;
	struct report r = {
		.o = o,
		.environment = &environment,
		.locks = locks,
		.cpus = cpus->count,
		.measurements = measurements,
	};
	int rc;

	read_environment(&environment, w);
	rc = run_all(o, w, cpus, &r, measurements);
	if (!rc)
		rc = tell(&r, json);
	for (unsigned int i = 0; i < r.count; i++)
		measurement_free(&measurements[i]);
	free(measurements);
	return rc;
}

static unsigned int most_tasks(const struct options *o)
{
	unsigned int most = 1;

	for (unsigned int i = 0; i < o->task_counts; i++) {
		if (o->tasks[i] > most)
			most = o->tasks[i];
	}
	return most;
}

static bool uses_lower_files(const struct options *o)
{
	for (unsigned int i = 0; i < o->op_count; i++) {
		if (o->ops[i]->flags & OP_LOWER_FILES)
			return true;
	}
	return false;
}

/* The counter is removed before the workplace, whose mounts it may use. */
static int with_workplace(const struct options *o, const struct cpu_list *cpus,
			  struct containers *containers, struct output_file *json)
{
	struct lock_counter locks = { .directory = -1 };
	struct lock_control control = { 0, 0 };
	struct workplace w;
	int rc = workplace_make(&w, o, most_tasks(o), uses_lower_files(o));

	if (!rc && !stop_signal)
		rc = containers_make(containers, &w);
	if (!rc && !stop_signal)
		rc = open_counter(&locks, &control, o, &w);
	if (!rc && !stop_signal && o->request == REQUEST_SELF_TEST)
		printf("mount_lock taken in %d times open and close of one file: %" PRIu64
		       " on an attached mount, %" PRIu64 " on a detached one: as it should be\n",
		       CONTROL_RUNS, control.attached, control.detached);
	else if (!rc && !stop_signal)
		rc = measure_and_tell(o, &w, cpus, &locks, json);
	if (lock_counter_close(&locks))
		rc = FAILED;
	if (containers_remove(containers, &w) && !rc)
		rc = FAILED;
	if (workplace_remove(&w) && !rc)
		rc = FAILED;
	return rc;
}

int main(int argc, char **argv)
{
	static struct containers containers;
	struct cpu_list cpus = { 0, NULL };
	struct output_file json;
	struct options o;
	int rc;

	if (argc > 1 && strcmp(argv[1], "compare") == 0)
		return compare_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "report") == 0)
		return html_report_main(argc - 1, argv + 1);
	rc = options_parse(argc, argv, &o);
	if (rc)
		return rc;
	if (o.request == REQUEST_HELP) {
		options_help(stdout);
		return SUCCESS;
	}
	if (o.request == REQUEST_LIST)
		return list_operations();
	if (o.request == REQUEST_SELF_TEST)
		o.require_locks = true;

	stop_signals_catch();
	rc = cpu_list_read(&cpus);
	if (!rc && !o.task_counts) {
		o.tasks[0] = cpus.count < MAX_TASKS ? cpus.count : MAX_TASKS;
		o.task_counts = 1;
	}
	/* Not after minutes of measuring. */
	if (!rc && o.c2c)
		rc = line_recorder_check();
	if (!rc)
		rc = containers_check(&containers, &o);
	if (!rc)
		rc = output_file_open(&json, "--json", o.json);
	if (!rc) {
		rc = with_workplace(&o, &cpus, &containers, &json);
		output_file_close(&json);
	}
	free(cpus.cpus);
	stop_signals_obey();
	return rc;
}
