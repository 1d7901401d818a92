// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides a mount namespace that is linked nowhere.
 *
 * The kernel only ever asks whether a private mount has a namespace. The one
 * we hand out is a valid object for whoever reads it (d_path, mount checks), but
 * no list, tree, /proc file or system call leads to it, it is charged to no
 * user, and no task can enter it.
 */
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/wait.h>

#include "fs/mount.h"
#include "ovl_calm.h"

/*
 * Sequence numbers order namespaces so that no loop of bind mounts can form,
 * and zero marks an anonymous one, whose mounts may be moved into a tree.
 * The largest number is none that the kernel will ever hand out.
 */
#define DUMMY_SEQ U64_MAX

/**
 * dummy_namespace_alloc - make a namespace for the mounts of one superblock
 *
 * Everything that is not set here is zero, and right at zero: no root, no
 * mounts, no ucounts, no inode number, no waiters, an empty tree.
 *
 * Context: process context, may sleep (GFP_KERNEL). Takes a reference on the
 * caller's user namespace.
 * Return: the namespace, or NULL when memory is short.
 */
struct mnt_namespace *dummy_namespace_alloc(void)
{
	struct mnt_namespace *ns = kzalloc(sizeof(*ns), GFP_KERNEL);

	if (!ns)
		return NULL;

	/* One count that is never dropped: nobody but us may free it. */
#if defined(CALM_HAVE_MNT_NS_COUNT)
	atomic_set(&ns->count, 1);
#elif defined(CALM_HAVE_NS_COMMON_COUNT)
	refcount_set(&ns->ns.count, 1);
#elif defined(CALM_HAVE_NS_COMMON_REF)
	refcount_set(&ns->ns.__ns_ref, 1);
#else
#error "ovl-calm: no probe knows the reference count of struct mnt_namespace"
#endif
#ifdef CALM_HAVE_MNT_NS_PASSIVE
	refcount_set(&ns->passive, 1);
#endif
#ifdef CALM_HAVE_MNT_NS_LIST
	INIT_LIST_HEAD(&ns->list);
#endif
#ifdef CALM_HAVE_MNT_NS_LOCK
	spin_lock_init(&ns->ns_lock);
#endif
#if defined(CALM_HAVE_MNT_NS_SEQ)
	ns->seq = DUMMY_SEQ;
#elif defined(CALM_HAVE_MNT_NS_IS_ANON)
	ns->seq_origin = DUMMY_SEQ;
	ns->is_anon = false;
#else
#error "ovl-calm: no probe knows how struct mnt_namespace marks anonymous ones"
#endif
	init_waitqueue_head(&ns->poll);
	ns->user_ns = get_user_ns(current_user_ns());
	return ns;
}

/**
 * dummy_namespace_free - release a namespace no mount holds any more
 * @ns: from dummy_namespace_alloc(), or NULL
 *
 * The caller has cleared mnt_ns of every mount that held @ns and has let a
 * grace period pass since.
 *
 * Context: process context, may sleep.
 */
void dummy_namespace_free(struct mnt_namespace *ns)
{
	if (!ns)
		return;
	/*
	 * d_path() reads mnt_ns under RCU even where mntput() reads it under
	 * vfsmount_lock, and there no grace period has passed yet.
	 */
	if (CALM_MNT_NS_READ_UNDER_LGLOCK)
		synchronize_rcu();
	put_user_ns(ns->user_ns);
	kfree(ns);
}
