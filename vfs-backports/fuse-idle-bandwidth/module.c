// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removes idle time from the estimated bandwidth of connections of a FUSE that is
 * built into the kernel (see idle_bandwidth.c).
 *
 * Where fuse.ko is ours it sees each page that becomes dirty. Here a tracepoint
 * does, the one that the kernel passes whenever an inode of any filesystem becomes
 * dirty: before the writer can come to the throttle. Who is not FUSE pays for two
 * comparisons.
 */
#include <linux/backing-dev.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/writeback.h>
#include <trace/events/writeback.h>

#include "idle_bandwidth.h"

#ifndef CALM_HAVE_WB_WRITEBACK_INODES
#error "this kernel leaves idle time out by itself: nothing should have asked for this module"
#endif

static struct tracepoint *dirtied;

/* Called with preemption disabled, in whatever context dirtied the inode. */
static void inode_dirtied(void *data, struct inode *inode, int flags)
{
	if (!(flags & I_DIRTY_PAGES) || inode->i_sb->s_magic != FUSE_SUPER_MAGIC)
		return;
	calm_idle_ends(inode->i_sb->s_bdi);
}

/* Most tracepoints are not exported by name. */
static void find_tracepoint(struct tracepoint *tracepoint, void *name)
{
	if (!strcmp(tracepoint->name, name))
		dirtied = tracepoint;
}

static int __init idle_bandwidth_init(void)
{
	for_each_kernel_tracepoint(find_tracepoint, "writeback_mark_inode_dirty");
	if (!dirtied) {
		pr_err("ovl-calm: this kernel has no tracepoint writeback_mark_inode_dirty: idle time of FUSE mounts cannot be seen\n");
		return -ENOENT;
	}
	check_trace_callback_type_writeback_mark_inode_dirty(inode_dirtied);
	return tracepoint_probe_register(dirtied, inode_dirtied, NULL);
}

static void __exit idle_bandwidth_exit(void)
{
	tracepoint_probe_unregister(dirtied, inode_dirtied, NULL);
	/* Who is in inode_dirtied() by now leaves it before the code goes. */
	tracepoint_synchronize_unregister();
}

module_init(idle_bandwidth_init);
module_exit(idle_bandwidth_exit);

MODULE_DESCRIPTION("FUSE: idle time does not count in a mount's estimated write bandwidth");
MODULE_VERSION(CALM_VERSION);
MODULE_LICENSE("GPL");
