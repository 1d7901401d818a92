// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides state of our own for each FUSE connection that is mounted.
 *
 * struct fuse_conn stays as upstream made it. Our state is found by the
 * connection's backing device, which submounts share. It is born at the end of
 * fill_super, where nothing can fail any more, and dies in kill_sb.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "fs/fuse/fuse_i.h"
#include "fuse_calm.h"
#include "redirects/inode.h"

#undef fuse_ctl_add_conn
#undef kill_anon_super
#undef kill_block_super
#ifdef CALM_SHARED_BDI
#undef bdi_get
#endif

#define TABLE_BITS 8

/* Guards the list, the hash for writing, and all policies. */
DEFINE_MUTEX(calm_mutex);
LIST_HEAD(calm_conns);
static struct hlist_head table[1 << TABLE_BITS];

static struct hlist_head *bucket(const struct backing_dev_info *bdi)
{
	return &table[hash_ptr((void *)bdi, TABLE_BITS)];
}

static struct calm_conn *find(const struct backing_dev_info *bdi)
{
	struct calm_conn *conn;

	hlist_for_each_entry_rcu(conn, bucket(bdi), hash)
		if (conn->bdi == bdi)
			return conn;
	return NULL;
}

/* With calm_mutex held nothing is removed meanwhile. */
static struct calm_conn *find_locked(const struct backing_dev_info *bdi)
{
	struct calm_conn *conn;

	rcu_read_lock();
	conn = find(bdi);
	rcu_read_unlock();
	return conn;
}

/**
 * calm_conn_of - our state of the connection that a superblock belongs to
 * @sb: a FUSE superblock
 *
 * Context: any, in an RCU read-side section.
 * Return: the state; NULL when there was no memory for it or it is gone.
 */
struct calm_conn *calm_conn_of(const struct super_block *sb)
{
	return find(sb->s_bdi);
}

/*
 * Did root of the initial user namespace mount this, and for root? A helper
 * that is setuid root mounts with all capabilities, but keeps the caller's real
 * uid and names it as user_id.
 */
static bool mounted_by_root(const struct fuse_conn *fc)
{
#ifdef CALM_CONN_USER_NS
	if (fc->user_ns != &init_user_ns)
		return false;
#endif
	return current_user_ns() == &init_user_ns && capable(CAP_SYS_ADMIN) &&
	       uid_eq(current_uid(), GLOBAL_ROOT_UID) && uid_eq(fc->user_id, GLOBAL_ROOT_UID);
}

/**
 * calm_add_connection - show a new connection in fusectl, and begin to care for it
 * @fc: the connection
 * @sb: its superblock, filled but for s_root
 *
 * Stands in for fuse_ctl_add_conn() in upstream's fill_super. A connection
 * that we have no memory for works as stock ones do.
 *
 * Context: process context, fuse_mutex and sb->s_umount held, may sleep.
 * Return: what fuse_ctl_add_conn() returns.
 */
int calm_add_connection(struct fuse_conn *fc, struct super_block *sb)
{
	struct calm_conn *conn;
	int err = fuse_ctl_add_conn(fc);

	if (err)
		return err;
	conn = kzalloc(sizeof(*conn), GFP_KERNEL);
	if (!conn) {
		pr_warn("out of memory: FUSE %u:%u is mounted with the strict policy\n",
			MAJOR(sb->s_dev), MINOR(sb->s_dev));
		return 0;
	}
	conn->bdi = sb->s_bdi;
	conn->dev = sb->s_dev;
	conn->users = 1;
	conn->by_root = mounted_by_root(fc);
	conn->policy = POLICY_STRICT;
	spin_lock_init(&conn->lock);
	calm_trusted_init(conn);

	mutex_lock(&calm_mutex);
	list_add_tail(&conn->list, &calm_conns);
	hlist_add_head_rcu(&conn->hash, bucket(conn->bdi));
	/* strict is what stock FUSE has set already */
	if (calm_policy_for(conn) != POLICY_STRICT)
		err = calm_policy_set(conn, calm_policy_for(conn));
	mutex_unlock(&calm_mutex);
	if (err)
		pr_warn("FUSE %u:%u is mounted with the strict policy (error %d)\n",
			MAJOR(sb->s_dev), MINOR(sb->s_dev), err);
	calm_sysfs_add(conn);
	return 0;
}

#ifdef CALM_SHARED_BDI

/**
 * calm_share_bdi - a submount begins to use its connection's backing device
 * @bdi: the backing device
 *
 * Stands in for bdi_get() in upstream's inode.c.
 *
 * Context: process context, may sleep.
 * Return: @bdi
 */
struct backing_dev_info *calm_share_bdi(struct backing_dev_info *bdi)
{
	struct calm_conn *conn;

	mutex_lock(&calm_mutex);
	conn = find_locked(bdi);
	if (conn)
		conn->users++;
	mutex_unlock(&calm_mutex);
	return bdi_get(bdi);
}

#endif

/* Returns the state if @sb was the last superblock of its connection. */
static struct calm_conn *leave(struct super_block *sb)
{
	struct calm_conn *conn;

	mutex_lock(&calm_mutex);
	conn = find_locked(sb->s_bdi);
	if (conn && --conn->users)
		conn = NULL;
	mutex_unlock(&calm_mutex);
	if (!conn)
		return NULL;

	/* from here on nobody can write a policy */
	calm_sysfs_del(conn);
	mutex_lock(&calm_mutex);
	calm_floor_give(conn);
	list_del(&conn->list);
	hlist_del_rcu(&conn->hash);
	mutex_unlock(&calm_mutex);
	return conn;
}

/**
 * calm_kill_anon_super - let go of a FUSE superblock without a block device
 * @sb: the superblock
 *
 * Stands in for kill_anon_super() in upstream's inode.c and virtio_fs.c.
 *
 * Context: process context, sb->s_umount held for write, may sleep.
 */
void calm_kill_anon_super(struct super_block *sb)
{
	struct calm_conn *conn = leave(sb);

	kill_anon_super(sb);
	if (conn)
		calm_trusted_end(conn);
}
EXPORT_SYMBOL_GPL(calm_kill_anon_super);

#ifdef CONFIG_BLOCK

/**
 * calm_kill_block_super - let go of a FUSE superblock on a block device
 * @sb: the superblock
 *
 * Stands in for kill_block_super() in upstream's inode.c.
 *
 * Context: process context, sb->s_umount held for write, may sleep.
 */
void calm_kill_block_super(struct super_block *sb)
{
	struct calm_conn *conn = leave(sb);

	kill_block_super(sb);
	if (conn)
		calm_trusted_end(conn);
}

#endif
