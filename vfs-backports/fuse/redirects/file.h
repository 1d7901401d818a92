/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included into upstream's file.c: where pages become dirty, and where
 * the temporary copies that are being written are counted.
 */
#ifndef FUSE_CALM_REDIRECTS_FILE_H
#define FUSE_CALM_REDIRECTS_FILE_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/vmstat.h>
#include <linux/writeback.h>

/* These two stand in an initialiser, so the macros cannot have arguments. */
#ifdef CALM_DIRTY_FOLIO
bool calm_dirty_folio(struct address_space *mapping, struct folio *folio);
#define filemap_dirty_folio calm_dirty_folio
#else
int calm_set_page_dirty(struct page *page);
#define __set_page_dirty_nobuffers calm_set_page_dirty
#endif

#ifdef CALM_TEMP_PAGES
void calm_temp_page_inc(struct inode *inode, struct page *page);
void calm_temp_page_dec(struct page *page);

/* All of them count NR_WRITEBACK_TEMP; where they inc, inode is the page's. */
#ifdef CALM_TEMP_PAGES_BY_ZONE
#define inc_zone_page_state(page, item) calm_temp_page_inc(inode, page)
#define dec_zone_page_state(page, item) calm_temp_page_dec(page)
#else
#define inc_node_page_state(page, item) calm_temp_page_inc(inode, page)
#define dec_node_page_state(page, item) calm_temp_page_dec(page)
#endif
#endif

#endif /* FUSE_CALM_REDIRECTS_FILE_H */
