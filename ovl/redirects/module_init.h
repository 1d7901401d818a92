/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Upstream's module_init() and module_exit() functions under names of ours.
 */
#ifndef OVL_CALM_REDIRECTS_MODULE_INIT_H
#define OVL_CALM_REDIRECTS_MODULE_INIT_H

int ovl_stock_init(void);
void ovl_stock_exit(void);

#endif /* OVL_CALM_REDIRECTS_MODULE_INIT_H */
