// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instrument's own test patterns, in user space; see selftest_operations.h.
 *
 * All of them work on shared memory in whole lines. The write to `changed` in each pattern's
 * memory by its first task before the phase makes sure that the pages are really there.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "selftest_operations.h"

#define LINE	  64
#define MAX_TASKS 1024

/* One pattern per page, so that they can not disturb each other. */
struct patterns {
	_Alignas(4096) struct {
		_Alignas(LINE) volatile uint64_t count;
	} padded[MAX_TASKS];
	_Alignas(4096) uint64_t shared;
	_Alignas(4096) volatile uint64_t neighbours[LINE / sizeof(uint64_t)];
	_Alignas(4096) volatile uint64_t constant;
	_Alignas(4096) uint64_t pair[2][LINE / sizeof(uint64_t)];
};

static struct patterns *memory;

int selftest_prepare(void)
{
	memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED)
		return -1;
	memset(memory, 1, sizeof(*memory));
	return 0;
}

static int run_padded(struct op_context *ctx)
{
	memory->padded[ctx->task % MAX_TASKS].count++;
	return 0;
}

static int run_shared(struct op_context *ctx)
{
	(void)ctx;
	__atomic_fetch_add(&memory->shared, 1, __ATOMIC_RELAXED);
	return 0;
}

/* Each task has a word of its own, but all the words lie in one line. */
static int run_false_sharing(struct op_context *ctx)
{
	memory->neighbours[ctx->task % (LINE / sizeof(uint64_t))]++;
	return 0;
}

static int run_read_only(struct op_context *ctx)
{
	(void)ctx;
	(void)memory->constant;
	return 0;
}

/* One task writes what all others only read: as bad for them as writing. */
static int run_one_writer(struct op_context *ctx)
{
	if (ctx->task == 0)
		__atomic_store_n(&memory->pair[0][0], ctx->next++, __ATOMIC_RELAXED);
	else
		(void)__atomic_load_n(&memory->pair[0][0], __ATOMIC_RELAXED);
	return 0;
}

/* A line that is touched in one operation of four stays below the reporting threshold. */
static int run_seldom(struct op_context *ctx)
{
	if (ctx->next++ % 4 == 0)
		__atomic_fetch_add(&memory->pair[1][0], 1, __ATOMIC_RELAXED);
	return 0;
}

static const struct selftest table[] = {
	{ { "padded-counters", "a counter per task, a line apart", 0, NULL, NULL, run_padded }, 0 },
	{ { "shared-counter", "one counter for all tasks", 0, NULL, NULL, run_shared }, 1 },
	{ { "false-sharing", "a counter per task, all in one line", 0, NULL, NULL,
	    run_false_sharing },
	  1 },
	{ { "read-only", "one line that nobody writes", 0, NULL, NULL, run_read_only }, 0 },
	{ { "one-writer", "one task writes, the others read", 0, NULL, NULL, run_one_writer }, 1 },
	{ { "seldom", "a shared counter in one operation of four", 0, NULL, NULL, run_seldom }, 0 },
};

const struct selftest *selftests(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}
