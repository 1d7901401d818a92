// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads overlay.ko: our parameters and set-up around upstream's.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/stringify.h>

#include "ovl_calm.h"
#include "redirects/module_init.h"

/* More than any machine has CPUs, so that a slip of the keyboard is noticed. */
#define CRED_SHARDS_MAX 8192

/* As much of a refused value as is worth a place in the kernel log. */
#define SHOWN_CHARS 32

static enum private_ns private_ns_param = PRIVATE_NS_AUTO;
static int cred_shards_param = CRED_SHARDS_AUTO;

/**
 * calm_param_private_ns - the private_ns parameter as it stands
 *
 * Context: any.
 * Return: one of enum private_ns.
 */
enum private_ns calm_param_private_ns(void)
{
	return READ_ONCE(private_ns_param);
}

/**
 * calm_param_cred_shards - the cred_shards parameter as it stands
 *
 * Context: any.
 * Return: a number of copies, or CRED_SHARDS_AUTO.
 */
int calm_param_cred_shards(void)
{
	return READ_ONCE(cred_shards_param);
}

static int refuse(const char *name, const char *val, const char *choices)
{
	/* what is written to sysfs ends with a newline */
	int len = val ? min_t(size_t, strcspn(val, "\n"), SHOWN_CHARS) : 0;

	pr_err("%s=%.*s is not known: use %s\n", name, len, val ? val : "", choices);
	return -EINVAL;
}

static int private_ns_param_set(const char *val, const struct kernel_param *kp)
{
	int mode = val ? private_ns_from_name(val) : -EINVAL;

	if (mode < 0)
		return refuse("private_ns", val, "auto, dummy, internal or none");
	WRITE_ONCE(private_ns_param, mode);
	return 0;
}

static int private_ns_param_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", private_ns_name(calm_param_private_ns()));
}

static const struct kernel_param_ops private_ns_param_ops = {
	.set = private_ns_param_set,
	.get = private_ns_param_get,
};

module_param_cb(private_ns, &private_ns_param_ops, NULL, 0644);
MODULE_PARM_DESC(private_ns, "Namespace of private mounts, read at mount time: auto, dummy, internal, none (default auto)");

static int cred_shards_param_set(const char *val, const struct kernel_param *kp)
{
	unsigned int n;

	if (val && sysfs_streq(val, "auto")) {
		WRITE_ONCE(cred_shards_param, CRED_SHARDS_AUTO);
		return 0;
	}
	if (!val || kstrtouint(val, 10, &n) || n > CRED_SHARDS_MAX)
		return refuse("cred_shards", val, "auto or a number from 0 to "
			      __stringify(CRED_SHARDS_MAX));
	WRITE_ONCE(cred_shards_param, n);
	return 0;
}

static int cred_shards_param_get(char *buf, const struct kernel_param *kp)
{
	int n = calm_param_cred_shards();

	if (n == CRED_SHARDS_AUTO)
		return scnprintf(buf, PAGE_SIZE, "auto\n");
	return scnprintf(buf, PAGE_SIZE, "%d\n", n);
}

static const struct kernel_param_ops cred_shards_param_ops = {
	.set = cred_shards_param_set,
	.get = cred_shards_param_get,
};

module_param_cb(cred_shards, &cred_shards_param_ops, NULL, 0644);
MODULE_PARM_DESC(cred_shards, "Copies of the mounter's credentials, read at mount time: auto, or a number; 0 is stock behaviour (default auto)");

MODULE_VERSION(CALM_VERSION);

static int __init calm_init(void)
{
	int err;

	layout_proof_run();
	err = calm_sysfs_init();
	if (err)
		return err;
	err = ovl_stock_init();
	if (err)
		calm_sysfs_exit();
	return err;
}

static void __exit calm_exit(void)
{
	ovl_stock_exit();
	calm_sysfs_exit();
}

module_init(calm_init);
module_exit(calm_exit);
