// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides /sys/fs/overlay/<major:minor>/, one directory for each overlay.
 *
 * The name is the device number that stat(1) and /proc/self/mountinfo show for
 * the mount.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "ovl_calm.h"

static struct kobject *calm_root;

struct calm_attr {
	struct attribute attr;
	ssize_t (*show)(const struct calm_sb *csb, char *buf);
};

static ssize_t private_ns_show(const struct calm_sb *csb, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", private_ns_name(csb->private_ns));
}

static ssize_t private_mounts_show(const struct calm_sb *csb, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%u\n", csb->nr_mounts);
}

static ssize_t cred_shards_show(const struct calm_sb *csb, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%u\n", csb->nr_creds);
}

static struct calm_attr private_ns_attr = {
	.attr = { .name = "private_ns", .mode = 0444 },
	.show = private_ns_show,
};

static struct calm_attr private_mounts_attr = {
	.attr = { .name = "private_mounts", .mode = 0444 },
	.show = private_mounts_show,
};

static struct calm_attr cred_shards_attr = {
	.attr = { .name = "cred_shards", .mode = 0444 },
	.show = cred_shards_show,
};

static const struct attribute *calm_attrs[] = {
	&private_ns_attr.attr,
	&private_mounts_attr.attr,
	&cred_shards_attr.attr,
	NULL,
};

static ssize_t calm_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct calm_attr *a = container_of(attr, struct calm_attr, attr);

	return a->show(container_of(kobj, struct calm_sb, kobj), buf);
}

static const struct sysfs_ops calm_sysfs_ops = {
	.show = calm_attr_show,
};

static void calm_kobj_release(struct kobject *kobj)
{
	complete(&container_of(kobj, struct calm_sb, kobj)->kobj_gone);
}

static struct kobj_type calm_ktype = {
	.sysfs_ops = &calm_sysfs_ops,
	.release = calm_kobj_release,
};

/**
 * calm_sysfs_init - make /sys/fs/overlay
 *
 * Context: process context at module load, may sleep.
 * Return: 0 or -ENOMEM.
 */
int calm_sysfs_init(void)
{
	calm_root = kobject_create_and_add("overlay", fs_kobj);
	return calm_root ? 0 : -ENOMEM;
}

/**
 * calm_sysfs_exit - remove /sys/fs/overlay
 *
 * Context: process context at module unload, may sleep.
 */
void calm_sysfs_exit(void)
{
	kobject_put(calm_root);
}

/**
 * calm_sysfs_add - show a mounted overlay
 * @csb: its state
 * @sb: its superblock, whose device number gives the name
 *
 * An overlay that cannot be shown still works, so failure is only reported.
 *
 * Context: process context, may sleep.
 */
void calm_sysfs_add(struct calm_sb *csb, struct super_block *sb)
{
	int err;

	init_completion(&csb->kobj_gone);
	csb->has_kobj = true;
	err = kobject_init_and_add(&csb->kobj, &calm_ktype, calm_root, "%u:%u",
				   MAJOR(sb->s_dev), MINOR(sb->s_dev));
	if (!err)
		err = sysfs_create_files(&csb->kobj, calm_attrs);
	if (err) {
		pr_warn("no /sys/fs/overlay/%u:%u (error %d)\n",
			MAJOR(sb->s_dev), MINOR(sb->s_dev), err);
		calm_sysfs_del(csb);
	}
}

/**
 * calm_sysfs_del - stop showing an overlay
 * @csb: its state
 *
 * On return no reader of its files is left, so @csb may be freed.
 *
 * Context: process context, may sleep until the last reader has left.
 */
void calm_sysfs_del(struct calm_sb *csb)
{
	if (!csb->has_kobj)
		return;
	kobject_del(&csb->kobj);
	kobject_put(&csb->kobj);
	wait_for_completion(&csb->kobj_gone);
	csb->has_kobj = false;
}
