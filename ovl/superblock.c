// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides state of our own for each overlay superblock.
 *
 * struct ovl_fs stays as upstream made it. Our state embeds a copy of the
 * superblock's operations, and sb->s_op points to that copy: container_of()
 * leads from any superblock to its state with no lock and no table.
 *
 * It is born before upstream's fill_super, so that the mounts that are cloned
 * in there can be told whose they are, and dies after upstream's put_super (or
 * after a failed fill_super, for which put_super is not called).
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ovl_calm.h"
#include "redirects/fill_super.h"

/*
 * clone_private_mount() is not told which superblock it works for; the task
 * that calls it is inside fill_super of exactly one. An entry lives on the
 * stack of that task.
 */
struct filling {
	struct list_head list;
	const struct task_struct *task;
	struct calm_sb *csb;
};

static DEFINE_SPINLOCK(filling_lock);
static LIST_HEAD(filling_list);

/**
 * calm_sb_filling - the state of the superblock that this task is filling
 *
 * Context: process context.
 * Return: the state, or NULL outside of fill_super and when there was no
 * memory for one.
 */
struct calm_sb *calm_sb_filling(void)
{
	struct calm_sb *csb = NULL;
	struct filling *f;

	spin_lock(&filling_lock);
	list_for_each_entry(f, &filling_list, list) {
		if (f->task == current) {
			csb = f->csb;
			break;
		}
	}
	spin_unlock(&filling_lock);
	return csb;
}

static void filling_start(struct filling *f)
{
	f->task = current;
	f->csb = kzalloc(sizeof(*f->csb), GFP_KERNEL);
	if (f->csb)
		private_mount_prepare(f->csb, calm_param_private_ns());
	else
		pr_warn("out of memory: an overlay is mounted without its fast paths\n");

	spin_lock(&filling_lock);
	list_add(&f->list, &filling_list);
	spin_unlock(&filling_lock);
}

static void calm_sb_free(struct calm_sb *csb)
{
	private_mount_finish(csb);
	mounter_cred_finish(csb);
	kfree_rcu(csb, rcu);
}

static int filling_end(struct filling *f, struct super_block *sb, int err)
{
	struct calm_sb *csb = f->csb;

	spin_lock(&filling_lock);
	list_del(&f->list);
	spin_unlock(&filling_lock);

	if (!csb)
		return err;
	if (err) {
		/* upstream has put its mounts and will not see put_super */
		calm_sb_free(csb);
		return err;
	}

	mounter_cred_prepare(csb, sb, calm_param_cred_shards());
	csb->stock_op = sb->s_op;
	csb->s_op = *sb->s_op;
	csb->s_op.put_super = calm_put_super;
	sb->s_op = &csb->s_op;
	calm_sysfs_add(csb, sb);
	return 0;
}

/**
 * calm_put_super - end an overlay superblock, and ours with it
 * @sb: an overlay superblock, which is being unmounted
 *
 * Context: process context, may sleep, sb->s_umount held for write.
 */
void calm_put_super(struct super_block *sb)
{
	struct calm_sb *csb = container_of(sb->s_op, struct calm_sb, s_op);

	calm_sysfs_del(csb);
	mounter_cred_forget(csb);
	/*
	 * Inodes that upstream drops in there look up their operations
	 * through sb->s_op, which therefore must not dangle.
	 */
	WRITE_ONCE(sb->s_op, csb->stock_op);
	csb->stock_op->put_super(sb);
	calm_sb_free(csb);
}

#ifdef CALM_FILL_SUPER_TAKES_FS_CONTEXT

/**
 * ovl_fill_super - fill an overlay superblock, and ours with it
 * @sb: the new superblock
 * @fc: the mount being configured
 *
 * Takes the place of upstream's function of this name.
 *
 * Context: process context, may sleep, sb->s_umount held for write.
 * Return: what upstream's fill_super returns.
 */
int ovl_fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct filling f;

	filling_start(&f);
	return filling_end(&f, sb, ovl_fill_super_stock(sb, fc));
}

#else

/* Carries upstream's fill_super, which is static, through mount_nodev(). */
struct fill_call {
	calm_fill_super_t fill;
	void *data;
};

static int calm_fill_super(struct super_block *sb, void *data, int silent)
{
	struct fill_call *call = data;
	struct filling f;

	filling_start(&f);
	return filling_end(&f, sb, call->fill(sb, call->data, silent));
}

/**
 * calm_mount_nodev - mount an overlay with our state beside upstream's
 * @type: the overlay filesystem
 * @flags: mount flags
 * @data: mount options
 * @fill: upstream's fill_super
 *
 * Stands in for mount_nodev() in upstream's super.c.
 *
 * Context: process context, may sleep.
 * Return: the root dentry or an ERR_PTR, as mount_nodev().
 */
struct dentry *calm_mount_nodev(struct file_system_type *type, int flags, void *data,
				calm_fill_super_t fill)
{
	struct fill_call call = { .fill = fill, .data = data };

	return mount_nodev(type, flags, &call, calm_fill_super);
}

#endif
