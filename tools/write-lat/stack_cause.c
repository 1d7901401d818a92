// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a stack says. Three ranks of functions: what dominates decides from anywhere in the stack;
 * else the innermost function with a meaning of its own; else the way of waiting itself.
 */
#include "causes.h"

#include <string.h>

struct rule {
	const char *name; /* with '*' at its end: begins so */
	enum cause cause;
};

static const struct rule dominating[] = {
	{ "try_to_free_pages", CAUSE_MEMORY },
	{ "try_to_free_mem_cgroup_pages", CAUSE_MEMORY },
	{ "__alloc_pages_direct_*", CAUSE_MEMORY },
	{ "__alloc_pages_slowpath*", CAUSE_MEMORY },
	{ "mem_cgroup_handle_over_high", CAUSE_MEMORY },
	{ "__mem_cgroup_handle_over_high", CAUSE_MEMORY },
	{ "mem_cgroup_oom*", CAUSE_MEMORY },
	{ "balance_dirty_pages*", CAUSE_THROTTLE },
	{ "fuse_fsync*", CAUSE_FUSE },
	{ "fuse_dir_fsync", CAUSE_FUSE },
	{ "fuse_wait_on_page_writeback", CAUSE_FUSE },
	{ "fuse_wait_on_folio_writeback", CAUSE_FUSE },
	/* btrfs and others lock the page to learn that its read has ended. */
	{ "prepare_uptodate_*", CAUSE_RMW },
};

static const struct rule meaningful[] = {
	{ "__lock_page*", CAUSE_PAGE_LOCK },
	{ "__folio_lock*", CAUSE_PAGE_LOCK },
	/* The lock's slow path is inlined here; what else waits inside has a name of its own. */
	{ "__filemap_get_folio*", CAUSE_PAGE_LOCK },
	{ "pagecache_get_page*", CAUSE_PAGE_LOCK },
	{ "wait_on_page_writeback*", CAUSE_WRITEBACK },
	{ "folio_wait_writeback*", CAUSE_WRITEBACK },
	{ "wait_for_stable_page", CAUSE_WRITEBACK },
	{ "folio_wait_stable", CAUSE_WRITEBACK },
	{ "percpu_rwsem_wait", CAUSE_FROZEN },
	{ "__percpu_down_read*", CAUSE_FROZEN },
	{ "__sb_start_write", CAUSE_FROZEN },
	{ "jbd2_*", CAUSE_JOURNAL },
	{ "__jbd2_*", CAUSE_JOURNAL },
	{ "start_this_handle*", CAUSE_JOURNAL },
	{ "wait_transaction_*", CAUSE_JOURNAL },
	{ "add_transaction_credits*", CAUSE_JOURNAL },
	{ "do_get_write_access*", CAUSE_JOURNAL },
	{ "xlog_*", CAUSE_JOURNAL },
	{ "xfs_log_*", CAUSE_JOURNAL },
	{ "_xfs_log_*", CAUSE_JOURNAL },
	{ "ext4_map_blocks*", CAUSE_METADATA },
	{ "ext4_ext_map_blocks*", CAUSE_METADATA },
	{ "ext4_da_map_blocks*", CAUSE_METADATA },
	{ "ext4_mb_*", CAUSE_METADATA },
	{ "ext4_wait_block_bitmap", CAUSE_METADATA },
	{ "ext4_read_*", CAUSE_METADATA },
	{ "__ext4_get_inode_loc*", CAUSE_METADATA },
	{ "read_extent_tree_block*", CAUSE_METADATA },
	{ "__read_extent_tree_block*", CAUSE_METADATA },
	{ "xfs_buf_*", CAUSE_METADATA },
	{ "_xfs_buf_*", CAUSE_METADATA },
	{ "xfs_bmapi_*", CAUSE_METADATA },
	{ "read_tree_block", CAUSE_METADATA },
	{ "btrfs_search_slot", CAUSE_METADATA },
	{ "__block_write_begin*", CAUSE_RMW },
	{ "block_write_begin*", CAUSE_RMW },
	{ "ext4_block_write_begin*", CAUSE_RMW },
	{ "__iomap_write_begin*", CAUSE_RMW },
	{ "iomap_write_begin*", CAUSE_RMW },
	{ "iomap_bio_read_folio_range*", CAUSE_RMW },
	{ "iomap_read_folio_sync*", CAUSE_RMW },
	{ "iomap_read_page_sync*", CAUSE_RMW },
	{ "blkdev_issue_flush", CAUSE_FLUSH },
	{ "request_wait_answer*", CAUSE_FUSE },
	{ "__fuse_request_send*", CAUSE_FUSE },
	{ "__fuse_simple_request*", CAUSE_FUSE },
	{ "fuse_simple_request", CAUSE_FUSE },
	{ "fuse_set_nowrite", CAUSE_FUSE },
	{ "fuse_sync_writes", CAUSE_FUSE },
};

