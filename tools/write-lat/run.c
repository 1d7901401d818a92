// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "call_file.h"
#include "command.h"
#include "messages.h"

/* Short enough that a file is looked up while its slow call is under way. */
#define TICK_US 20000
/* Every so many ticks the target's threads are looked for anew. */
#define REFRESH_TICKS 10

struct run {
	const struct options *o;
	struct tracer *tracer;
	struct calls *calls;
	struct kernel_text *text;
	struct stacks *stacks;
	struct summary summary;
	struct file_memory *files;
	struct tids followed;
	struct command command;
	struct overhead overhead;
	pid_t self;
	bool counting; /* the calls that come belong to the result */
};

static double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static double own_cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void take_call(struct call *call, void *context)
{
	struct run *run = context;
	bool slow = call->end - call->start > run->o->threshold;
	bool by_path = run->o->target.kind == TARGET_PATH;

	if (!run->counting)
		return;
	if (slow || by_path)
		call_file_find(run->files, call, !slow);
	if (by_path && (!call->file || !path_is_below(call->file, run->o->target.path)))
		return;
	summary_add(&run->summary, call);
}

static void take_event(const struct event *event, void *context)
{
	struct run *run = context;

	if (event->type != EVENT_LOST &&
	    (event->tid == run->overhead.child || event->tid == run->self))
		return;
	calls_event(run->calls, event);
}

static void find_file(struct call *call, void *context)
{
	struct run *run = context;

	call_file_find(run->files, call, false);
}

/* Threads that are new since the last time. */
static int follow(struct run *run)
{
	struct tids now = { NULL, 0, 0 }, new = { NULL, 0, 0 };
	int rc = target_threads(&run->o->target, &now);

	for (size_t i = 0; i < now.count; i++) {
		if (tids_add(&run->followed, now.list[i]))
			tids_add(&new, now.list[i]);
	}
	if (!rc && new.count)
		rc = tracer_follow(run->tracer, new.list, new.count,
				   run->o->target.kind == TARGET_PATH);
	tids_free(&now);
	tids_free(&new);
	return rc;
}

static int bad_target(const struct target *target, int rc)
{
	if (target->kind == TARGET_PROCESS)
		complain("--pid %d: %s", (int)target->pid, strerror(-rc));
	else if (target->kind == TARGET_CGROUP)
		complain("--cgroup %s: %s", target->path, strerror(-rc));
	else
		complain("cannot follow the threads: %s", strerror(-rc));
	return EXIT_BAD_INPUT;
}

/* Before seconds are spent on probes. */
static int check_target(const struct target *target)
{
	struct tids tids = { NULL, 0, 0 };
	int rc = target->kind == TARGET_COMMAND ? 0 : target_threads(target, &tids);

	tids_free(&tids);
	return rc ? bad_target(target, rc) : EXIT_DONE;
}

static int follow_first(struct run *run)
{
	const struct target *target = &run->o->target;
	const bool only_sleeps = target->kind == TARGET_PATH;
	int rc;

	rc = tracer_follow(run->tracer, &run->overhead.child, 1, only_sleeps);
	if (rc == -ENOENT)
		complain("this kernel's tracing cannot follow threads (set_event_pid, since 4.4)");
	else if (rc)
		complain("cannot choose the threads to trace: %s", strerror(-rc));
	if (rc)
		return EXIT_NO_TRACING;
	if (target->kind == TARGET_COMMAND)
		rc = tracer_follow(run->tracer, &run->command.pid, 1, false);
	else
		rc = follow(run);
	return rc ? bad_target(target, rc) : EXIT_DONE;
}

/* Return: whether what is traced has ended. */
static bool target_ended(struct run *run)
{
	const struct target *target = &run->o->target;

	if (target->kind == TARGET_COMMAND)
		return command_ended(&run->command);
	return target->kind == TARGET_PROCESS && kill(target->pid, 0) && errno == ESRCH;
}

static int drain(struct run *run, bool all)
{
	int rc = tracer_drain(run->tracer, all, take_event, run);

	if (!rc)
		return EXIT_DONE;
	complain("cannot read the trace: %s", strerror(-rc));
	return EXIT_FAILED;
}

