// SPDX-License-Identifier: GPL-2.0-only
/* Tasks, their barrier and their marks; see phase.h. */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../storm/storm.h"
#include "marks.h"
#include "phase.h"

/* Shared by the tasks of a phase; touched between operations only. */
struct meeting {
	atomic_uint arrived;
	atomic_uint round; /* futex word: goes up when all have arrived */
	atomic_int error;  /* errno of the first task that failed, or 0 */
	atomic_uint error_task;
};

/* A mark's code must be part of the instruction, hence one instruction per value. */
static void mark_number(uint64_t number)
{
	for (int shift = 60; shift >= 0; shift -= 4) {
		switch (number >> shift & 0xf) {
		case 0x0:
			MARK(0x0);
			break;
		case 0x1:
			MARK(0x1);
			break;
		case 0x2:
			MARK(0x2);
			break;
		case 0x3:
			MARK(0x3);
			break;
		case 0x4:
			MARK(0x4);
			break;
		case 0x5:
			MARK(0x5);
			break;
		case 0x6:
			MARK(0x6);
			break;
		case 0x7:
			MARK(0x7);
			break;
		case 0x8:
			MARK(0x8);
			break;
		case 0x9:
			MARK(0x9);
			break;
		case 0xa:
			MARK(0xa);
			break;
		case 0xb:
			MARK(0xb);
			break;
		case 0xc:
			MARK(0xc);
			break;
		case 0xd:
			MARK(0xd);
			break;
		case 0xe:
			MARK(0xe);
			break;
		case 0xf:
			MARK(0xf);
			break;
		}
	}
}

void announce_irq_entry(uint64_t address)
{
	mark_number(address);
	MARK(MARK_IRQ_ENTRY);
}

void session_begin(void)
{
	MARK(MARK_SESSION_BEGIN);
	usleep(100000); /* the plugin is reset at the next chance, not at once */
}

static void fail(struct meeting *meeting, unsigned int task, int error)
{
	int none = 0;

	if (atomic_compare_exchange_strong(&meeting->error, &none, error))
		atomic_store(&meeting->error_task, task);
}

/*
 * Wait until all tasks are here. Sleeps rather than spins: there are far fewer real processors
 * than vCPUs, and spinning would take them from the tasks that are waited for.
 * Return false when some task has failed and will never come.
 */
static bool meet(struct meeting *meeting, unsigned int tasks)
{
	unsigned int round = atomic_load(&meeting->round);
	struct timespec tick = { .tv_nsec = 200000000 };

	if (atomic_fetch_add(&meeting->arrived, 1) + 1 == tasks) {
		atomic_store(&meeting->arrived, 0);
		atomic_fetch_add(&meeting->round, 1);
		syscall(SYS_futex, &meeting->round, FUTEX_WAKE, tasks, NULL, NULL, 0);
	}
	while (atomic_load(&meeting->round) == round && !atomic_load(&meeting->error))
		syscall(SYS_futex, &meeting->round, FUTEX_WAIT, round, &tick, NULL, 0);
	return !atomic_load(&meeting->error);
}

static int pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? errno : 0;
}

/* The body of a task. Return 0 or an errno value; ETIMEDOUT stands for "another one failed". */
static int task_run(const struct phase *phase, unsigned int task, struct meeting *meeting)
{
	struct op_context ctx;
	int rc = 0;

	if (phase->root >= 0 && fchdir(phase->root))
		rc = errno;
	if (!rc)
		rc = -operation_begin(phase->op, &ctx, task, phase->shared);
	if (!rc)
		rc = -operation_prepare(phase->op, &ctx, phase->warmup + phase->iterations);
	if (rc)
		return rc;
	for (unsigned int i = 0; i < phase->warmup && !rc; i++)
		rc = -phase->op->run(&ctx);
	if (rc)
		return rc;
	if (!meet(meeting, phase->tasks))
		return ETIMEDOUT;
	if (!task) {
		mark_number(phase->number);
		MARK(MARK_PHASE_BEGIN);
	}
	for (unsigned int i = 0; i < phase->iterations && !rc; i++) {
		if (!meet(meeting, phase->tasks))
			return ETIMEDOUT;
		if (phase->group)
			MARK(MARK_GROUP_BEGIN);
		else
			MARK(MARK_OP_BEGIN);
		rc = phase->op->run(&ctx);
		MARK(MARK_OP_END);
		rc = -rc;
	}
	if (rc)
		return rc;
	if (!meet(meeting, phase->tasks))
		return ETIMEDOUT;
	if (!task)
		MARK(MARK_PHASE_END);
	operation_end(&ctx);
	return 0;
}

static void task_main(const struct phase *phase, unsigned int task, struct meeting *meeting)
{
	int rc;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	rc = task_run(phase, task, meeting);
	if (rc && rc != ETIMEDOUT)
		fail(meeting, task, rc);
	_exit(rc ? 1 : 0);
}

/* Wait for N tasks; a task that died without a word counts as failed too. */
static void reap(const pid_t *pids, unsigned int n, struct meeting *meeting)
{
	for (unsigned int i = 0; i < n; i++) {
		int status;

		while (waitpid(pids[i], &status, 0) < 0 && errno == EINTR)
			;
		if (status)
			fail(meeting, i, WIFSIGNALED(status) ? EINTR : EIO);
	}
}

int phase_run(const struct phase *phase)
{
	struct meeting *meeting = mmap(NULL, sizeof(*meeting), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t *pids = calloc(phase->tasks, sizeof(*pids));
	unsigned int n = 0, task;
	cpu_set_t before;
	int error;

	if (meeting == MAP_FAILED || !pids) {
		free(pids);
		return complain(-1, "out of memory");
	}
	fflush(NULL);
	sched_getaffinity(0, sizeof(before), &before);
	for (; n < phase->tasks; n++) {
		/*
		 * Pinned before it starts: had its memory ever been in use on another CPU, the
		 * kernel would look at that one again at each munmap().
		 */
		error = pin(n);
		if (error) {
			fail(meeting, n, error);
			break;
		}
		pids[n] = fork();
		if (pids[n] < 0) {
			fail(meeting, n, errno);
			break;
		}
		if (!pids[n])
			task_main(phase, n, meeting);
	}
	sched_setaffinity(0, sizeof(before), &before);
	reap(pids, n, meeting);
	error = atomic_load(&meeting->error);
	task = atomic_load(&meeting->error_task);
	munmap(meeting, sizeof(*meeting));
	free(pids);
	if (!error)
		return 0;
	return complain(-1, "%s: task %u: %s", phase->op->name, task, strerror(error));
}
