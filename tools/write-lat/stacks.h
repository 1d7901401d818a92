/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel stacks that were seen: each once, with its functions and what they say. */
#ifndef WRITE_LAT_STACKS_H
#define WRITE_LAT_STACKS_H

#include <stddef.h>
#include <stdint.h>

#include "causes.h"
#include "function_names.h"

/* Stacks kept, frames of each. */
#define MAX_STACKS 4096
#define MAX_FRAMES 64

struct stack {
	uint64_t addresses[MAX_FRAMES];
	const char *names[MAX_FRAMES]; /* of the kernel_text; may be NULL */
	unsigned int depth;
	enum cause cause_of_write, cause_of_sync;
};

struct stacks;

/**
 * stacks_new - @text stays the caller's and must outlive it; NULL without memory
 */
struct stacks *stacks_new(const struct kernel_text *text);

/**
 * stacks_add - the number of a stack, innermost frame first
 *
 * Return: its number from 1 on, or 0 when MAX_STACKS others are kept; @stack is filled in either
 * way.
 */
uint32_t stacks_add(struct stacks *stacks, const uint64_t *addresses, size_t depth,
		    struct stack *stack);

/**
 * stacks_get - a stack by its number, NULL for 0
 */
const struct stack *stacks_get(const struct stacks *stacks, uint32_t id);

void stacks_free(struct stacks *stacks);

#endif
