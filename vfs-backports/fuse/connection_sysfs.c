// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides /sys/fs/fuse/writeback/<major:minor>/, one directory for each
 * connection, named like its directory in /sys/class/bdi.
 */
#include <linux/capability.h>
#include <linux/kdev_t.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "fuse_calm.h"
#include "redirects/inode.h"

#undef kobject_create_and_add

static struct kobject *calm_root;

struct calm_attr {
	struct attribute attr;
	ssize_t (*show)(struct calm_conn *conn, char *buf);
	ssize_t (*store)(struct calm_conn *conn, const char *buf, size_t count);
};

static ssize_t policy_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", calm_policy_name(READ_ONCE(conn->policy)));
}

static ssize_t policy_store(struct calm_conn *conn, const char *buf, size_t count)
{
	int policy = calm_policy_from_name(buf);
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (policy < 0) {
		pr_err("policy of FUSE %u:%u: use floor, trusted or strict\n",
		       MAJOR(conn->dev), MINOR(conn->dev));
		return policy;
	}
	mutex_lock(&calm_mutex);
	err = calm_policy_set(conn, policy);
	mutex_unlock(&calm_mutex);
	if (err == -EOPNOTSUPP)
		pr_err("policy of FUSE %u:%u: this kernel's FUSE cannot be trusted: use floor or strict\n",
		       MAJOR(conn->dev), MINOR(conn->dev));
	else if (err)
		pr_err("policy of FUSE %u:%u: set its bdi's min_ratio to 0 first (error %d)\n",
		       MAJOR(conn->dev), MINOR(conn->dev), err);
	return err ? err : count;
}

static ssize_t mounted_by_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", conn->by_root ? "root" : "user");
}

static ssize_t floor_percent_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%u\n", READ_ONCE(conn->floor));
}

static ssize_t strictlimit_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%d\n",
			 !!(READ_ONCE(conn->bdi->capabilities) & BDI_CAP_STRICTLIMIT));
}

static ssize_t dirty_pages_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%lu\n", calm_bdi_dirty(conn->bdi));
}

static ssize_t in_flight_pages_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%lu\n", calm_bdi_in_flight(conn->bdi));
}

static ssize_t counted_pages_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%lu\n", READ_ONCE(conn->nr_counted));
}

static ssize_t oldest_write_ms_show(struct calm_conn *conn, char *buf)
{
	return scnprintf(buf, PAGE_SIZE, "%lu\n", calm_trusted_oldest_ms(conn));
}

static ssize_t watchdog_show(struct calm_conn *conn, char *buf)
{
	static const char *const names[] = {
		[WATCHDOG_OFF] = "off",
		[WATCHDOG_ON] = "on",
		[WATCHDOG_FIRED] = "fired",
	};

	return scnprintf(buf, PAGE_SIZE, "%s\n", names[READ_ONCE(conn->watchdog)]);
}

#define CALM_ATTR_RO(_name) \
	static struct calm_attr _name##_attr = { \
		.attr = { .name = #_name, .mode = 0444 }, \
		.show = _name##_show, \
	}

CALM_ATTR_RO(mounted_by);
CALM_ATTR_RO(floor_percent);
CALM_ATTR_RO(strictlimit);
CALM_ATTR_RO(dirty_pages);
CALM_ATTR_RO(in_flight_pages);
CALM_ATTR_RO(counted_pages);
CALM_ATTR_RO(oldest_write_ms);
CALM_ATTR_RO(watchdog);

static struct calm_attr policy_attr = {
	.attr = { .name = "policy", .mode = 0644 },
	.show = policy_show,
	.store = policy_store,
};

static const struct attribute *calm_attrs[] = {
	&policy_attr.attr,
	&mounted_by_attr.attr,
	&floor_percent_attr.attr,
	&strictlimit_attr.attr,
	&dirty_pages_attr.attr,
	&in_flight_pages_attr.attr,
	&counted_pages_attr.attr,
	&oldest_write_ms_attr.attr,
	&watchdog_attr.attr,
	NULL,
};

static ssize_t calm_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct calm_attr *a = container_of(attr, struct calm_attr, attr);

	return a->show(container_of(kobj, struct calm_conn, kobj), buf);
}

static ssize_t calm_attr_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			       size_t count)
{
	const struct calm_attr *a = container_of(attr, struct calm_attr, attr);

	if (!a->store)
		return -EIO;
	return a->store(container_of(kobj, struct calm_conn, kobj), buf, count);
}

static const struct sysfs_ops calm_sysfs_ops = {
	.show = calm_attr_show,
	.store = calm_attr_store,
};

static void calm_kobj_release(struct kobject *kobj)
{
	complete(&container_of(kobj, struct calm_conn, kobj)->kobj_gone);
}

static struct kobj_type calm_ktype = {
	.sysfs_ops = &calm_sysfs_ops,
	.release = calm_kobj_release,
};

/**
 * calm_fuse_kobject - make /sys/fs/fuse, and our directory in it
 * @name: what upstream calls it
 * @parent: where upstream puts it
 *
 * Stands in for kobject_create_and_add() in upstream's inode.c.
 *
 * Context: process context, may sleep.
 * Return: upstream's object, or NULL.
 */
struct kobject *calm_fuse_kobject(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kobject_create_and_add(name, parent);

	if (kobj && parent == fs_kobj) {
		calm_root = kobject_create_and_add("writeback", kobj);
		if (!calm_root)
			pr_warn("no /sys/fs/fuse/writeback: out of memory\n");
	}
	return kobj;
}

/**
 * calm_sysfs_exit - remove /sys/fs/fuse/writeback
 *
 * Context: process context at module unload, may sleep.
 */
void calm_sysfs_exit(void)
{
	kobject_put(calm_root);
	calm_root = NULL;
}

/**
 * calm_sysfs_add - show a connection
 * @conn: its state
 *
 * A connection that cannot be shown still works, so failure is only reported.
 *
 * Context: process context, may sleep.
 */
void calm_sysfs_add(struct calm_conn *conn)
{
	int err;

	if (!calm_root)
		return;
	init_completion(&conn->kobj_gone);
	conn->has_kobj = true;
	err = kobject_init_and_add(&conn->kobj, &calm_ktype, calm_root, "%u:%u",
				   MAJOR(conn->dev), MINOR(conn->dev));
	if (!err)
		err = sysfs_create_files(&conn->kobj, calm_attrs);
	if (err) {
		pr_warn("no /sys/fs/fuse/writeback/%u:%u (error %d)\n",
			MAJOR(conn->dev), MINOR(conn->dev), err);
		calm_sysfs_del(conn);
	}
}

/**
 * calm_sysfs_del - stop showing a connection
 * @conn: its state
 *
 * On return no reader or writer of its files is left.
 *
 * Context: process context, may sleep until the last of them has left.
 */
void calm_sysfs_del(struct calm_conn *conn)
{
	if (!conn->has_kobj)
		return;
	kobject_del(&conn->kobj);
	kobject_put(&conn->kobj);
	wait_for_completion(&conn->kobj_gone);
	conn->has_kobj = false;
}
