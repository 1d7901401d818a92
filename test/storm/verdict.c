// SPDX-License-Identifier: GPL-2.0-only
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"
#include "storm.h"

/* Acquisitions per operation. A rare one, at a cache miss, is no storm. */
#define STORMY_LOCKS 0.5

/*
 * What overlay costs in one task alone is its work; what it costs more in many tasks is waiting.
 * Both are shares of the raw rate, so that how the machine itself scales cancels out.
 */
#define LARGE_LOSS  0.8
#define SMALL_LOSS  0.9
#define MIN_TASKS   4
#define MIN_SAMPLES 3

const char *certainty_name(enum certainty certainty)
{
	static const char *const names[] = { "certain", "likely", "possible", "not seen",
					     "unknown" };

	return names[certainty];
}

/* Our module shows what it does; the stock one has no such setting. */
static bool is_ours(const struct report *r)
{
	return r->environment->cred_shards.text[0] || r->environment->private_ns.text[0];
}

static double locks_added(const struct measurement *m)
{
	const struct side_result *overlay = &m->side[SIDE_OVERLAY], *raw = &m->side[SIDE_RAW];

	if (overlay->locks_per_op < 0)
		return 0;
	return overlay->locks_per_op - (raw->locks_per_op > 0 ? raw->locks_per_op : 0);
}

static const struct measurement *most_locks(const struct report *r)
{
	const struct measurement *most = NULL;

	for (unsigned int i = 0; i < r->count; i++) {
		if (!most || locks_added(&r->measurements[i]) > locks_added(most))
			most = &r->measurements[i];
	}
	return most;
}

static bool was_measured(const struct report *r, const char *op)
{
	for (unsigned int i = 0; i < r->count; i++) {
		if (strcmp(r->measurements[i].op->name, op) == 0)
			return true;
	}
	return false;
}

static void judge_mount_lock(const struct report *r, struct verdict *v)
{
	const struct measurement *most = most_locks(r);

	if (!r->locks->ready || !most) {
		v->certainty = UNKNOWN;
		snprintf(v->reason, sizeof(v->reason), "mount_lock was not counted: %.200s",
			 r->locks->why_not[0] ? r->locks->why_not : "nothing was measured");
		return;
	}
	if (locks_added(most) < STORMY_LOCKS) {
		bool all = was_measured(r, "dir") && was_measured(r, "readdir") &&
			   was_measured(r, "copyup");

		v->certainty = NOT_SEEN;
		snprintf(v->reason, sizeof(v->reason),
			 "no measured operation takes mount_lock more often than beneath overlay");
		if (!all)
			snprintf(v->advice, sizeof(v->advice),
				 "measure --op dir,readdir,copyup, where this storm would show");
		return;
	}
	v->certainty = CERTAIN;
	snprintf(v->reason, sizeof(v->reason),
		 "%s takes the global mount_lock %.2f times per operation, %.2f beneath overlay",
		 most->op->name, most->side[SIDE_OVERLAY].locks_per_op,
		 most->side[SIDE_RAW].locks_per_op);
	if (is_ours(r))
		snprintf(v->advice, sizeof(v->advice),
			 "private_ns is %s: set it to auto and mount again",
			 r->environment->private_ns.text);
	else
		snprintf(v->advice, sizeof(v->advice),
			 "install ovl-calm: its overlay module gives the private mounts a "
			 "namespace");
}

/* One task, or the most that have a CPU of their own. */
static const struct measurement *scaled(const struct report *r, const struct operation *op,
					bool alone)
{
	const struct measurement *found = NULL;

	for (unsigned int i = 0; i < r->count; i++) {
		const struct measurement *m = &r->measurements[i];

		if (m->op != op || (alone ? m->tasks != 1 : m->tasks > r->cpus))
			continue;
		if (!found || m->tasks > found->tasks)
			found = m;
	}
	if (found && !alone && found->tasks < MIN_TASKS)
		return NULL;
	return found;
}

