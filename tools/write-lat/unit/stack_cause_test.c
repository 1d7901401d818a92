// SPDX-License-Identifier: GPL-2.0-only
/* Stacks, innermost first, of kernels 3.10 to 7.3. */
#include "unit.h"

#include "causes.h"

#define WRITE_OF(...) cause_of((const char *const[]){ __VA_ARGS__, NULL }, CALL_WRITE)
#define SYNC_OF(...)  cause_of((const char *const[]){ __VA_ARGS__, NULL }, CALL_FSYNC)

static enum cause cause_of(const char *const *frames, enum call_kind kind)
{
	size_t count = 0;

	while (frames[count])
		count++;
	return cause_of_stack(frames, count, kind);
}

static void partial_blocks(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("__schedule", "schedule", "io_schedule", "bit_wait_io",
				  "__wait_on_bit", "out_of_line_wait_on_bit", "__wait_on_buffer",
				  "ext4_block_write_begin", "ext4_da_write_begin",
				  "generic_perform_write"),
			 CAUSE_RMW);
	assert_int_equal(WRITE_OF("schedule_timeout", "io_schedule_timeout",
				  "wait_for_completion_io", "submit_bio_wait",
				  "iomap_bio_read_folio_range_sync", "iomap_write_begin"),
			 CAUSE_RMW);
	assert_int_equal(WRITE_OF("schedule", "io_schedule", "folio_wait_bit_common",
				  "__folio_lock", "prepare_uptodate_folio", "btrfs_buffered_write"),
			 CAUSE_RMW);
	/* Without a sign of the caller. */
	assert_int_equal(WRITE_OF("io_schedule", "__wait_on_buffer"), CAUSE_RMW);
	assert_int_equal(SYNC_OF("io_schedule", "__wait_on_buffer"), CAUSE_UNKNOWN);
}

/* Each series of kernels has its own way to read a block of xfs before a part of it is overwritten.
 */
static void partial_blocks_of_xfs(void **state)
{
	(void)state;
	/* 5.10 */
	assert_int_equal(WRITE_OF("__schedule", "schedule", "schedule_timeout",
				  "io_schedule_timeout", "wait_for_completion_io",
				  "submit_bio_wait", "iomap_read_page_sync.isra.0",
				  "iomap_write_begin.constprop.0", "iomap_write_actor",
				  "iomap_apply", "iomap_file_buffered_write",
				  "xfs_file_buffered_aio_write", "new_sync_write"),
			 CAUSE_RMW);
	/* 6.1 and 6.12 */
	assert_int_equal(WRITE_OF("__schedule", "schedule", "schedule_timeout",
				  "io_schedule_timeout", "__wait_for_common", "submit_bio_wait",
				  "__iomap_write_begin", "iomap_write_begin", "iomap_write_iter",
				  "iomap_file_buffered_write", "xfs_file_buffered_write"),
			 CAUSE_RMW);
	/* 7.3 */
	assert_int_equal(WRITE_OF("__schedule", "schedule", "blk_io_schedule", "submit_bio_wait",
				  "iomap_bio_read_folio_range_sync", "iomap_write_iter",
				  "iomap_file_buffered_write", "xfs_file_buffered_write"),
			 CAUSE_RMW);
}

/* One name is enough, whichever the compiler left: the others may be inlined or without a symbol.
 */
static void one_name_tells_partial_blocks_of_xfs(void **state)
{
	static const char *const names[] = {
		"iomap_read_page_sync",
		"iomap_read_folio_sync.isra.0",
		"__iomap_write_begin",
		"iomap_write_begin.constprop.0",
		"submit_bio_wait",
		"iomap_bio_read_folio_range",
		"iomap_bio_read_folio_range_sync",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *const frames[] = { "schedule", NULL, names[i], NULL,
					       "xfs_file_buffered_write" };

		assert_int_equal(cause_of_stack(frames, 5, CALL_WRITE), CAUSE_RMW);
		assert_int_equal(cause_of_stack(frames, 5, CALL_PWRITE64), CAUSE_RMW);
	}
	/* The same functions further out do not hide what is waited for inside. */
	assert_int_equal(WRITE_OF("io_schedule", "folio_wait_bit_common", "__filemap_get_folio",
				  "iomap_write_begin", "xfs_file_buffered_write"),
			 CAUSE_PAGE_LOCK);
	assert_int_equal(WRITE_OF("schedule", "rwsem_down_write_slowpath", "down_write",
				  "xfs_ilock", "xfs_buffered_write_iomap_begin", "iomap_iter",
				  "iomap_file_buffered_write"),
			 CAUSE_INODE_LOCK);
	assert_int_equal(WRITE_OF("schedule", "xlog_grant_head_wait", "xfs_log_reserve",
				  "xfs_trans_reserve", "xfs_buffered_write_iomap_begin",
				  "iomap_write_begin"),
			 CAUSE_JOURNAL);
	/* fsync reads no block in order to change it. */
	assert_int_equal(SYNC_OF("schedule", "submit_bio_wait", "xfs_file_fsync"), CAUSE_UNKNOWN);
}

static void metadata_is_no_partial_block(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("io_schedule", "__wait_on_buffer", "__read_extent_tree_block",
				  "ext4_find_extent", "ext4_ext_map_blocks", "ext4_map_blocks",
				  "ext4_da_get_block_prep", "__block_write_begin_int"),
			 CAUSE_METADATA);
	assert_int_equal(WRITE_OF("schedule", "wait_for_completion", "xfs_buf_iowait",
				  "_xfs_buf_read", "xfs_bmapi_read", "iomap_write_begin"),
			 CAUSE_METADATA);
}

