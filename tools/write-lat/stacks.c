// SPDX-License-Identifier: GPL-2.0-only
#include "stacks.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS (MAX_STACKS * 2)

struct stacks {
	const struct kernel_text *text;
	struct stack *kept[MAX_STACKS];
	uint32_t count;
	uint32_t slots[SLOTS]; /* number of a stack, 0: free */
};

struct stacks *stacks_new(const struct kernel_text *text)
{
	struct stacks *stacks = calloc(1, sizeof(*stacks));

	if (stacks)
		stacks->text = text;
	return stacks;
}

static uint32_t hash_of(const uint64_t *addresses, size_t depth)
{
	uint64_t hash = 14695981039346656037ULL;

	for (size_t i = 0; i < depth; i++)
		hash = (hash ^ addresses[i]) * 1099511628211ULL;
	return hash >> 32 ^ hash;
}

static void describe(const struct stacks *stacks, const uint64_t *addresses, size_t depth,
		     struct stack *stack)
{
	stack->depth = depth;
	memcpy(stack->addresses, addresses, depth * sizeof(*addresses));
	for (size_t i = 0; i < depth; i++)
		stack->names[i] = kernel_text_name(stacks->text, addresses[i]);
	stack->cause_of_write = cause_of_stack(stack->names, depth, CALL_WRITE);
	stack->cause_of_sync = cause_of_stack(stack->names, depth, CALL_FSYNC);
}

uint32_t stacks_add(struct stacks *stacks, const uint64_t *addresses, size_t depth,
		    struct stack *stack)
{
	uint32_t slot;

	if (depth > MAX_FRAMES)
		depth = MAX_FRAMES;
	slot = hash_of(addresses, depth) % SLOTS;
	for (; stacks->slots[slot]; slot = (slot + 1) % SLOTS) {
		const struct stack *one = stacks->kept[stacks->slots[slot] - 1];

		if (one->depth == depth &&
		    !memcmp(one->addresses, addresses, depth * sizeof(*addresses))) {
			*stack = *one;
			return stacks->slots[slot];
		}
	}
	describe(stacks, addresses, depth, stack);
	if (stacks->count == MAX_STACKS)
		return 0;
	stacks->kept[stacks->count] = malloc(sizeof(*stack));
	if (!stacks->kept[stacks->count])
		return 0;
	*stacks->kept[stacks->count++] = *stack;
	stacks->slots[slot] = stacks->count;
	return stacks->count;
}

const struct stack *stacks_get(const struct stacks *stacks, uint32_t id)
{
	return id && id <= stacks->count ? stacks->kept[id - 1] : NULL;
}

void stacks_free(struct stacks *stacks)
{
	if (!stacks)
		return;
	for (uint32_t i = 0; i < stacks->count; i++)
		free(stacks->kept[i]);
	free(stacks);
}
