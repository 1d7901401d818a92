/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control experiment of the lock counter.
 *
 * A count of 0 means something only when the same counter shows more than 0 where the lock is
 * taken for certain: at every close of a file on a mount that was detached, because such a mount
 * belongs to no namespace. And it must show 0 for the same file while the mount is attached.
 */
#ifndef STORM_LOCK_CONTROL_H
#define STORM_LOCK_CONTROL_H

#include <stdint.h>

#include "lock_counter.h"

#define CONTROL_RUNS 64

struct lock_control {
	uint64_t attached; /* mount_lock taken in CONTROL_RUNS times open and close */
	uint64_t detached; /* the same after the mount was detached */
};

/**
 * lock_control_run - check that the counter sees what it should, and only that
 * @c: an open counter; made not ready, with the reason, when it cannot be trusted
 * @scratch: open directory in a private mount namespace
 * @result: the two counts
 *
 * Return: true when the counter can be trusted.
 */
bool lock_control_run(struct lock_counter *c, int scratch, struct lock_control *result);

/* lock_control_verdict - judge two counts: NULL when fine, else what is wrong with them */
const char *lock_control_verdict(const struct lock_control *result);

#endif
