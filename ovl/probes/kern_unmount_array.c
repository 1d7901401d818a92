// SPDX-License-Identifier: GPL-2.0-only
/* 5.8: overlayfs releases its mounts with one grace period for all. */
#include "fs/mount.h"

void calm_probe(struct vfsmount **mnt);

void calm_probe(struct vfsmount **mnt)
{
	kern_unmount_array(mnt, 1);
}
