// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads fuse.ko: our parameters and set-up around upstream's.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "fuse_calm.h"
#include "redirects/module_init.h"

/* As much of a refused value as is worth a place in the kernel log. */
#define SHOWN_CHARS 32

/**
 * struct bounded - a number that is refused, with a word, when out of bounds
 * @value: as it stands
 * @min: the least
 * @max: the most
 */
struct bounded {
	unsigned int value;
	unsigned int min;
	unsigned int max;
};

static enum calm_policy writeback_param = POLICY_FLOOR;
static struct bounded floor_percent = { .value = 1, .min = 1, .max = 10 };
static struct bounded root_floors = { .value = 40, .min = 0, .max = 60 };
static struct bounded user_floors = { .value = 10, .min = 0, .max = 30 };
static struct bounded trusted_percent = { .value = 5, .min = 1, .max = 50 };
static struct bounded watchdog_seconds = { .value = 30, .min = 1, .max = 3600 };

/**
 * calm_param_writeback - the policy of connections mounted from now on
 *
 * Context: any.
 * Return: a policy.
 */
enum calm_policy calm_param_writeback(void)
{
	return READ_ONCE(writeback_param);
}

/**
 * calm_param_floor_percent - floor and bound of POLICY_FLOOR
 *
 * Context: any.
 * Return: percent of the dirty threshold.
 */
unsigned int calm_param_floor_percent(void)
{
	return READ_ONCE(floor_percent.value);
}

/**
 * calm_param_root_floors - what all floors of root's mounts may take together
 *
 * Context: any.
 * Return: percent of the dirty threshold.
 */
unsigned int calm_param_root_floors(void)
{
	return READ_ONCE(root_floors.value);
}

/**
 * calm_param_user_floors - what all floors of users' mounts may take together
 *
 * Context: any.
 * Return: percent of the dirty threshold.
 */
unsigned int calm_param_user_floors(void)
{
	return READ_ONCE(user_floors.value);
}

/**
 * calm_param_trusted_percent - what a trusted connection may hold without strictlimit
 *
 * Context: any.
 * Return: percent of RAM.
 */
unsigned int calm_param_trusted_percent(void)
{
	return READ_ONCE(trusted_percent.value);
}

/**
 * calm_param_watchdog_seconds - how long a trusted server may leave a write unanswered
 *
 * Context: any.
 * Return: seconds.
 */
unsigned int calm_param_watchdog_seconds(void)
{
	return READ_ONCE(watchdog_seconds.value);
}

/* What is written to sysfs ends with a newline. */
static int shown(const char *val)
{
	return val ? min_t(size_t, strcspn(val, "\n"), SHOWN_CHARS) : 0;
}

static int writeback_set(const char *val, const struct kernel_param *kp)
{
	int policy = val ? calm_policy_from_name(val) : -EINVAL;

	if (policy < 0) {
		pr_err("writeback=%.*s is not known: use floor, trusted or strict\n",
		       shown(val), val ? val : "");
		return policy;
	}
	WRITE_ONCE(writeback_param, policy);
	return 0;
}

static int writeback_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", calm_policy_name(calm_param_writeback()));
}

static const struct kernel_param_ops writeback_ops = {
	.set = writeback_set,
	.get = writeback_get,
};

static int bounded_set(const char *val, const struct kernel_param *kp)
{
	struct bounded *b = kp->arg;
	unsigned int n;

	if (!val || kstrtouint(val, 10, &n) || n < b->min || n > b->max) {
		pr_err("%s=%.*s is refused: use a number from %u to %u\n",
		       kp->name, shown(val), val ? val : "", b->min, b->max);
		return -EINVAL;
	}
	WRITE_ONCE(b->value, n);
	return 0;
}

static int bounded_get(char *buf, const struct kernel_param *kp)
{
	const struct bounded *b = kp->arg;

	return scnprintf(buf, PAGE_SIZE, "%u\n", READ_ONCE(b->value));
}

static const struct kernel_param_ops bounded_ops = {
	.set = bounded_set,
	.get = bounded_get,
};

module_param_cb(writeback, &writeback_ops, NULL, 0644);
MODULE_PARM_DESC(writeback, "Policy of connections mounted from now on: floor, trusted (root's mounts only), strict (default floor)");
module_param_cb(floor_percent, &bounded_ops, &floor_percent, 0644);
MODULE_PARM_DESC(floor_percent, "Floor and bound of the floor policy, percent of the dirty threshold (default 1)");
module_param_cb(root_floors, &bounded_ops, &root_floors, 0644);
MODULE_PARM_DESC(root_floors, "What the floors of root's mounts may take together, percent of the dirty threshold (default 40)");
module_param_cb(user_floors, &bounded_ops, &user_floors, 0644);
MODULE_PARM_DESC(user_floors, "What the floors of users' mounts may take together, percent of the dirty threshold (default 10)");
module_param_cb(trusted_percent, &bounded_ops, &trusted_percent, 0644);
MODULE_PARM_DESC(trusted_percent, "What a trusted connection may hold dirty and in flight without strictlimit, percent of RAM (default 5)");
module_param_cb(watchdog_seconds, &bounded_ops, &watchdog_seconds, 0644);
MODULE_PARM_DESC(watchdog_seconds, "A trusted connection whose server leaves a write unanswered for so many seconds becomes strict (default 30)");

MODULE_VERSION(CALM_VERSION);

static int __init calm_init(void)
{
	int err = fuse_stock_init();

	if (err)
		calm_sysfs_exit();
	return err;
}

static void __exit calm_exit(void)
{
	calm_sysfs_exit();
	fuse_stock_exit();
	calm_floor_exit();
}

module_init(calm_init);
module_exit(calm_exit);
