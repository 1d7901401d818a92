// SPDX-License-Identifier: GPL-2.0-only
#include "throttled.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "sources.h"

bool throttle_is_zero_threshold(const struct throttle *e)
{
	return e->pause > 0 && e->bdi_setpoint == 0 && e->task_ratelimit == 0;
}

uint64_t throttle_threshold(const struct throttle *e)
{
	return e->setpoint ? e->bdi_setpoint * e->limit / e->setpoint : 0;
}

void throttled_begin(struct throttled *t)
{
	unsigned int kept = 0;

	t->task_count = 0;
	t->tasks_left_out = 0;
	for (unsigned int i = 0; i < t->work_count; i++) {
		struct flusher_work *w = &t->works[i];

		if (w->ended >= w->begun)
			continue;
		w->begun -= w->ended;
		w->ended = 0;
		t->works[kept++] = *w;
	}
	t->work_count = kept;
}

static struct throttled_task *task_of(struct throttled *t, const struct throttle *e)
{
	for (unsigned int i = 0; i < t->task_count; i++) {
		struct throttled_task *task = &t->tasks[i];

		if (task->last.pid == e->pid && strcmp(task->last.bdi, e->bdi) == 0)
			return task;
	}
	if (t->task_count == MAX_TASKS) {
		t->tasks_left_out++;
		return NULL;
	}
	t->tasks[t->task_count] = (struct throttled_task){ .last = *e };
	return &t->tasks[t->task_count++];
}

void throttled_add(struct throttled *t, const struct throttle *e)
{
	struct throttled_task *task = task_of(t, e);

	if (!task)
		return;
	/* Buffers of several CPUs come one after the other. */
	if (e->time >= task->last.time)
		task->last = *e;
	if (e->pause <= 0)
		return;
	task->pauses++;
	task->paused_ms += e->pause;
	if ((uint64_t)e->pause > task->longest_ms)
		task->longest_ms = e->pause;
	task->zero += throttle_is_zero_threshold(e);
}

void throttled_work(struct throttled *t, const char *bdi, const char *reason, int64_t pages,
		    bool began)
{
	struct flusher_work *w = NULL;

	for (unsigned int i = 0; i < t->work_count && !w; i++) {
		if (strcmp(t->works[i].bdi, bdi) == 0 && strcmp(t->works[i].reason, reason) == 0)
			w = &t->works[i];
	}
	if (!w) {
		/* The end of what began before we looked tells nothing. */
		if (!began || t->work_count == MAX_WORKS)
			return;
		w = &t->works[t->work_count++];
		*w = (struct flusher_work){ .begun = 0 };
		snprintf(w->bdi, sizeof(w->bdi), "%.39s", bdi);
		snprintf(w->reason, sizeof(w->reason), "%.23s", reason);
	}
	if (began) {
		w->begun++;
		w->pages = pages;
	} else {
		w->ended++;
	}
}

static int by_time_lost(const void *a, const void *b)
{
	const struct throttled_task *first = a, *second = b;

	if (first->paused_ms != second->paused_ms)
		return first->paused_ms < second->paused_ms ? 1 : -1;
	return first->last.pid - second->last.pid;
}

static void read_comm(pid_t pid, char *comm, size_t size)
{
	char text[64];

	if (!source_read(text, sizeof(text), "/proc/%d/comm", pid))
		strcpy(text, "?");
	text[strcspn(text, "\n")] = '\0';
	snprintf(comm, size, "%.19s", text);
}

void throttled_end(struct throttled *t)
{
	unsigned int kept = 0;

	/* Who was not made to wait is not of interest. */
	for (unsigned int i = 0; i < t->task_count; i++) {
		if (t->tasks[i].pauses)
			t->tasks[kept++] = t->tasks[i];
	}
	t->task_count = kept;
	if (kept)
		qsort(t->tasks, kept, sizeof(*t->tasks), by_time_lost);
	for (unsigned int i = 0; i < t->task_count; i++)
		read_comm(t->tasks[i].last.pid, t->tasks[i].comm, sizeof(t->tasks[i].comm));
}

/* Name of a system call that waits for writeback, or NULL. */
static const char *sync_name(long number)
{
	switch (number) {
	case SYS_sync:
		return "sync";
	case SYS_fsync:
		return "fsync";
	case SYS_fdatasync:
		return "fdatasync";
	case SYS_syncfs:
		return "syncfs";
	case SYS_msync:
		return "msync";
	case SYS_sync_file_range:
		return "sync_file_range";
	}
	return NULL;
}

/* FNV-1a: the same call has the same number, arguments, stack and return address. */
static uint64_t key_of(const char *text)
{
	uint64_t key = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		key = (key ^ (unsigned char)*text) * 0x100000001b3ULL;
	return key;
}

static void saw_sync(struct throttled *t, pid_t pid, const char *call, uint64_t key, double elapsed)
{
	for (unsigned int i = 0; i < t->sync_count; i++) {
		struct sync_caller *s = &t->syncs[i];

		if (s->pid != pid || s->key != key)
			continue;
		s->seen = true;
		s->seconds += elapsed;
		return;
	}
	if (t->sync_count == MAX_SYNCS)
		return;
	t->syncs[t->sync_count] = (struct sync_caller){ .pid = pid, .key = key, .seen = true };
	snprintf(t->syncs[t->sync_count].call, sizeof(t->syncs[0].call), "%s", call);
	read_comm(pid, t->syncs[t->sync_count].comm, sizeof(t->syncs[0].comm));
	t->sync_count++;
}

static void look_at_task(struct throttled *t, const char *pid, const char *tid, double elapsed)
{
	char text[512], *end;
	const char *call;
	long number;

	if (!source_read(text, sizeof(text), "/proc/%s/task/%s/syscall", pid, tid))
		return;
	number = strtol(text, &end, 10);
	if (end == text) /* "running" */
		return;
	call = sync_name(number);
	if (call)
		saw_sync(t, atoi(tid), call, key_of(text), elapsed);
}

static void look_at_process(struct throttled *t, const char *pid, double elapsed)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "%s/proc/%.20s/task", sources_root, pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		if (entry->d_name[0] != '.')
			look_at_task(t, pid, entry->d_name, elapsed);
	}
	if (tasks)
		closedir(tasks);
}

void throttled_read_syncs(struct throttled *t, double elapsed)
{
	char path[64];
	struct dirent *entry;
	unsigned int kept = 0;
	DIR *processes;

	for (unsigned int i = 0; i < t->sync_count; i++)
		t->syncs[i].seen = false;
	snprintf(path, sizeof(path), "%.40s/proc", sources_root);
	processes = opendir(path);
	while (processes && (entry = readdir(processes))) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			look_at_process(t, entry->d_name, elapsed);
	}
	if (processes)
		closedir(processes);
	for (unsigned int i = 0; i < t->sync_count; i++) {
		if (t->syncs[i].seen)
			t->syncs[kept++] = t->syncs[i];
	}
	t->sync_count = kept;
}