static const struct rule waiting[] = {
	{ "__wait_on_buffer", CAUSE_RMW },
	{ "submit_bio_wait", CAUSE_RMW },
	{ "folio_wait_bit", CAUSE_WRITEBACK },
	{ "wait_on_page_bit", CAUSE_WRITEBACK },
};

/* The functions of the locks themselves: whose lock it is tells the one that called them. */
static const char *const locking[] = {
	"schedule*",	"__schedule*",	"preempt_schedule*", "rwsem_*",
	"__rwsem_*",	"down_write*",	"down_read*",	     "__down_write*",
	"__down_read*", "call_rwsem_*", "__mutex_*",	     "mutex_*",
};

static bool matches(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	if (pattern[length - 1] == '*')
		return !strncmp(pattern, name, length - 1);
	if (strncmp(pattern, name, length))
		return false;
	/* What the compiler adds to the names of clones. */
	return !name[length] || name[length] == '.';
}

static enum cause look_up(const struct rule *rules, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(rules[i].name, name))
			return rules[i].cause;
	}
	return CAUSE_UNKNOWN;
}

#define LOOK_UP(rules, name) look_up(rules, sizeof(rules) / sizeof((rules)[0]), name)

static bool is_locking(const char *name, bool *lock)
{
	for (size_t i = 0; i < sizeof(locking) / sizeof(locking[0]); i++) {
		if (matches(locking[i], name)) {
			*lock |= !strstr(name, "schedule");
			return true;
		}
	}
	return false;
}

/* Of whoever takes inode->i_rwsem (before 4.7 i_mutex) for a write or an fsync. */
static bool takes_inode_lock(const char *name)
{
	static const char *const parts[] = { "write_iter", "aio_write", "fsync", "xfs_ilock",
					     "inode_lock" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(name, parts[i]))
			return true;
	}
	return matches("ext4_file_write*", name) || matches("xfs_file_*", name) ||
	       matches("btrfs_buffered_write*", name) || matches("fuse_cache_write*", name);
}

/* CAUSE_UNKNOWN when it waits for no lock. */
static enum cause cause_of_lock(const char *const *frames, size_t count)
{
	bool lock = false;

	for (size_t i = 0; i < count; i++) {
		if (!frames[i] || is_locking(frames[i], &lock))
			continue;
		if (!lock)
			return CAUSE_UNKNOWN;
		return takes_inode_lock(frames[i]) ? CAUSE_INODE_LOCK : CAUSE_OTHER;
	}
	return CAUSE_UNKNOWN;
}

enum cause cause_of_stack(const char *const *frames, size_t count, enum call_kind kind)
{
	enum cause cause, lock, first = CAUSE_UNKNOWN, way = CAUSE_UNKNOWN;

	for (size_t i = 0; i < count; i++) {
		if (!frames[i])
			continue;
		cause = LOOK_UP(dominating, frames[i]);
		if (cause != CAUSE_UNKNOWN)
			return cause;
		if (first == CAUSE_UNKNOWN)
			first = LOOK_UP(meaningful, frames[i]);
		if (way == CAUSE_UNKNOWN)
			way = LOOK_UP(waiting, frames[i]);
	}
	lock = cause_of_lock(frames, count);
	if (lock == CAUSE_INODE_LOCK)
		return lock;
	if (first != CAUSE_UNKNOWN)
		return first;
	if (lock != CAUSE_UNKNOWN)
		return lock;
	/* Reads are for partial blocks only where data comes in. */
	if (way == CAUSE_RMW && !call_kind_writes(kind))
		return CAUSE_UNKNOWN;
	return way;
}
