/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is what this vCPU executes right now part of an operation?
 *
 * It is between MARK_OP_BEGIN and MARK_OP_END, except inside interrupt handlers: the timer tick
 * and its like run on behalf of nobody, how often they hit an operation depends on how slow the
 * emulation is, and one tick that writes the clock would turn every reader of the clock into a
 * victim of contention. Page faults and other exceptions belong to the operation.
 *
 * Neither do other tasks count that happen to run meanwhile: kernel workers and the like. The
 * switch to another task is seen by its two halves, the store of the old stack pointer and the
 * load of the new one, both at an address that belongs to the task and so serves as its name.
 * An operation that consists of several tasks (fork, exec, wait) also counts those that get as
 * far as user space, which workers of the kernel never do.
 *
 * Interrupt entries are recognised by address (the guest passes them), their end by IRET. An
 * interrupt that arrives in user mode can end in another task, which leaves through SYSRET: that
 * ends all nesting, and so does the next mark.
 */
#ifndef CONTENTION_VCPU_TRACK_H
#define CONTENTION_VCPU_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#define TRACK_MEMBERS 8 /* tasks of one operation; further ones are not counted */

struct vcpu_track {
	uint32_t op; /* serial number of the current or last operation */
	bool in_op;
	bool group;	  /* the operation may consist of several tasks */
	bool away;	  /* a task that is no member of the operation runs */
	uint64_t current; /* name of the task that runs; unknown until a switch */
	unsigned int n_members;
	uint64_t members[TRACK_MEMBERS];
	unsigned int irq_depth; /* interrupt handlers entered and not yet left */
	uint64_t number;	/* bits passed by MARK_NIBBLE so far */
	uint64_t irqs;		/* interrupts that arrived during operations */
};

static inline bool track_counts(const struct vcpu_track *track)
{
	return track->in_op && !track->irq_depth && !track->away;
}

static inline void track_op_begin(struct vcpu_track *track, bool group)
{
	track->irq_depth = 0;
	track->away = false;
	track->group = group;
	track->n_members = 0;
	track->op++;
	track->in_op = true;
}

static inline void track_op_end(struct vcpu_track *track)
{
	track->irq_depth = 0;
	track->in_op = false;
}

static inline bool track_is_member(const struct vcpu_track *track, uint64_t task)
{
	for (unsigned int i = 0; i < track->n_members; i++)
		if (track->members[i] == task)
			return true;
	return false;
}

static inline void track_add_member(struct vcpu_track *track, uint64_t task)
{
	if (track->n_members < TRACK_MEMBERS && !track_is_member(track, task))
		track->members[track->n_members++] = task;
}

/* The stack pointer of the task that runs is stored at ADDRESS: another one follows. */
static inline void track_switch_out(struct vcpu_track *track, uint64_t address)
{
	/* The first one to leave is the one that began the operation. */
	if (track->in_op && !track->n_members)
		track_add_member(track, address);
}

/* The stack pointer of the next task is loaded from ADDRESS. */
static inline void track_switch_in(struct vcpu_track *track, uint64_t address)
{
	track->current = address;
	if (track->in_op)
		track->away = !track_is_member(track, address);
}

/* An instruction in user space is executed. */
static inline void track_user(struct vcpu_track *track)
{
	if (!track->away || !track->group)
		return;
	track_add_member(track, track->current);
	track->away = !track_is_member(track, track->current);
}

static inline void track_nibble(struct vcpu_track *track, unsigned int nibble)
{
	track->number = track->number << 4 | (nibble & 0xf);
}

/* Take the number that was passed; the next one starts from zero. */
static inline uint64_t track_take_number(struct vcpu_track *track)
{
	uint64_t number = track->number;

	track->number = 0;
	return number;
}

static inline void track_irq_enter(struct vcpu_track *track)
{
	if (!track->in_op)
		return;
	if (!track->irq_depth)
		track->irqs++;
	track->irq_depth++;
}

static inline void track_iret(struct vcpu_track *track)
{
	if (track->irq_depth)
		track->irq_depth--;
}

static inline void track_sysret(struct vcpu_track *track)
{
	track->irq_depth = 0;
}

#endif