static void waits_inside_of_write_begin(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("io_schedule", "folio_wait_bit_common", "folio_wait_bit",
				  "folio_wait_writeback", "folio_wait_stable",
				  "__filemap_get_folio", "iomap_write_begin"),
			 CAUSE_WRITEBACK);
	assert_int_equal(WRITE_OF("io_schedule", "folio_wait_bit_common", "__filemap_get_folio",
				  "pagecache_get_page", "ext4_da_write_begin"),
			 CAUSE_PAGE_LOCK);
	assert_int_equal(WRITE_OF("io_schedule", "wait_on_page_bit_common", "__lock_page",
				  "pagecache_get_page", "grab_cache_page_write_begin",
				  "ext4_da_write_begin"),
			 CAUSE_PAGE_LOCK);
	assert_int_equal(WRITE_OF("io_schedule", "folio_wait_bit_common", "folio_wait_bit"),
			 CAUSE_WRITEBACK);
}

static void throttling_dominates(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("schedule", "schedule_timeout", "io_schedule_timeout",
				  "balance_dirty_pages.isra.0", "balance_dirty_pages_ratelimited",
				  "fuse_perform_write"),
			 CAUSE_THROTTLE);
}

static void reclaim_dominates(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("io_schedule", "folio_wait_bit", "folio_wait_writeback",
				  "shrink_folio_list", "shrink_lruvec", "do_try_to_free_pages",
				  "try_to_free_mem_cgroup_pages", "try_charge_memcg",
				  "iomap_write_begin"),
			 CAUSE_MEMORY);
}

static void whose_lock(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("__schedule", "schedule", "rwsem_down_write_slowpath",
				  "down_write", "ext4_buffered_write_iter", "vfs_write"),
			 CAUSE_INODE_LOCK);
	assert_int_equal(WRITE_OF("schedule_preempt_disabled", "rwsem_down_write_slowpath",
				  "down_write", "xfs_ilock", "xfs_file_buffered_write"),
			 CAUSE_INODE_LOCK);
	assert_int_equal(WRITE_OF("schedule", "__mutex_lock_slowpath", "mutex_lock",
				  "generic_file_aio_write"),
			 CAUSE_INODE_LOCK);
	/* A file's position, the memory map, a block map. */
	assert_int_equal(WRITE_OF("schedule", "__mutex_lock.constprop.0", "mutex_lock",
				  "__fdget_pos", "ksys_write"),
			 CAUSE_OTHER);
	assert_int_equal(
		SYNC_OF("schedule", "rwsem_down_read_slowpath", "down_read", "__do_sys_msync"),
		CAUSE_OTHER);
	assert_int_equal(WRITE_OF("schedule", "rwsem_down_write_slowpath", "down_write",
				  "ext4_map_blocks", "__block_write_begin_int"),
			 CAUSE_METADATA);
}

static void journals(void **state)
{
	(void)state;
	assert_int_equal(WRITE_OF("io_schedule", "bit_wait_io", "out_of_line_wait_on_bit",
				  "do_get_write_access", "jbd2_journal_get_write_access",
				  "ext4_reserve_inode_write"),
			 CAUSE_JOURNAL);
	assert_int_equal(SYNC_OF("schedule", "jbd2_log_wait_commit", "ext4_sync_file"),
			 CAUSE_JOURNAL);
	assert_int_equal(WRITE_OF("io_schedule", "__wait_on_buffer", "jbd2_log_do_checkpoint",
				  "__jbd2_log_wait_for_space", "add_transaction_credits"),
			 CAUSE_JOURNAL);
	assert_int_equal(
		SYNC_OF("schedule", "xlog_wait_on_iclog", "xfs_log_force_seq", "xfs_file_fsync"),
		CAUSE_JOURNAL);
}

static void frozen_and_fuse_and_flush(void **state)
{
	(void)state;
	assert_int_equal(
		WRITE_OF("schedule", "percpu_rwsem_wait", "__percpu_down_read", "vfs_write"),
		CAUSE_FROZEN);
	assert_int_equal(SYNC_OF("schedule", "request_wait_answer", "fuse_simple_request",
				 "fuse_fsync_common", "fuse_fsync"),
			 CAUSE_FUSE);
	/* From 6.16 on FUSE pages are under writeback like any. */
	assert_int_equal(SYNC_OF("io_schedule", "folio_wait_bit", "folio_wait_writeback",
				 "__filemap_fdatawait_range", "file_write_and_wait_range",
				 "fuse_fsync"),
			 CAUSE_FUSE);
	assert_int_equal(SYNC_OF("io_schedule_timeout", "submit_bio_wait", "blkdev_issue_flush",
				 "ext4_sync_file"),
			 CAUSE_FLUSH);
}

static void nothing_known(void **state)
{
	const char *const frames[] = { NULL, "schedule", NULL, "pipe_write" };

	(void)state;
	assert_int_equal(cause_of_stack(frames, 4, CALL_WRITE), CAUSE_UNKNOWN);
	assert_int_equal(cause_of_stack(NULL, 0, CALL_WRITE), CAUSE_UNKNOWN);
	/* A name that only begins like one that is known. */
	assert_int_equal(WRITE_OF("schedule", "submit_bio_waiter"), CAUSE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(partial_blocks),
		cmocka_unit_test(partial_blocks_of_xfs),
		cmocka_unit_test(one_name_tells_partial_blocks_of_xfs),
		cmocka_unit_test(metadata_is_no_partial_block),
		cmocka_unit_test(waits_inside_of_write_begin),
		cmocka_unit_test(throttling_dominates),
		cmocka_unit_test(reclaim_dominates),
		cmocka_unit_test(whose_lock),
		cmocka_unit_test(journals),
		cmocka_unit_test(frozen_and_fuse_and_flush),
		cmocka_unit_test(nothing_known),
	};

	return cmocka_run_group_tests_name("causes of stacks", tests, NULL, NULL);
}
