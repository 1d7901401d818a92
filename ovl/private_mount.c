// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removes the mount_lock storm of overlayfs' private mounts.
 *
 * mntput() has two paths. A mount that is in a namespace is known to keep one
 * reference until its namespace lets go of it, so dropping another one is a
 * per-CPU decrement. A mount in no namespace might be losing its last
 * reference, so mntput() takes the global mount_lock for write and sums the
 * per-CPU counts of all CPUs. Overlayfs works through private clones of its
 * layers, and before Linux 5.8 these belong to no namespace: each directory
 * read and each copy-up stops path walk on the whole host.
 *
 * We give the clones a namespace: by default one of our own, linked nowhere,
 * one for each superblock (dummy_namespace.c). The rule that makes the short
 * path correct is the kernel's: the reference we hold for overlayfs is dropped
 * only after mnt_ns was cleared and a grace period has passed.
 *
 * super.c also calls mntput() on mounts that belong to the mounting user, so
 * the clones are kept in a registry: only what is in there is ours.
 */
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "fs/mount.h"
#include "ovl_calm.h"

/**
 * struct private_mount - one registered clone
 * @hash: link in the registry, keyed by @mnt
 * @peer: link in calm_sb.mounts
 * @mnt: the clone
 * @csb: the superblock it was cloned for
 * @attached: its mnt_ns was written by us
 */
struct private_mount {
	struct hlist_node hash;
	struct list_head peer;
	struct vfsmount *mnt;
	struct calm_sb *csb;
	bool attached;
};

/*
 * Guards the hash chains only; taken when overlays are mounted and unmounted,
 * never while they are used. calm_sb.mounts needs no lock: the one task that
 * mounts or unmounts the superblock is alone with it.
 */
static DEFINE_SPINLOCK(registry_lock);
static DEFINE_HASHTABLE(registry, 10);

static const char * const mode_names[] = {
	[PRIVATE_NS_AUTO] = "auto",
	[PRIVATE_NS_NONE] = "none",
	[PRIVATE_NS_INTERNAL] = "internal",
	[PRIVATE_NS_DUMMY] = "dummy",
};

/* What clone_private_mount() of this kernel leaves in mnt_ns. */
static const enum private_ns kernel_private_ns =
	CALM_KERNEL_MARKS_PRIVATE_MOUNTS ? PRIVATE_NS_INTERNAL : PRIVATE_NS_NONE;

/**
 * private_ns_from_name - read a mode as an administrator writes it
 * @name: "auto", "dummy", "internal" or "none", perhaps with a final newline
 *
 * Context: any.
 * Return: the mode, or a negative errno (-EINVAL) for any other name.
 */
enum private_ns private_ns_from_name(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mode_names); i++)
		if (sysfs_streq(name, mode_names[i]))
			return i;
	return -EINVAL;
}

/**
 * private_ns_name - the administrator's word for a mode
 * @mode: one of enum private_ns
 *
 * Context: any.
 * Return: a constant string.
 */
const char *private_ns_name(enum private_ns mode)
{
	return mode_names[mode];
}

static struct mnt_namespace *mode_value(const struct calm_sb *csb, enum private_ns mode)
{
	switch (mode) {
	case PRIVATE_NS_DUMMY:
		return csb->dummy;
	case PRIVATE_NS_INTERNAL:
		return MNT_NS_INTERNAL;
	default:
		return NULL;
	}
}

/**
 * private_mount_prepare - decide what a new superblock's private mounts get
 * @csb: state of a superblock that has no private mount yet
 * @wanted: the administrator's choice
 *
 * Falls back instead of failing: a mount that the stock module would make
 * must never fail because of us.
 *
 * Context: process context, may sleep (GFP_KERNEL).
 */
void private_mount_prepare(struct calm_sb *csb, enum private_ns wanted)
{
	INIT_LIST_HEAD(&csb->mounts);

	if (wanted == PRIVATE_NS_AUTO)
		wanted = kernel_private_ns == PRIVATE_NS_NONE ? PRIVATE_NS_DUMMY :
								kernel_private_ns;
	if (wanted != kernel_private_ns && !layout_proven_mount())
		wanted = kernel_private_ns;

	if (wanted == PRIVATE_NS_DUMMY) {
		if (layout_proven_namespace())
			csb->dummy = dummy_namespace_alloc();
		/* as fast, needs neither memory nor a proof of its own */
		if (!csb->dummy)
			wanted = PRIVATE_NS_INTERNAL;
	}
	csb->private_ns = wanted;
}

static void unregister(struct private_mount *pm)
{
	spin_lock(&registry_lock);
	hash_del(&pm->hash);
	spin_unlock(&registry_lock);
	list_del(&pm->peer);
	pm->csb->nr_mounts--;
}

/**
 * private_mount_finish - release what private_mount_prepare() took
 * @csb: state of a superblock whose private mounts are all gone
 *
 * Context: process context, may sleep.
 */
void private_mount_finish(struct calm_sb *csb)
{
	/*
	 * Not reachable as long as overlayfs puts what it cloned. If it ever
	 * does not, a leaked namespace is harmless and a freed one is not.
	 */
	if (WARN_ON_ONCE(!list_empty(&csb->mounts))) {
		struct private_mount *pm, *next;

		list_for_each_entry_safe(pm, next, &csb->mounts, peer) {
			unregister(pm);
			kfree(pm);
		}
		return;
	}
	dummy_namespace_free(csb->dummy);
	csb->dummy = NULL;
}

