// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removes idle time from the estimate of a connection's write bandwidth.
 *
 * A writer at its limit is paused for as long as the device is thought to need
 * for what it holds, up to a fifth of a second. The device's bandwidth is what it
 * wrote since the last estimate, divided by the time since then. From 5.14 on (and
 * EL8.6) that time begins anew when writeback starts, but a writer who dirties pages
 * faster than that comes to the throttle first: then the seconds in which nobody
 * wrote count, too, the bandwidth of an idle connection is next to nothing, and
 * each pause has its full length although the server answers within milliseconds.
 * So here the time begins anew with the first page that is dirtied.
 */
#include <linux/backing-dev.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>

#include "idle_bandwidth.h"

#ifdef CALM_HAVE_WB_WRITEBACK_INODES

/* Estimates are made at most so often. */
#define INTERVAL (HZ / 5)

/**
 * calm_idle_ends - a page was dirtied: what came before is no time of writing
 * @bdi: the connection's backing device
 *
 * Does nothing while writes are in flight, as their time does count, or while
 * estimates are being made. Cheap then, and whenever a page follows another: no
 * lock, no sum over CPUs.
 *
 * Context: any that may dirty a page, also with preemption disabled; does not
 * sleep. Tries the list_lock of the bdi's writeback, and leaves it to the next
 * page when somebody holds it.
 */
void calm_idle_ends(struct backing_dev_info *bdi)
{
	struct bdi_writeback *wb = &bdi->wb;
	unsigned long so_far_written, so_far_dirtied;

	if (time_before_eq(jiffies, READ_ONCE(wb->bw_time_stamp) + INTERVAL))
		return;
	/* Exactly: the pages a server does not answer may be fewer than the counters' error. */
	if (wb_stat(wb, WB_WRITEBACK) || wb_stat_sum(wb, WB_WRITEBACK))
		return;
	so_far_written = wb_stat(wb, WB_WRITTEN);
	so_far_dirtied = wb_stat(wb, WB_DIRTIED);

	/* what the next estimate will subtract */
	if (!spin_trylock(&wb->list_lock))
		return;
	WRITE_ONCE(wb->bw_time_stamp, jiffies);
	wb->written_stamp = so_far_written;
	wb->dirtied_stamp = so_far_dirtied;
	spin_unlock(&wb->list_lock);
}

#else

/**
 * calm_idle_ends - a page was dirtied: what came before is no time of writing
 * @bdi: the connection's backing device
 *
 * Context: any.
 */
void calm_idle_ends(struct backing_dev_info *bdi)
{
	/* earlier kernels leave quiet time out by themselves */
}

#endif
