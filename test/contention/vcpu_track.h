/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is what this vCPU executes right now part of an operation?
 *
 * It is between MARK_OP_BEGIN and MARK_OP_END, except inside interrupt handlers: the timer tick
 * and its like run on behalf of nobody, how often they hit an operation depends on how slow the
 * emulation is, and one tick that writes the clock would turn every reader of the clock into a
 * victim of contention. Page faults and other exceptions belong to the operation.
 *
 * Interrupt entries are recognised by address (the guest passes them), their end by IRET. An
 * interrupt that arrives in user mode can end in another task, which leaves through SYSRET: that
 * ends all nesting, and so does the next mark.
 */
#ifndef CONTENTION_VCPU_TRACK_H
#define CONTENTION_VCPU_TRACK_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu_track {
	uint32_t op;			/* serial number of the current or last operation */
	bool in_op;
	unsigned int irq_depth;		/* interrupt handlers entered and not yet left */
	uint64_t number;		/* bits passed by MARK_NIBBLE so far */
	uint64_t irqs;			/* interrupts that arrived during operations */
};

static inline bool track_counts(const struct vcpu_track *track)
{
	return track->in_op && !track->irq_depth;
}

static inline void track_op_begin(struct vcpu_track *track)
{
	track->irq_depth = 0;
	track->op++;
	track->in_op = true;
}

static inline void track_op_end(struct vcpu_track *track)
{
	track->irq_depth = 0;
	track->in_op = false;
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