/* Write the slot of a clone that nobody but us can see yet. */
static bool attach(struct vfsmount *mnt, const struct calm_sb *csb)
{
	struct mnt_namespace **slot = &real_mount(mnt)->mnt_ns;

	if (csb->private_ns == kernel_private_ns)
		return false;
	if (READ_ONCE(*slot) != mode_value(csb, kernel_private_ns)) {
		pr_warn_once("a fresh private mount holds an unexpected mnt_ns, left as it is: please report this kernel\n");
		return false;
	}
	WRITE_ONCE(*slot, mode_value(csb, csb->private_ns));
	return true;
}

/**
 * calm_clone_private_mount - clone a layer's mount and take charge of it
 * @path: the layer
 *
 * Stands in for clone_private_mount() in upstream's super.c.
 *
 * Context: process context, may sleep; called from fill_super.
 * Return: the clone, or what clone_private_mount() failed with.
 */
struct vfsmount *calm_clone_private_mount(const struct path *path)
{
	struct calm_sb *csb = calm_sb_filling();
	struct vfsmount *mnt = clone_private_mount((struct path *)path);
	struct private_mount *pm;

	if (!csb || IS_ERR(mnt))
		return mnt;

	/* Without an entry the clone simply stays what it is in the stock module. */
	pm = kmalloc(sizeof(*pm), GFP_KERNEL);
	if (!pm)
		return mnt;

	pm->mnt = mnt;
	pm->csb = csb;
	pm->attached = attach(mnt, csb);
	list_add(&pm->peer, &csb->mounts);
	csb->nr_mounts++;
	spin_lock(&registry_lock);
	hash_add(registry, &pm->hash, (unsigned long)mnt);
	spin_unlock(&registry_lock);
	return mnt;
}

static struct private_mount *lookup(struct vfsmount *mnt)
{
	struct private_mount *pm, *found = NULL;

	spin_lock(&registry_lock);
	hash_for_each_possible(registry, pm, hash, (unsigned long)mnt) {
		if (pm->mnt == mnt) {
			found = pm;
			break;
		}
	}
	spin_unlock(&registry_lock);
	/* stays valid: only the task that tears this superblock down removes it */
	return found;
}

#ifdef CALM_HAVE_KERN_UNMOUNT_ARRAY

/**
 * calm_mntput - put a mount from a file that clones private mounts
 * @mnt: a mount of the user's, or NULL
 *
 * On this kernel private mounts leave through calm_kern_unmount_array() only.
 *
 * Context: as mntput().
 */
void calm_mntput(struct vfsmount *mnt)
{
	mntput(mnt);
}

/**
 * calm_kern_unmount_array - let go of all private mounts of a superblock
 * @mnt: the mounts; entries may be NULL
 * @num: length of @mnt
 *
 * The kernel's own function clears every mnt_ns, waits for one grace period
 * and puts each mount, which is just what an attached dummy needs as well.
 *
 * Context: process context, may sleep.
 */
void calm_kern_unmount_array(struct vfsmount *mnt[], unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++) {
		struct private_mount *pm = mnt[i] ? lookup(mnt[i]) : NULL;

		if (pm) {
			unregister(pm);
			kfree(pm);
		}
	}
	kern_unmount_array(mnt, num);
}

#elif CALM_MNT_NS_READ_UNDER_LGLOCK

/**
 * calm_mntput - put a mount from a file that clones private mounts
 * @mnt: a private mount, a mount of the user's, or NULL
 *
 * mntput() of this kernel reads mnt_ns under vfsmount_lock, so clearing it
 * takes the write side. The lock is not exported, but kern_unmount() does
 * exactly this: clear under the lock, then put.
 *
 * Context: process context, may sleep.
 */
void calm_mntput(struct vfsmount *mnt)
{
	struct private_mount *pm = mnt ? lookup(mnt) : NULL;
	bool attached;

	if (!pm) {
		mntput(mnt);
		return;
	}
	attached = pm->attached;
	unregister(pm);
	kfree(pm);
	if (attached)
		kern_unmount(mnt);
	else
		mntput(mnt);
}

#else

/* Take all private mounts of one superblock out of their namespace. */
static void detach_all(struct calm_sb *csb)
{
	struct private_mount *pm, *next;
	bool attached = false;

	list_for_each_entry_safe(pm, next, &csb->mounts, peer) {
		if (pm->attached) {
			WRITE_ONCE(real_mount(pm->mnt)->mnt_ns, NULL);
			attached = true;
		}
		unregister(pm);
		kfree(pm);
	}
	/*
	 * One grace period for all: whoever saw a namespace has dropped its
	 * reference by now, whoever comes later takes the long path. Expedited,
	 * since umount(2) waits here and later kernels do the same.
	 */
	if (attached)
		synchronize_rcu_expedited();
}

/**
 * calm_mntput - put a mount from a file that clones private mounts
 * @mnt: a private mount, a mount of the user's, or NULL
 *
 * Stands in for mntput() in upstream's super.c. Overlayfs puts its private
 * mounts only when it gives up the whole superblock, so the first one to
 * arrive takes all of them out of their namespace; the others then find the
 * registry empty and are put at once.
 *
 * Context: process context, may sleep.
 */
void calm_mntput(struct vfsmount *mnt)
{
	struct private_mount *pm = mnt ? lookup(mnt) : NULL;

	if (pm)
		detach_all(pm->csb);
	mntput(mnt);
}

#endif
