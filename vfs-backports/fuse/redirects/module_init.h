/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Upstream's module_init() and module_exit() functions under names of ours.
 */
#ifndef FUSE_CALM_REDIRECTS_MODULE_INIT_H
#define FUSE_CALM_REDIRECTS_MODULE_INIT_H

int fuse_stock_init(void);
void fuse_stock_exit(void);

#endif /* FUSE_CALM_REDIRECTS_MODULE_INIT_H */
