// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads overlay.ko: our parameters and set-up around upstream's.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "ovl_calm.h"
#include "redirects/module_init.h"

static enum private_ns private_ns_param = PRIVATE_NS_AUTO;

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

static int private_ns_param_set(const char *val, const struct kernel_param *kp)
{
	int mode = val ? private_ns_from_name(val) : -EINVAL;

	if (mode < 0) {
		pr_err("private_ns=%s is not known: use auto, dummy, internal or none\n",
		       val ? val : "");
		return mode;
	}
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
