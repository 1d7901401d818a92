/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included wherever upstream lets go of a superblock for good.
 */
#ifndef FUSE_CALM_REDIRECTS_KILL_SUPER_H
#define FUSE_CALM_REDIRECTS_KILL_SUPER_H

#include <linux/fs.h>

void calm_kill_anon_super(struct super_block *sb);
void calm_kill_block_super(struct super_block *sb);

#define kill_anon_super(sb) calm_kill_anon_super(sb)
#define kill_block_super(sb) calm_kill_block_super(sb)

#endif /* FUSE_CALM_REDIRECTS_KILL_SUPER_H */
