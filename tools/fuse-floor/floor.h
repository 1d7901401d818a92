/* SPDX-License-Identifier: GPL-2.0-only */
/* Brings the host's FUSE bdis and what fuse-floor wants for them together. */
#ifndef FUSE_FLOOR_FLOOR_H
#define FUSE_FLOOR_FLOOR_H

#include "floor_state.h"
#include "fuse_bdis.h"
#include "shares.h"

/**
 * floor_plan - what each FUSE bdi should have
 * @limits: its unit is taken from @b
 * @shares: filled in, one for each of @b's bdis; the result of bdis that somebody else looks after
 *	is what they have
 */
void floor_plan(const struct fuse_bdis *b, const struct floor_state *state,
		const struct share_limits *limits, struct share *shares);

/**
 * floor_apply - give each FUSE bdi its share, and forget those that are gone
 *
 * Bdis whose value fuse-floor did not set stay as they are.
 *
 * Return: SUCCESS, or FAILED after one line of complaint for each bdi that went wrong.
 */
int floor_apply(const struct floor_host *host, const char *state_directory,
		const struct share_limits *limits);

/**
 * floor_undo_all - take back what was given, and the state
 *
 * Return: as floor_apply().
 */
int floor_undo_all(const struct floor_host *host, const char *state_directory);

#endif
