// SPDX-License-Identifier: GPL-2.0-only
#include "tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

/* More than a cache line, because neighbouring lines are fetched in pairs. */
#define APART 256

enum stage { STAGE_START, STAGE_PREPARE, STAGE_RUN, STAGE_COUNT };

static const char *const stage_names[] = {
	"start",
	"prepare",
	"run",
	"count mount_lock",
};

struct slot {
	alignas(APART) struct task_result result;
	int error;	  /* negative errno value, or 0 */
	enum stage stage; /* where it happened */
	struct latency latency;
};

/* What the tasks and their controller share. */
struct area {
	alignas(APART) atomic_uint go; /* futex: 1 when the tasks may start */
	double started;		       /* clock at that moment */
	alignas(APART) atomic_bool stop;
	alignas(APART) atomic_uint ready; /* tasks that wait for go */
	alignas(APART) atomic_uint done;  /* futex: tasks that are finished */
	struct slot slots[];
};

struct task {
	const struct task_plan *plan;
	struct area *area;
	unsigned int number;
	pid_t pid; /* 0 when reaped, or a thread */
	pthread_t thread;
	bool started;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* Waits while *@word is @value; for @seconds at most, unless negative. */
static void futex_wait(atomic_uint *word, unsigned int value, double seconds)
{
	struct timespec timeout = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (time_t)seconds) * 1e9),
	};

	syscall(SYS_futex, word, FUTEX_WAIT, value, seconds < 0 ? NULL : &timeout, NULL, 0);
}

