// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proves where the running kernel keeps mnt_ns before anything is written.
 *
 * struct mount is private to the kernel. We compile against fs/mount.h of its
 * source package, but nothing stops a kernel from having been built from other
 * sources than the package on the disk, and a write through a wrong offset
 * destroys memory. The kernel itself gives us two samples to compare:
 *
 * - a mount from kern_mount() holds MNT_NS_INTERNAL in mnt_ns, a value that no
 *   other word of the struct can have (it is no address and no plausible
 *   count);
 * - a mount from vfs_kern_mount() holds NULL there.
 *
 * Reading through a wrong offset harms nobody: both samples are live objects
 * as large as struct mount.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/user_namespace.h>

#include "fs/mount.h"
#include "ovl_calm.h"

/* Never a module, never configured out, mountable without options. */
#define SAMPLE_FS "ramfs"

static bool mount_proven;
static bool namespace_proven;

/**
 * layout_proven_mount - may we write mnt_ns of a struct mount?
 *
 * Context: any, after layout_proof_run().
 * Return: true when the running kernel's layout is the one compiled in.
 */
bool layout_proven_mount(void)
{
	return mount_proven;
}

/**
 * layout_proven_namespace - may we make a struct mnt_namespace?
 *
 * Context: any, after layout_proof_run().
 * Return: true when the running kernel's layout is the one compiled in.
 */
bool layout_proven_namespace(void)
{
	return namespace_proven;
}

static unsigned int words_that_hold(const struct mount *m, const void *value)
{
	const void * const *word = (const void * const *)m;
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < sizeof(*m) / sizeof(*word); i++)
		if (READ_ONCE(word[i]) == value)
			n++;
	return n;
}

static bool marked_in_slot_only(struct vfsmount *mnt)
{
	const struct mount *m = real_mount(mnt);

	return READ_ONCE(m->mnt_ns) == MNT_NS_INTERNAL &&
	       words_that_hold(m, MNT_NS_INTERNAL) == 1;
}

static bool null_in_slot(struct vfsmount *mnt)
{
	const struct mount *m = real_mount(mnt);

	return !READ_ONCE(m->mnt_ns) && !words_that_hold(m, MNT_NS_INTERNAL);
}

static bool prove_mount(struct file_system_type *type)
{
	struct vfsmount *marked, *bare;
	bool ok = false;

	marked = kern_mount(type);
	if (IS_ERR(marked))
		return false;
	bare = vfs_kern_mount(type, SB_KERNMOUNT, type->name, NULL);
	if (!IS_ERR(bare)) {
		ok = marked_in_slot_only(marked) && null_in_slot(bare);
		mntput(bare);
	}
	kern_unmount(marked);
	return ok;
}

/*
 * The loader's own namespace is a sample of a finished mnt_namespace. Whoever
 * may load modules is privileged in the initial user namespace, so unless the
 * loader sits in a mount namespace of some other user namespace, its owner is
 * known. When it is not, we lose the dummy, not safety.
 */
static bool prove_namespace(void)
{
	const struct mnt_namespace *ns = current->nsproxy->mnt_ns;

	return READ_ONCE(ns->user_ns) == &init_user_ns;
}

/**
 * layout_proof_run - compare the running kernel's layout with ours
 *
 * Says so once when they differ; the module then does what the stock module
 * does.
 *
 * Context: process context at module load, may sleep.
 */
void layout_proof_run(void)
{
	struct file_system_type *type = get_fs_type(SAMPLE_FS);

	if (type) {
		mount_proven = prove_mount(type);
		module_put(type->owner);
	}
	namespace_proven = mount_proven && prove_namespace();

	if (!mount_proven)
		pr_warn("struct mount of the running kernel is not the one this module was built with: private mounts stay as in the stock module. Install the source package of exactly this kernel and rebuild.\n");
	else if (!namespace_proven)
		pr_info("struct mnt_namespace could not be verified: using MNT_NS_INTERNAL instead of a dummy namespace\n");
}
