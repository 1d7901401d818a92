// SPDX-License-Identifier: GPL-2.0-only
#include "global_state.h"

#include <string.h>
#include <unistd.h>

#include "sources.h"

/* /proc/vmstat counts pages. */
static bool kib_of(const char *text, const char *name, unsigned long long *kib)
{
	if (!source_value(text, name, kib))
		return false;
	*kib *= sysconf(_SC_PAGESIZE) / 1024;
	return true;
}

bool global_state_read(struct global_state *g)
{
	char text[32768];

	memset(g, 0, sizeof(*g));
	if (!source_read(text, sizeof(text), "/proc/vmstat") ||
	    !kib_of(text, "nr_dirty", &g->dirty) || !kib_of(text, "nr_writeback", &g->writeback))
		return false;
	g->has_temp = kib_of(text, "nr_writeback_temp", &g->writeback_temp);
	g->has_thresholds = kib_of(text, "nr_dirty_threshold", &g->threshold) &&
			    kib_of(text, "nr_dirty_background_threshold", &g->background);
	return true;
}
