/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of ovl-calm's overlay.ko offer one another.
 *
 * The upstream overlayfs files know nothing of this header; the redirects/
 * directory says which of their calls arrive here.
 */
#ifndef OVL_CALM_H
#define OVL_CALM_H

#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mount.h>
#include <linux/rcupdate.h>

#include "compat.h"

#ifdef pr_fmt
#undef pr_fmt
#endif
#define pr_fmt(fmt) "ovl-calm: " fmt

struct cred;
struct mnt_namespace;
struct path;

/**
 * enum private_ns - what the mnt_ns of an overlay's private mounts holds
 * @PRIVATE_NS_AUTO: let the module choose; never a superblock's own state
 * @PRIVATE_NS_NONE: NULL: every mntput() takes mount_lock
 * @PRIVATE_NS_INTERNAL: the kernel's own marker MNT_NS_INTERNAL
 * @PRIVATE_NS_DUMMY: a namespace of ours that is linked nowhere
 */
enum private_ns {
	PRIVATE_NS_AUTO,
	PRIVATE_NS_NONE,
	PRIVATE_NS_INTERNAL,
	PRIVATE_NS_DUMMY,
};

/**
 * struct calm_sb - what we keep for one overlay superblock
 * @s_op: copy of the upstream operations with ours put in; sb->s_op points
 *	here, so that container_of() finds this struct without a lookup
 * @stock_op: the upstream operations, put back before this struct goes
 * @private_ns: what the private mounts of this superblock hold
 * @dummy: the namespace attached to them for PRIVATE_NS_DUMMY, else NULL
 * @mounts: private mounts still registered, see private_mount.c
 * @nr_mounts: length of @mounts
 * @kobj: /sys/fs/overlay/<major:minor>
 * @kobj_gone: completed when the last user of @kobj has left
 * @has_kobj: @kobj was added
 * @creator: the mounter's credentials, owned by upstream; for comparison only
 * @creator_hash: link by @creator, see mounter_cred.c
 * @creds: copies of @creator, one for each group of CPUs
 * @nr_creds: length of @creds, 0 when all tasks share @creator
 * @rcu: frees this struct after the last reader of @creator_hash
 *
 * Read in every operation on the overlay, written only while it is mounted or
 * unmounted.
 */
struct calm_sb {
	struct super_operations s_op;
	const struct super_operations *stock_op;
	enum private_ns private_ns;
	struct mnt_namespace *dummy;
	struct list_head mounts;
	unsigned int nr_mounts;
	struct kobject kobj;
	struct completion kobj_gone;
	bool has_kobj;
	const struct cred *creator;
	struct hlist_node creator_hash;
	const struct cred **creds;
	unsigned int nr_creds;
	struct rcu_head rcu;
};

/* superblock.c: life of the per-superblock state */
struct calm_sb *calm_sb_filling(void);
struct calm_sb *calm_sb_of(struct super_block *sb);

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
