/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included into upstream's inode.c: the calls there that arrive in our
 * files instead. The headers come first, so that the macros meet call sites
 * only and never a declaration; fuse_i.h has an include guard.
 */
#ifndef FUSE_CALM_REDIRECTS_INODE_H
#define FUSE_CALM_REDIRECTS_INODE_H

#include <linux/backing-dev.h>
#include <linux/kobject.h>
#include <linux/module.h>

#include "fs/fuse/fuse_i.h"
#include "kill_super.h"
#include "module_init.h"

int calm_add_connection(struct fuse_conn *fc, struct super_block *sb);
struct kobject *calm_fuse_kobject(const char *name, struct kobject *parent);

/* Its one caller is fill_super, at its end: sb is the superblock being filled. */
#define fuse_ctl_add_conn(fc) calm_add_connection(fc, sb)

/* /sys/fs/fuse is made here. */
#define kobject_create_and_add(name, parent) calm_fuse_kobject(name, parent)

#ifdef CALM_SHARED_BDI
struct backing_dev_info *calm_share_bdi(struct backing_dev_info *bdi);
#define bdi_get(bdi) calm_share_bdi(bdi)
#endif

/* Upstream's set-up becomes a part of ours. */
#undef module_init
#define module_init(fn) int __init fuse_stock_init(void) { return fn(); }
#undef module_exit
#define module_exit(fn) void __exit fuse_stock_exit(void) { fn(); }

#endif /* FUSE_CALM_REDIRECTS_INODE_H */
