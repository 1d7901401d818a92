/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included wherever upstream clones or releases its private mounts.
 */
#ifndef OVL_CALM_REDIRECTS_PRIVATE_MOUNT_H
#define OVL_CALM_REDIRECTS_PRIVATE_MOUNT_H

#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>

struct vfsmount *calm_clone_private_mount(const struct path *path);
void calm_mntput(struct vfsmount *mnt);
void calm_kern_unmount_array(struct vfsmount *mnt[], unsigned int num);

#define clone_private_mount(path) calm_clone_private_mount(path)
#define mntput(mnt) calm_mntput(mnt)
#define kern_unmount_array(mnt, num) calm_kern_unmount_array(mnt, num)

#endif /* OVL_CALM_REDIRECTS_PRIVATE_MOUNT_H */