static void futex_wake(atomic_uint *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

int cpu_list_read(struct cpu_list *list)
{
	int possible = 1024;
	cpu_set_t *set;
	size_t size;

	for (;;) {
		set = CPU_ALLOC(possible);
		size = CPU_ALLOC_SIZE(possible);
		if (!set)
			return complain(FAILED, "out of memory for %d CPUs", possible);
		if (!sched_getaffinity(0, size, set))
			break;
		CPU_FREE(set);
		if (errno != EINVAL || possible > 1 << 20)
			return complain(FAILED, "cannot read the allowed CPUs: %s",
					strerror(errno));
		possible *= 2;
	}
	list->count = 0;
	list->cpus = need_memory(CPU_COUNT_S(size, set), sizeof(*list->cpus));
	for (int cpu = 0; cpu < possible; cpu++) {
		if (CPU_ISSET_S(cpu, size, set))
			list->cpus[list->count++] = cpu;
	}
	CPU_FREE(set);
	return SUCCESS;
}

static int pin(const struct cpu_list *list, unsigned int number)
{
	int cpu = list->cpus[number % list->count];
	cpu_set_t *set = CPU_ALLOC(cpu + 1);
	size_t size = CPU_ALLOC_SIZE(cpu + 1);
	int rc = 0;

	if (!set)
		return -ENOMEM;
	CPU_ZERO_S(size, set);
	CPU_SET_S(cpu, size, set);
	if (sched_setaffinity(0, size, set))
		rc = -errno;
	CPU_FREE(set);
	return rc;
}

static int begin(const struct task *task, struct op_context *ctx, int *counter)
{
	const struct task_plan *plan = task->plan;
	int rc = pin(plan->cpus, task->number);

	/* A current directory of its own, for a thread too. */
	if (!rc && plan->threads && unshare(CLONE_FS))
		rc = -errno;
	if (!rc && plan->door_count)
		rc = container_enter(plan->doors[task->number % plan->door_count]);
	if (!rc && fchdir(plan->roots[task->number % plan->root_count]))
		rc = -errno;
	if (!rc)
		rc = operation_begin(plan->op, ctx, task->number, plan->shared);
	if (!rc && plan->locks) {
		*counter = lock_counter_task(plan->locks);
		if (*counter < 0)
			rc = *counter;
	}
	return rc;
}

static int prepare(const struct task_plan *plan, struct op_context *ctx)
{
	int rc = operation_prepare(plan->op, ctx, plan->limit + plan->before);

	for (uint64_t i = 0; i < plan->before && !rc; i++)
		rc = plan->op->run(ctx);
	return rc;
}

static void wait_for_start(struct area *area)
{
	atomic_fetch_add(&area->ready, 1);
	while (!atomic_load(&area->go))
		futex_wait(&area->go, 0, -1);
}

static uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* In runs of their own: two readings of the clock per operation would lower a rate. */
static int run_timed(const struct operation *op, struct op_context *ctx, struct latency *latency)
{
	uint64_t start = now_ns();
	int rc = op->run(ctx);

	latency_add(latency, now_ns() - start);
	return rc;
}

static int repeat(const struct task *task, struct op_context *ctx, struct latency *latency,
		  uint64_t *ops)
{
	const struct operation *op = task->plan->op;
	int (*run)(struct op_context * ctx) = op->run;
	uint64_t limit = task->plan->limit ? task->plan->limit : UINT64_MAX;
	atomic_bool *stop = &task->area->stop;
	uint64_t count = 0;
	int rc = 0;

	/* Once at least: on a busy machine the time can be over before a task gets a CPU. */
	do {
		rc = latency ? run_timed(op, ctx, latency) : run(ctx);
		if (rc)
			break;
		count++;
	} while (count < limit && !atomic_load_explicit(stop, memory_order_relaxed));
	if (count == limit && task->plan->seconds > 0)
		atomic_store(stop, true);
	*ops = count;
	return rc;
}

/*
 * With a time, the clock starts for all tasks at the same moment, so that one that did not get
 * a CPU shows as slow instead of as not there.
 */
static int measure(const struct task *task, struct op_context *ctx, int counter, struct slot *slot)
{
	double start = task->plan->seconds > 0 ? task->area->started : now();
	int rc = 0, stopped = 0;

	if (counter >= 0)
		rc = lock_counter_start(counter);
	if (!rc) {
		slot->stage = STAGE_RUN;
		rc = repeat(task, ctx, task->plan->latency ? &slot->latency : NULL,
			    &slot->result.ops);
		slot->result.seconds = now() - start;
	}
	if (counter >= 0) {
		stopped = lock_counter_stop(counter);
		if (!stopped)
			stopped = lock_counter_read(counter, &slot->result.locks);
	}
	if (!rc && stopped) {
		slot->stage = STAGE_COUNT;
		rc = stopped;
	}
	return rc;
}

static void *work(void *argument)
{
	const struct task *task = argument;
	struct area *area = task->area;
	struct slot *slot = &area->slots[task->number];
	struct op_context ctx = { .fd = -1 };
	int counter = -1;
	int rc;

	slot->stage = STAGE_START;
	rc = begin(task, &ctx, &counter);
	if (!rc) {
		slot->stage = STAGE_PREPARE;
		rc = prepare(task->plan, &ctx);
	}
	wait_for_start(area);
	if (!rc) {
		slot->stage = STAGE_COUNT;
		rc = measure(task, &ctx, counter, slot);
	}
	slot->error = rc;
	if (rc)
		atomic_store(&area->stop, true);

	/* A thread lets go of the tree here, because joining it does not wait for its end. */
	operation_end(&ctx);
	if (counter >= 0)
		close(counter);
	if (chdir("/") && !slot->error)
		slot->error = -errno;
	atomic_fetch_add(&area->done, 1);
	futex_wake(&area->done);
	return NULL;
}

/* A task dies with its controller, and leaves Ctrl-C to it. */
static void work_as_process(struct task *task, pid_t controller)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == controller)
		work(task);
	_exit(0);
}

static int start_task(struct task *task)
{
	pid_t controller = getpid();
	int rc;

	if (task->plan->threads) {
		rc = pthread_create(&task->thread, NULL, work, task);
		if (rc)
			return complain(FAILED, "cannot start thread %u: %s", task->number,
					strerror(rc));
		task->started = true;
		return SUCCESS;
	}
	task->pid = fork();
	if (task->pid < 0) {
		task->pid = 0;
		return complain(FAILED, "cannot start task %u: %s", task->number, strerror(errno));
	}
	if (task->pid == 0)
		work_as_process(task, controller);
	task->started = true;
	return SUCCESS;
}

/* Collects processes that ended. Returns FAILED when one of them was killed. */
static int reap(struct task *tasks, unsigned int count, unsigned int *left)
{
	int rc = SUCCESS, status;

	*left = 0;
	for (unsigned int i = 0; i < count; i++) {
		if (!tasks[i].pid)
			continue;
		if (waitpid(tasks[i].pid, &status, WNOHANG) != tasks[i].pid) {
			++*left;
			continue;
		}
		tasks[i].pid = 0;
		if (WIFSIGNALED(status))
			rc = complain(FAILED, "task %u was killed by signal %d (%s)", i,
				      WTERMSIG(status), strsignal(WTERMSIG(status)));
	}
	return rc;
}

