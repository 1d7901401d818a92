/* SPDX-License-Identifier: GPL-2.0-only */
/* Which storm the figures show, how sure that is, and what to do. */
#ifndef STORM_VERDICT_H
#define STORM_VERDICT_H

#include "report.h"

enum certainty {
	CERTAIN,  /* counted */
	LIKELY,	  /* the loss is large, and no sample of one side overlaps with the other's */
	POSSIBLE, /* there is a loss, but the samples overlap or are few */
	NOT_SEEN,
	UNKNOWN, /* not measured, or not by a run that can show it */
};

enum storm { STORM_MOUNT_LOCK, STORM_CREDENTIALS, STORM_COUNT };

struct verdict {
	const char *storm; /* "mount_lock" or "credentials" */
	enum certainty certainty;
	char reason[256];
	char advice[256]; /* "" when there is nothing to do */
};

/* certainty_name - "certain", "likely", "possible", "not seen" or "unknown" */
const char *certainty_name(enum certainty certainty);

/**
 * verdicts_find - judge a result
 * @r: the result
 * @verdicts: set, one for each storm
 */
void verdicts_find(const struct report *r, struct verdict verdicts[STORM_COUNT]);

#endif