static int watch(struct run *run, double *seconds)
{
	double start = seconds_now();
	unsigned int ticks = 0;
	bool ended = false;
	int rc = EXIT_DONE;

	while (!rc && !stop_signal && !ended) {
		usleep(TICK_US);
		ended = target_ended(run) ||
			(run->o->seconds > 0 && seconds_now() - start >= run->o->seconds);
		rc = drain(run, false);
		calls_each_open(run->calls, find_file, run);
		if (!(++ticks % REFRESH_TICKS) && run->o->target.kind >= TARGET_CGROUP)
			follow(run);
	}
	*seconds = seconds_now() - start;
	return rc;
}

static int trace(struct run *run, struct result *result)
{
	int rc, error;
	double cpu;

	rc = follow_first(run);
	if (rc)
		return rc;
	error = tracer_start(run->tracer);
	if (error) {
		complain("cannot switch the probes on: %s", strerror(-error));
		return EXIT_NO_TRACING;
	}
	overhead_measure(&run->overhead, true);
	drain(run, false);
	cpu = own_cpu();
	run->counting = true;
	if (run->o->command) {
		error = command_go(&run->command);
		if (error) {
			complain("cannot run %s: %s", run->o->command[0], strerror(-error));
			return EXIT_BAD_INPUT;
		}
	}
	rc = watch(run, &result->seconds);
	result->tool_cpu = own_cpu() - cpu;
	overhead_measure(&run->overhead, true);
	error = tracer_stop(run->tracer);
	if (error)
		complain("cannot switch the probes off: %s", strerror(-error));
	if (!rc)
		rc = drain(run, true);
	tracer_losses(run->tracer, &result->losses);
	return rc;
}

/* Kernel symbols are only for stacks, so a system that hides them is traced without. */
static struct kernel_text *read_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	struct kernel_text *text = file ? kernel_text_read(file) : NULL;

	if (file)
		fclose(file);
	if (!text)
		complain("/proc/kallsyms hides addresses (kernel.kptr_restrict): stacks tell "
			 "nothing, and some causes count as other");
	return text;
}

static int start(struct run *run)
{
	const struct options *o = run->o;
	char why_not[256];
	int rc;

	rc = check_target(&o->target);
	if (rc)
		return rc;
	rc = overhead_begin(&run->overhead);
	if (!rc && o->command)
		rc = command_start(&run->command, o->command);
	if (rc) {
		complain("cannot start a process: %s", strerror(-rc));
		return EXIT_FAILED;
	}
	overhead_measure(&run->overhead, false);
	run->tracer = tracer_open(o->buffer, run->text, run->stacks, why_not, sizeof(why_not));
	if (run->tracer)
		return EXIT_DONE;
	complain("%s", why_not);
	return EXIT_NO_TRACING;
}

int run_trace(const struct options *o, int (*tell)(const struct result *r))
{
	struct run run = { .o = o, .self = getpid(), .overhead = { .to_child = -1 } };
	struct tracer_notes notes = { .count = 0 };
	struct result result = { .options = o, .summary = &run.summary, .notes = &notes };
	int rc;

	if (geteuid()) {
		complain("needs root: kernel tracing is closed to other users");
		return EXIT_NO_TRACING;
	}
	run.command = (struct command){ .go = -1, .failed = -1 };
	run.calls = calls_new(take_call, &run);
	run.files = file_memory_new();
	run.text = read_symbols();
	run.stacks = stacks_new(run.text);
	if (!run.calls || !run.files || !run.stacks ||
	    !summary_init(&run.summary, o->threshold, o->worst)) {
		complain("out of memory");
		exit(EXIT_FAILED);
	}
	rc = start(&run);
	if (!rc) {
		notes = *tracer_notes(run.tracer);
		rc = trace(&run, &result);
		if (tracer_close(run.tracer) && !rc)
			rc = EXIT_FAILED;
		overhead_measure(&run.overhead, false);
	}
	command_end(&run.command);
	overhead_end(&run.overhead);
	result.stacks = run.stacks;
	result.counts = calls_counts(run.calls);
	result.overhead = &run.overhead;
	if (!rc)
		rc = tell(&result);
	summary_free(&run.summary);
	tids_free(&run.followed);
	calls_free(run.calls);
	file_memory_free(run.files);
	stacks_free(run.stacks);
	kernel_text_free(run.text);
	return rc;
}