struct loss {
	const struct measurement *alone, *many;
	double left; /* share of the raw rate with many tasks, by the share with one */
	bool apart;  /* no sample of one overlaps with the other's */
};

static struct summary shares(const struct measurement *m)
{
	const double *overlay = m->side[SIDE_OVERLAY].rates, *raw = m->side[SIDE_RAW].rates;
	double *ratios = need_memory(m->samples, sizeof(*ratios));
	struct summary s;

	for (unsigned int i = 0; i < m->samples; i++)
		ratios[i] = raw[i] > 0 ? overlay[i] / raw[i] : 0;
	s = summarise(ratios, m->samples);
	free(ratios);
	return s;
}

static bool find_loss(const struct report *r, const struct operation *op, struct loss *loss)
{
	struct summary alone, many;

	loss->alone = scaled(r, op, true);
	loss->many = scaled(r, op, false);
	if (!loss->alone || !loss->many || loss->alone == loss->many)
		return false;
	/* Files that are used up wait for locks of the upper filesystem as well. */
	if (op->flags & OP_CONSUMES || r->o->shared)
		return false;
	if (locks_added(loss->many) >= STORMY_LOCKS)
		return false;
	alone = shares(loss->alone);
	many = shares(loss->many);
	if (alone.median <= 0)
		return false;
	loss->left = many.median / alone.median;
	loss->apart = many.max < alone.min && loss->many->samples >= MIN_SAMPLES;
	return true;
}

static void judge_credentials(const struct report *r, struct verdict *v)
{
	struct loss worst = { 0 }, loss;
	bool any = false;

	for (unsigned int i = 0; i < r->count; i++) {
		if (!find_loss(r, r->measurements[i].op, &loss))
			continue;
		if (!any || loss.left < worst.left)
			worst = loss;
		any = true;
	}
	if (!any) {
		v->certainty = UNKNOWN;
		snprintf(
			v->reason, sizeof(v->reason),
			"it shows as a loss that grows with the tasks, on at least %d CPUs and own "
			"files",
			MIN_TASKS);
		snprintf(v->advice, sizeof(v->advice), "measure --op open,stat,read --sweep %u",
			 r->cpus > MIN_TASKS ? r->cpus : MIN_TASKS);
		return;
	}
	snprintf(v->reason, sizeof(v->reason),
		 "with %u tasks, %s keeps %.0f %% of the share of the raw rate that it has with "
		 "one task%s",
		 worst.many->tasks, worst.many->op->name, worst.left * 100,
		 worst.apart ? ", and no sample overlaps" : "");
	if (worst.left >= SMALL_LOSS) {
		v->certainty = NOT_SEEN;
		return;
	}
	v->certainty = worst.left < LARGE_LOSS && worst.apart ? LIKELY : POSSIBLE;
	if (!is_ours(r))
		snprintf(v->advice, sizeof(v->advice),
			 "install ovl-calm: its overlay module gives each CPU its own credentials");
	else if (strcmp(r->environment->cred_shards.text, "0") == 0)
		snprintf(v->advice, sizeof(v->advice),
			 "cred_shards is 0: set it to auto and mount again");
	else
		snprintf(v->advice, sizeof(v->advice),
			 "cred_shards is %s, so look elsewhere: perf c2c shows the contended lines",
			 r->environment->cred_shards.text);
}

void verdicts_find(const struct report *r, struct verdict verdicts[STORM_COUNT])
{
	memset(verdicts, 0, STORM_COUNT * sizeof(*verdicts));
	verdicts[STORM_MOUNT_LOCK].storm = "mount_lock";
	verdicts[STORM_CREDENTIALS].storm = "credentials";
	judge_mount_lock(r, &verdicts[STORM_MOUNT_LOCK]);
	judge_credentials(r, &verdicts[STORM_CREDENTIALS]);
}