/*
 * Waits until *@word, which counts tasks, reaches @goal; until @deadline, unless negative.
 * Returns FAILED when a task was killed or we shall stop.
 */
static int wait_for_tasks(struct task *tasks, unsigned int started, atomic_uint *word,
			  unsigned int goal, double deadline)
{
	unsigned int value, left;

	while ((value = atomic_load(word)) < goal) {
		double rest = deadline < 0 ? 0.1 : deadline - now();

		if (stop_signal)
			return FAILED;
		if (rest <= 0)
			return SUCCESS;
		futex_wait(word, value, rest < 0.1 ? rest : 0.1);
		if (reap(tasks, started, &left))
			return FAILED;
	}
	return SUCCESS;
}

/* Waits for the end of all tasks; kills processes that do not come to one. */
static int finish(struct task *tasks, unsigned int started)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	double deadline = now() + 10;
	unsigned int left;
	int rc = SUCCESS;

	for (unsigned int i = 0; i < started; i++) {
		if (tasks[i].plan->threads)
			pthread_join(tasks[i].thread, NULL);
	}
	while (1) {
		if (reap(tasks, started, &left))
			rc = FAILED;
		if (!left)
			return rc;
		if (now() > deadline) {
			for (unsigned int i = 0; i < started; i++) {
				if (tasks[i].pid)
					kill(tasks[i].pid, SIGKILL);
			}
			deadline = now() + 10;
		}
		nanosleep(&moment, NULL);
	}
}

static int first_error(const struct task_plan *plan, const struct area *area)
{
	for (unsigned int i = 0; i < plan->tasks; i++) {
		const struct slot *slot = &area->slots[i];

		if (slot->error)
			return complain(FAILED, "%s on %s: task %u could not %s: %s",
					plan->op->name, plan->side, i, stage_names[slot->stage],
					strerror(-slot->error));
	}
	return SUCCESS;
}

/* Here, because preparing an operation already looks names up. */
static int drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	int rc = SUCCESS;

	if (fd < 0 || write(fd, "2", 1) != 1)
		rc = complain(FAILED, "--cold: cannot write /proc/sys/vm/drop_caches: %s%s",
			      strerror(errno), errno == EROFS ? " (inside a container?)" : "");
	if (fd >= 0)
		close(fd);
	return rc;
}

static int control(const struct task_plan *plan, struct area *area, struct task *tasks)
{
	unsigned int started = 0;
	int rc = SUCCESS, ended;

	for (; started < plan->tasks && !rc && !stop_signal; started++) {
		tasks[started] = (struct task){
			.plan = plan,
			.area = area,
			.number = started,
		};
		rc = start_task(&tasks[started]);
		if (rc)
			break;
	}
	if (!rc)
		rc = wait_for_tasks(tasks, started, &area->ready, started, -1);
	if (!rc && !stop_signal && plan->drop_caches)
		rc = drop_caches();
	if (rc || stop_signal)
		atomic_store(&area->stop, true);
	area->started = now();
	atomic_store(&area->go, 1);
	futex_wake(&area->go);
	if (!rc)
		rc = wait_for_tasks(tasks, started, &area->done, started,
				    plan->seconds > 0 ? area->started + plan->seconds : -1);
	atomic_store(&area->stop, true);
	ended = finish(tasks, started);
	if (stop_signal)
		return FAILED;
	return rc ? rc : ended;
}

int tasks_run(const struct task_plan *plan, struct task_result *results)
{
	size_t size = sizeof(struct area) + plan->tasks * sizeof(struct slot);
	struct task *tasks = need_memory(plan->tasks, sizeof(*tasks));
	struct area *area =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (area == MAP_FAILED) {
		free(tasks);
		return complain(FAILED, "cannot map memory for %u tasks: %s", plan->tasks,
				strerror(errno));
	}
	rc = control(plan, area, tasks);
	if (!rc)
		rc = first_error(plan, area);
	for (unsigned int i = 0; i < plan->tasks; i++)
		results[i] = area->slots[i].result;
	for (unsigned int i = 0; i < plan->tasks && plan->latency; i++)
		latency_merge(plan->latency, &area->slots[i].latency);
	munmap(area, size);
	free(tasks);
	return rc;
}
