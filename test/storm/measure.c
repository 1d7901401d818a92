// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <stdlib.h>

#include "containers.h"
#include "statistics.h"
#include "storm.h"

/* Operations per task when counting mount_lock, and before that to fill the caches. */
#define COUNTED_RUNS 200
#define RUNS_BEFORE  4

/* A sample of an operation that uses files up consists of at most this many batches. */
#define MAX_BATCHES 16

/* A batch holds RUNS_BEFORE names more than are measured, for those that fill the caches. */
#define BATCH_LIMIT(o) ((o)->batch > RUNS_BEFORE ? (o)->batch - RUNS_BEFORE : 1)

static const char *const side_names[SIDE_COUNT] = { "overlay", "raw" };

struct subject {
	const struct options *o;
	struct workplace *w;
	const struct cpu_list *cpus;
	const struct operation *op;
	unsigned int tasks;
};

/* Runs all tasks once; files of the lower layer are fresh again before that. */
static int run_once(const struct subject *s, enum side side, struct task_plan *plan,
		    struct task_result *results)
{
	if (side == SIDE_OVERLAY && s->op->flags & OP_LOWER_FILES) {
		int rc = s->w->containers ? containers_renew(s->w->containers, s->w)
					  : workplace_renew(s->w);

		if (rc)
			return rc;
	}
	plan->op = s->op;
	plan->side = side_names[side];
	plan->roots = s->w->roots[side];
	plan->root_count = s->w->root_count[side];
	plan->tasks = s->tasks;
	plan->threads = s->o->threads;
	plan->shared = s->o->shared;
	plan->cpus = s->cpus;
	plan->drop_caches = s->o->cold;
	if (s->w->containers) {
		plan->doors = s->w->containers->doors;
		plan->door_count = s->w->containers->count;
	}
	return tasks_run(plan, results);
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
	return value < limit ? value : limit;
}

/* Plans the next batch of a sample; returns false when the sample is complete. */
static bool plan_batch(const struct subject *s, double seconds, unsigned int batch,
		       const struct task_result *total, struct task_plan *plan)
{
	bool consumes = s->op->flags & OP_CONSUMES;
	uint64_t limit = s->o->iterations;

	*plan = (struct task_plan){ .limit = limit };
	if (!consumes) {
		if (!limit)
			plan->seconds = seconds;
		return batch == 0;
	}
	if (limit) {
		plan->limit = at_most(limit - total->ops, s->o->batch);
		return plan->limit > 0;
	}
	plan->limit = s->o->batch;
	plan->seconds = seconds - total->seconds;
	return batch < MAX_BATCHES && plan->seconds > 0;
}

/* @latency: single operations are timed as well, and the rate is lower for it; or NULL. */
static int sample(const struct subject *s, enum side side, double seconds, struct latency *latency,
		  double *rate, double *fair)
{
	struct task_result *total = need_memory(s->tasks, sizeof(*total));
	struct task_result *results = need_memory(s->tasks, sizeof(*results));
	double *rates = need_memory(s->tasks, sizeof(*rates));
	struct task_plan plan;
	int rc = SUCCESS;

	for (unsigned int batch = 0; !rc && plan_batch(s, seconds, batch, total, &plan); batch++) {
		plan.latency = latency;
		rc = run_once(s, side, &plan, results);
		for (unsigned int i = 0; i < s->tasks; i++) {
			total[i].ops += results[i].ops;
			total[i].seconds += results[i].seconds;
		}
	}
	*rate = 0;
	for (unsigned int i = 0; i < s->tasks; i++) {
		rates[i] = total[i].seconds > 0 ? total[i].ops / total[i].seconds : 0;
		*rate += rates[i];
	}
	*fair = fairness(rates, s->tasks);
	free(rates);
	free(results);
	free(total);
	return rc;
}

static int count_locks(const struct subject *s, enum side side, const struct lock_counter *locks,
		       double *per_op)
{
	struct task_result *results = need_memory(s->tasks, sizeof(*results));
	struct task_plan plan = { .limit = COUNTED_RUNS, .before = RUNS_BEFORE, .locks = locks };
	uint64_t ops = 0, taken = 0;
	int rc;

	if (s->op->flags & OP_CONSUMES) {
		plan.limit = at_most(COUNTED_RUNS, BATCH_LIMIT(s->o));
		plan.before = s->o->batch - plan.limit < RUNS_BEFORE ? s->o->batch - plan.limit
								     : RUNS_BEFORE;
	}
	rc = run_once(s, side, &plan, results);
	for (unsigned int i = 0; i < s->tasks; i++) {
		ops += results[i].ops;
		taken += results[i].locks;
	}
	free(results);
	if (!rc && !ops)
		rc = complain(FAILED, "%s on %s: nothing was run while counting mount_lock",
			      s->op->name, side_names[side]);
	if (!rc)
		*per_op = (double)taken / ops;
	return rc;
}

static int sample_lines(const struct subject *s, enum side side, struct contended_lines *lines)
{
	struct line_recorder recorder;
	double rate, fair;
	int rc = line_recorder_begin(&recorder), ended;

	if (rc)
		return rc;
	rc = sample(s, side, s->o->seconds, NULL, &rate, &fair);
	ended = line_recorder_end(&recorder, rc ? NULL : lines);
	return rc ? rc : ended;
}

int measure(struct measurement *m, const struct options *o, struct workplace *w,
	    const struct cpu_list *cpus, const struct lock_counter *locks,
	    const struct operation *op, unsigned int tasks, struct progress *progress)
{
	struct subject s = { .o = o, .w = w, .cpus = cpus, .op = op, .tasks = tasks };
	double rate, fair;
	int rc = SUCCESS;

	progress_what(progress, op->name, tasks);
	*m = (struct measurement){ .op = op, .tasks = tasks, .samples = o->samples };
	for (int side = 0; side < SIDE_COUNT; side++) {
		m->side[side].rates = need_memory(o->samples, sizeof(double));
		m->side[side].fairness = need_memory(o->samples, sizeof(double));
		m->side[side].locks_per_op = -1;
	}
	for (int side = 0; side < SIDE_COUNT && !rc && o->warm_up > 0; side++)
		rc = sample(&s, side, o->warm_up, NULL, &rate, &fair);
	for (unsigned int i = 0; i < o->samples; i++) {
		for (int side = 0; side < SIDE_COUNT && !rc; side++)
			rc = sample(&s, side, o->seconds, NULL, &m->side[side].rates[i],
				    &m->side[side].fairness[i]);
		progress_step(progress);
	}
	for (int side = 0; side < SIDE_COUNT && !rc && o->time_operations; side++) {
		m->side[side].latency = need_memory(1, sizeof(struct latency));
		rc = sample(&s, side, o->seconds, m->side[side].latency, &rate, &fair);
	}
	for (int side = 0; side < SIDE_COUNT && !rc && locks->ready; side++)
		rc = count_locks(&s, side, locks, &m->side[side].locks_per_op);
	for (int side = 0; side < SIDE_COUNT && !rc && o->c2c; side++) {
		m->side[side].contended = need_memory(1, sizeof(struct contended_lines));
		rc = sample_lines(&s, side, m->side[side].contended);
	}
	return rc;
}

void measurement_free(struct measurement *m)
{
	for (int side = 0; side < SIDE_COUNT; side++) {
		free(m->side[side].rates);
		free(m->side[side].fairness);
		free(m->side[side].latency);
		free(m->side[side].contended);
	}
}
