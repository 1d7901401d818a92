/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that knows how kernels differ.
 *
 * calm_probed.h is written at build time from the probes/ directory: one
 * CALM_HAVE_<NAME> for each probe that compiled against this very kernel.
 */
#ifndef FUSE_CALM_COMPAT_H
#define FUSE_CALM_COMPAT_H

#include <linux/backing-dev.h>
#include <linux/compiler.h>
#include <linux/mm.h> /* EL7: it and vmstat.h include each other, and only mm.h may be first */
#include <linux/vmstat.h>

#include "calm_probed.h"

/* 3.19 */
#ifndef READ_ONCE
#define READ_ONCE(x) ACCESS_ONCE(x)
#define WRITE_ONCE(x, val) (ACCESS_ONCE(x) = (val))
#endif

/* Pages of a bdi that are dirty, and that are being written: exact, so not for each page. */
static inline unsigned long calm_bdi_dirty(struct backing_dev_info *bdi)
{
#ifdef CALM_HAVE_WB_STAT
	return wb_stat_sum(&bdi->wb, WB_RECLAIMABLE);
#else
	return bdi_stat_sum(bdi, BDI_RECLAIMABLE);
#endif
}

static inline unsigned long calm_bdi_in_flight(struct backing_dev_info *bdi)
{
#ifdef CALM_HAVE_WB_STAT
	return wb_stat_sum(&bdi->wb, WB_WRITEBACK);
#else
	return bdi_stat_sum(bdi, BDI_WRITEBACK);
#endif
}

/* Both together, off by up to the counters' error: cheap. */
static inline unsigned long calm_bdi_held_roughly(struct backing_dev_info *bdi)
{
#ifdef CALM_HAVE_WB_STAT
	return wb_stat(&bdi->wb, WB_RECLAIMABLE) + wb_stat(&bdi->wb, WB_WRITEBACK);
#else
	return bdi_stat(bdi, BDI_RECLAIMABLE) + bdi_stat(bdi, BDI_WRITEBACK);
#endif
}

/* Until 4.8 the counters of pages belong to zones. */
#ifdef CALM_TEMP_PAGES_BY_ZONE
#define calm_inc_page_state(page, item) inc_zone_page_state(page, item)
#define calm_dec_page_state(page, item) dec_zone_page_state(page, item)
#else
#define calm_inc_page_state(page, item) inc_node_page_state(page, item)
#define calm_dec_page_state(page, item) dec_node_page_state(page, item)
#endif

#endif /* FUSE_CALM_COMPAT_H */
