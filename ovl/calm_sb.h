/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ovl-calm keeps for each overlay superblock.
 *
 * Apart from ovl_calm.h because upstream's files see it too, through
 * redirects/mounter_cred.h: acting as the mounter happens several times in each
 * operation, and a call there costs more than what it would do.
 */
#ifndef OVL_CALM_SB_H
#define OVL_CALM_SB_H

#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "compat.h"

struct cred;
struct mnt_namespace;

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

/* superblock.c; here only to tell our operations from upstream's */
void calm_put_super(struct super_block *sb);

/**
 * calm_sb_of - the state of a mounted overlay
 * @sb: an overlay superblock
 *
 * Context: any, between fill_super and put_super.
 * Return: the state, or NULL when the superblock runs with the stock
 * operations.
 */
static inline const struct calm_sb *calm_sb_of(struct super_block *sb)
{
	/* A path walk under RCU may still come by while calm_put_super() runs. */
	const struct super_operations *s_op = READ_ONCE(sb->s_op);

	if (s_op->put_super != calm_put_super)
		return NULL;
	return container_of(s_op, struct calm_sb, s_op);
}

/**
 * calm_sb_pick_cred - the copy of the mounter's credentials for this CPU
 * @csb: state of an overlay that has copies
 *
 * Context: any, does not sleep.
 * Return: a copy. No reference is taken: it lives as long as the overlay.
 */
static inline const struct cred *calm_sb_pick_cred(const struct calm_sb *csb)
{
	/* Where the task goes on later does not matter: any copy is right. */
	unsigned int cpu = raw_smp_processor_id();

	return csb->creds[likely(cpu < csb->nr_creds) ? cpu : cpu % csb->nr_creds];
}

#endif /* OVL_CALM_SB_H */
