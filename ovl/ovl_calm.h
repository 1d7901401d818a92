/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of ovl-calm's overlay.ko offer one another.
 *
 * The upstream overlayfs files know nothing of this header; the redirects/
 * directory says which of their calls arrive here.
 */
#ifndef OVL_CALM_H
#define OVL_CALM_H

#include <linux/fs.h>
#include <linux/mount.h>

#include "calm_sb.h"
#include "compat.h"

#ifdef pr_fmt
#undef pr_fmt
#endif
#define pr_fmt(fmt) "ovl-calm: " fmt

struct mnt_namespace;
struct path;

/* superblock.c: life of the per-superblock state */
struct calm_sb *calm_sb_filling(void);

/* superblock_sysfs.c: /sys/fs/overlay/<major:minor>/ */
int calm_sysfs_init(void);
void calm_sysfs_exit(void);
void calm_sysfs_add(struct calm_sb *csb, struct super_block *sb);
void calm_sysfs_del(struct calm_sb *csb);

/* private_mount.c: mntput() of private mounts without mount_lock */
enum private_ns private_ns_from_name(const char *name);
const char *private_ns_name(enum private_ns mode);
void private_mount_prepare(struct calm_sb *csb, enum private_ns wanted);
void private_mount_finish(struct calm_sb *csb);
struct vfsmount *calm_clone_private_mount(const struct path *path);
void calm_mntput(struct vfsmount *mnt);
void calm_kern_unmount_array(struct vfsmount *mnt[], unsigned int num);

/* mounter_cred.c: copies of the mounter's credentials */
#define CRED_SHARDS_AUTO (-1)
#ifdef CALM_MOUNTER_CRED
void mounter_cred_prepare(struct calm_sb *csb, struct super_block *sb, int param);
void mounter_cred_forget(struct calm_sb *csb);
void mounter_cred_finish(struct calm_sb *csb);
#else
/* This overlayfs acts with the caller's credentials: nothing is shared. */
static inline void mounter_cred_prepare(struct calm_sb *csb, struct super_block *sb, int param)
{
}

static inline void mounter_cred_forget(struct calm_sb *csb)
{
}

static inline void mounter_cred_finish(struct calm_sb *csb)
{
}
#endif

/* dummy_namespace.c: a mount namespace that is linked nowhere */
struct mnt_namespace *dummy_namespace_alloc(void);
void dummy_namespace_free(struct mnt_namespace *ns);

/* layout_proof.c: may we write through our idea of struct mount? */
void layout_proof_run(void);
bool layout_proven_mount(void);
bool layout_proven_namespace(void);

/* module.c: parameters */
enum private_ns calm_param_private_ns(void);
int calm_param_cred_shards(void);

#endif /* OVL_CALM_H */
