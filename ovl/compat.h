/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that knows how kernels differ.
 *
 * calm_probed.h is written at build time from the probes/ directory: one
 * CALM_HAVE_<NAME> for each probe that compiled against this very kernel.
 * Distributions backport freely, so a version number proves nothing; a probe
 * does. Each probe names the mainline release that brought what it looks for.
 */
#ifndef OVL_CALM_COMPAT_H
#define OVL_CALM_COMPAT_H

#include <linux/fs.h>
#include <linux/rcupdate.h>

#include "calm_probed.h"

/* 4.17 */
#ifndef SB_KERNMOUNT
#define SB_KERNMOUNT MS_KERNMOUNT
#endif

/* 3.19 */
#ifndef READ_ONCE
#define READ_ONCE(x) ACCESS_ONCE(x)
#define WRITE_ONCE(x, val) (ACCESS_ONCE(x) = (val))
#endif

/*
 * Since 5.8 clone_private_mount() marks its mounts with MNT_NS_INTERNAL and
 * overlayfs hands all of them to kern_unmount_array(); before, mnt_ns stays
 * NULL and overlayfs calls mntput() on each.
 */
#ifdef CALM_HAVE_KERN_UNMOUNT_ARRAY
#define CALM_KERNEL_MARKS_PRIVATE_MOUNTS 1
#else
#define CALM_KERNEL_MARKS_PRIVATE_MOUNTS 0
#endif

/*
 * Up to 3.12 the mount hash is guarded by the big-reader lock
 * vfsmount_lock, and mntput() reads mnt_ns under its reader side instead of
 * under RCU.
 */
#ifdef CALM_HAVE_VFSMOUNT_LGLOCK
#define CALM_MNT_NS_READ_UNDER_LGLOCK 1
#else
#define CALM_MNT_NS_READ_UNDER_LGLOCK 0
#endif

#endif /* OVL_CALM_COMPAT_H */
