// SPDX-License-Identifier: GPL-2.0-only
#include "floor.h"

#include <stdlib.h>

#include "storm.h"

static bool is_managed(const struct fuse_bdi *bdi, const struct floor_state *state)
{
	return !bdi->min || floor_state_is_ours(state, bdi->name, bdi->min);
}

void floor_plan(const struct fuse_bdis *b, const struct floor_state *state,
		const struct share_limits *limits, struct share *shares)
{
	struct share_limits l = *limits;
	struct share *managed = need_memory(b->count, sizeof(*managed));
	unsigned int others = b->others;
	size_t count = 0;

	l.unit = b->unit;
	for (size_t i = 0; i < b->count; i++) {
		shares[i] = (struct share){ b->bdis[i].owner, b->bdis[i].max, b->bdis[i].min };
		if (is_managed(&b->bdis[i], state))
			managed[count++] = shares[i];
		else
			others += b->bdis[i].min;
	}
	shares_divide(managed, count, &l, others);
	count = 0;
	for (size_t i = 0; i < b->count; i++) {
		if (is_managed(&b->bdis[i], state))
			shares[i].result = managed[count++].result;
	}
	free(managed);
}

static void forget_gone(struct floor_state *state, const struct fuse_bdis *b)
{
	for (size_t i = state->count; i > 0; i--) {
		const char *name = state->records[i - 1].name;
		const struct fuse_bdi *bdi = fuse_bdis_find(b, name);

		if (!bdi || !floor_state_is_ours(state, name, bdi->min))
			floor_state_set(state, name, 0);
	}
}

/* What shrinks makes room for what grows: the kernel refuses a sum of 100 %. */
static int set_all(const struct floor_host *host, struct fuse_bdis *b, const struct share *shares)
{
	int rc = SUCCESS;

	for (int grow = 0; grow < 2; grow++) {
		for (size_t i = 0; i < b->count; i++) {
			struct fuse_bdi *bdi = &b->bdis[i];

			if (shares[i].result != bdi->min && (shares[i].result > bdi->min) == grow &&
			    fuse_bdi_set_min(bdi, host, b->unit, shares[i].result))
				rc = FAILED;
		}
	}
	return rc;
}

static int plan_and_set(const struct floor_host *host, struct fuse_bdis *b,
			struct floor_state *state, const struct share_limits *limits)
{
	struct share *shares = need_memory(b->count, sizeof(*shares));
	int rc;

	forget_gone(state, b);
	floor_plan(b, state, limits, shares);
	for (size_t i = 0; i < b->count; i++) {
		if (shares[i].result && shares[i].result != b->bdis[i].min)
			floor_state_set(state, b->bdis[i].name, shares[i].result);
	}
	/* Before the kernel is told, so that a kill in between leaves nothing unknown behind. */
	rc = floor_state_save(state);
	if (!rc)
		rc = set_all(host, b, shares);
	free(shares);
	return rc;
}

int floor_apply(const struct floor_host *host, const char *state_directory,
		const struct share_limits *limits)
{
	struct fuse_bdis b = { .bdis = NULL };
	struct floor_state state;
	int rc = floor_state_open(&state, state_directory, true);

	if (!rc)
		rc = fuse_bdis_read(&b, host);
	if (!rc)
		rc = plan_and_set(host, &b, &state, limits);
	fuse_bdis_free(&b);
	floor_state_close(&state);
	return rc;
}

static int take_back(const struct floor_host *host, struct fuse_bdis *b, struct floor_state *state)
{
	int rc = SUCCESS;

	for (size_t i = 0; i < b->count; i++) {
		struct fuse_bdi *bdi = &b->bdis[i];

		if (!floor_state_is_ours(state, bdi->name, bdi->min))
			continue;
		if (fuse_bdi_set_min(bdi, host, b->unit, 0))
			rc = FAILED;
	}
	if (rc)
		return rc;
	while (state->count)
		floor_state_set(state, state->records[0].name, 0);
	return floor_state_save(state);
}

int floor_undo_all(const struct floor_host *host, const char *state_directory)
{
	struct fuse_bdis b = { .bdis = NULL };
	struct floor_state state;
	int rc = floor_state_open(&state, state_directory, true);

	if (!rc)
		rc = fuse_bdis_read(&b, host);
	if (!rc)
		rc = take_back(host, &b, &state);
	fuse_bdis_free(&b);
	floor_state_close(&state);
	return rc;
}
