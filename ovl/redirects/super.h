/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included into upstream's super.c: the calls there that arrive in our
 * files instead. The headers come first, so that the macros meet call sites
 * only and never a declaration.
 */
#ifndef OVL_CALM_REDIRECTS_SUPER_H
#define OVL_CALM_REDIRECTS_SUPER_H

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/namei.h>

#include "fill_super.h"
#include "module_init.h"
#include "private_mount.h"

#ifndef CALM_FILL_SUPER_TAKES_FS_CONTEXT
#define mount_nodev(type, flags, data, fill) calm_mount_nodev(type, flags, data, fill)
#endif

/* Upstream's set-up becomes a part of ours. */
#undef module_init
#define module_init(fn) int __init ovl_stock_init(void) { return fn(); }
#undef module_exit
#define module_exit(fn) void __exit ovl_stock_exit(void) { fn(); }

#endif /* OVL_CALM_REDIRECTS_SUPER_H */
