// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct writer {
	line_fn *line;
	void *context;
};

static void say(const struct writer *w, enum line_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(const struct writer *w, enum line_kind kind, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	w->line(w->context, kind, text);
}

/* Short enough for a column: "12.3M". */
static const char *size(unsigned long long kib, char text[16])
{
	static const char units[] = "KMGTP";
	double value = kib;
	int unit = 0;

	while (value >= 1000 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	snprintf(text, 16, value >= 100 || unit == 0 ? "%.0f%c" : "%.1f%c", value, units[unit]);
	return text;
}

static unsigned long long kib_of_pages(uint64_t pages)
{
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void global_lines(const struct writer *w, const struct sample *s)
{
	const struct global_state *g = &s->global;
	char a[16], b[16], c[16], d[16], clock[16] = "";
	time_t now = time(NULL);
	struct tm local;

	if (localtime_r(&now, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	say(w, LINE_PLAIN, "%s  dirty %s of %s (flushed from %s)  writeback %s  FUSE copies %s",
	    clock, size(g->dirty, a), g->has_thresholds ? size(g->threshold, b) : "?",
	    g->has_thresholds ? size(g->background, c) : "?", size(g->writeback, d),
	    g->has_temp ? size(g->writeback_temp, (char[16]){ "" }) : "-");
}

/* Pauses with the signature, over all tasks on a bdi. */
static unsigned int zero_pauses(const struct throttled *t, const char *bdi)
{
	unsigned int zero = 0;

	for (unsigned int i = 0; i < t->task_count; i++) {
		if (strcmp(t->tasks[i].last.bdi, bdi) == 0)
			zero += t->tasks[i].zero;
	}
	return zero;
}

static void alarm_lines(const struct writer *w, const struct sample *s)
{
	for (unsigned int i = 0; i < s->bdis.count; i++) {
		const struct bdi *bdi = &s->bdis.bdis[i];
		unsigned int zero = zero_pauses(s->throttled, bdi->name);

		if (zero)
			say(w, LINE_ALARM, "!! %s (%s): zero dirty threshold: %u pauses%s",
			    bdi->name, bdi->mounts[0] ? bdi->mounts : bdi->device, zero,
			    bdi->fuse ? "; the FUSE stall: see fuse-floor(8)" : "");
	}
}

static const char *ratio(int value, char text[16])
{
	if (value < 0)
		return "-";
	snprintf(text, 16, "%d", value);
	return text;
}

static void bdi_line(const struct writer *w, const struct bdi *bdi)
{
	char a[16], b[16], c[16], d[16], e[16], f[16], g[16];

	say(w, LINE_PLAIN, "%-14s %-10.10s %7s %7s %7s %8s %4s %4s %6s  %s", bdi->name,
	    bdi->device[0] ? bdi->device : "-", bdi->counted ? size(bdi->dirty, a) : "-",
	    bdi->counted ? size(bdi->writeback, b) : "-",
	    bdi->counted ? size(bdi->threshold, c) : "-",
	    bdi->counted ? size(bdi->bandwidth, d) : "-", ratio(bdi->min_ratio, e),
	    ratio(bdi->max_ratio, f), ratio(bdi->strict_limit, g), bdi->mounts);
}

/* Quiet devices nobody mounted are left out: a host has dozens. */
static bool is_of_interest(const struct bdi *bdi)
{
	return bdi->mounts[0] || bdi->dirty || bdi->writeback;
}

static void bdi_lines(const struct writer *w, const struct sample *s)
{
	say(w, LINE_TITLE, "%-14s %-10s %7s %7s %7s %8s %4s %4s %6s  %s", "BDI", "DEVICE", "DIRTY",
	    "WRITEB", "THRESH", "BANDW/s", "MIN%", "MAX%", "STRICT", "MOUNTS");
	for (unsigned int i = 0; i < s->bdis.count; i++) {
		if (is_of_interest(&s->bdis.bdis[i]))
			bdi_line(w, &s->bdis.bdis[i]);
	}
	if (!s->bdis.debugfs)
		say(w, LINE_PLAIN,
		    "  (what each holds is in debugfs: needs root and "
		    "/sys/kernel/debug)");
}

static const char *why(const struct throttled_task *task)
{
	const struct throttle *e = &task->last;

	if (task->zero)
		return "device has no threshold";
	if (e->bdi_setpoint && e->bdi_dirty > throttle_threshold(e))
		return "device above its threshold";
	if (e->bdi_setpoint && e->bdi_dirty > e->bdi_setpoint)
		return "device above its setpoint";
	return "host above its setpoint";
}

static void task_line(const struct writer *w, const struct throttled_task *task)
{
	const struct throttle *e = &task->last;
	char a[16], b[16], c[16];

	say(w, LINE_PLAIN, "%7d %-15.15s %-14s %6u %7" PRIu64 " %7" PRIu64 " %8s %8s %8s/s  %s",
	    e->pid, task->comm, e->bdi, task->pauses, task->paused_ms, task->longest_ms,
	    size(kib_of_pages(e->bdi_dirty), a), size(kib_of_pages(throttle_threshold(e)), b),
	    size(e->task_ratelimit, c), why(task));
}

static void task_lines(const struct writer *w, const struct sample *s)
{
	const struct throttled *t = s->throttled;

	say(w, LINE_TITLE, "%7s %-15s %-14s %6s %7s %7s %8s %8s %10s  %s", "PID", "THROTTLED",
	    "BDI", "PAUSES", "PAUSED", "LONGEST", "DIRTY", "THRESH", "RATE", "WHY");
	for (unsigned int i = 0; i < t->task_count; i++)
		task_line(w, &t->tasks[i]);
	if (t->tasks_left_out)
		say(w, LINE_PLAIN, "  (%u events of more tasks left out)", t->tasks_left_out);
	if (!s->events->tracing)
		say(w, LINE_PLAIN, "  (not traced: %s)", s->events->why_not);
	else if (s->events->lost)
		say(w, LINE_PLAIN, "  (%" PRIu64 " events lost since the start)", s->events->lost);
}

static void waiting_lines(const struct writer *w, const struct sample *s)
{
	const struct throttled *t = s->throttled;

	say(w, LINE_TITLE, "%7s %-15s %-14s %s", "PID", "SYNC CALLER", "CALL", "SECONDS");
	for (unsigned int i = 0; i < t->sync_count; i++)
		say(w, LINE_PLAIN, "%7d %-15.15s %-14s %7.1f", t->syncs[i].pid, t->syncs[i].comm,
		    t->syncs[i].call, t->syncs[i].seconds);
	say(w, LINE_TITLE, "%-14s %-18s %7s %7s %10s", "FLUSHER OF", "REASON", "BEGUN", "ENDED",
	    "ASKED FOR");
	for (unsigned int i = 0; i < t->work_count; i++) {
		const struct flusher_work *f = &t->works[i];
		char a[16];

		/* Background work asks for "as much as there is", the largest number. */
		say(w, LINE_PLAIN, "%-14s %-18s %7u %7u %10s", f->bdi, f->reason, f->begun,
		    f->ended,
		    f->pages > 0 && f->pages < INT32_MAX ? size(kib_of_pages(f->pages), a) : "all");
	}
}

void view_lines(const struct sample *s, line_fn *line, void *context)
{
	const struct writer w = { .line = line, .context = context };

	global_lines(&w, s);
	alarm_lines(&w, s);
	say(&w, LINE_PLAIN, "%s", "");
	bdi_lines(&w, s);
	say(&w, LINE_PLAIN, "%s", "");
	task_lines(&w, s);
	say(&w, LINE_PLAIN, "%s", "");
	waiting_lines(&w, s);
}
