/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How upstream's fill_super is reached. Until 6.4 it is static and handed to
 * mount_nodev(); since then it is a function that params.c calls by name and
 * that Kbuild renames to ovl_fill_super_stock() in super.c alone.
 */
#ifndef OVL_CALM_REDIRECTS_FILL_SUPER_H
#define OVL_CALM_REDIRECTS_FILL_SUPER_H

struct dentry;
struct file_system_type;
struct fs_context;
struct super_block;

#ifdef CALM_FILL_SUPER_TAKES_FS_CONTEXT
int ovl_fill_super(struct super_block *sb, struct fs_context *fc);
int ovl_fill_super_stock(struct super_block *sb, struct fs_context *fc);
#else
typedef int (*calm_fill_super_t)(struct super_block *sb, void *data, int silent);

struct dentry *calm_mount_nodev(struct file_system_type *type, int flags, void *data,
				calm_fill_super_t fill);
#endif

#endif /* OVL_CALM_REDIRECTS_FILL_SUPER_H */
