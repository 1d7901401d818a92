// SPDX-License-Identifier: GPL-2.0-only
#include "causes.h"

static const struct cause_text texts[CAUSES] = {
	[CAUSE_RMW] = { "read-modify-write", "read-modify-write of a block",
			"Blocks were overwritten in part and had to be read first. Write whole "
			"blocks "
			"at offsets that are multiples of the file system's block size, or read "
			"the "
			"range ahead (posix_fadvise(POSIX_FADV_WILLNEED), readahead(2)) before "
			"writing to it." },
	[CAUSE_THROTTLE] = { "dirty-throttling", "dirty throttling",
			     "More is dirtied than the device takes, or the limits are low: see "
			     "vm.dirty_bytes and vm.dirty_background_bytes, the memory limit of "
			     "the "
			     "cgroup, and for FUSE the bdi's min_ratio." },
	[CAUSE_PAGE_LOCK] = { "page-lock", "page lock",
			      "Another task reads, writes out or truncates the same page. Do not "
			      "write to a range that others read in at the same time." },
	[CAUSE_WRITEBACK] = { "page-under-writeback", "page under writeback",
			      "In fsync and msync: the device's own time for the data. In write: "
			      "stable pages, the page is on its way to the device; write less "
			      "often "
			      "to the same page." },
	[CAUSE_INODE_LOCK] = { "inode-lock", "inode lock",
			       "Several tasks write to one file, one at a time. Give each its own "
			       "file, or find the slow call of the one that holds the lock." },
	[CAUSE_JOURNAL] = { "journal", "journal",
			    "The journal commits or is full: fewer fsync calls on the same file "
			    "system, a larger journal, or a journal on a faster device." },
	[CAUSE_MEMORY] = { "memory-reclaim", "memory reclaim",
			   "No free memory for the page cache: see the memory limit of the cgroup "
			   "and "
			   "vm.min_free_kbytes." },
	[CAUSE_METADATA] = { "metadata-read", "metadata read or allocation",
			     "Bitmaps or extent blocks had to be read: allocate the file ahead "
			     "(fallocate(1)) or keep the file system warm." },
	[CAUSE_FROZEN] = { "frozen", "frozen file system",
			   "The file system was frozen (fsfreeze(8), a snapshot)." },
	[CAUSE_FUSE] = { "fuse-server", "FUSE server",
			 "The FUSE server has not answered: look at what it waits for." },
	[CAUSE_FLUSH] = { "device-flush", "device cache flush",
			  "The device empties its cache: fewer fsync calls, or a device with a "
			  "cache "
			  "that survives a loss of power." },
	[CAUSE_CPU] = { "cpu", "on a CPU or waiting for one", NULL },
	[CAUSE_OTHER] = { "other", "other", NULL },
};

static const char *const kind_names[CALL_KINDS] = {
	[CALL_WRITE] = "write",		[CALL_PWRITE64] = "pwrite64", [CALL_WRITEV] = "writev",
	[CALL_PWRITEV] = "pwritev",	[CALL_PWRITEV2] = "pwritev2", [CALL_FSYNC] = "fsync",
	[CALL_FDATASYNC] = "fdatasync", [CALL_MSYNC] = "msync",
};

/* Names over time: 3.10 to 7.3. Statics may be inlined, so that an outer function comes last. */
static const struct wait_probe probes[] = {
	{ .name = "buffer",
	  .cause = CAUSE_RMW,
	  .in_sync = CAUSE_OTHER,
	  .functions = { "__wait_on_buffer" } },
	{ .name = "bio",
	  .cause = CAUSE_RMW,
	  .in_sync = CAUSE_FLUSH,
	  .functions = { "submit_bio_wait" } },
	{ .name = "throttle",
	  .cause = CAUSE_THROTTLE,
	  .in_sync = CAUSE_THROTTLE,
	  .dominates = true,
	  .functions = { "balance_dirty_pages" } },
	{ .name = "page_lock",
	  .cause = CAUSE_PAGE_LOCK,
	  .in_sync = CAUSE_PAGE_LOCK,
	  .functions = { "__folio_lock", "__lock_page" } },
	{ .name = "writeback",
	  .cause = CAUSE_WRITEBACK,
	  .in_sync = CAUSE_WRITEBACK,
	  .functions = { "folio_wait_bit", "wait_on_page_bit", "folio_wait_writeback",
			 "wait_on_page_writeback" } },
	{ .name = "inode_lock",
	  .cause = CAUSE_INODE_LOCK,
	  .in_sync = CAUSE_INODE_LOCK,
	  .functions = { "rwsem_down_write_slowpath", "rwsem_down_write_failed",
			 "__mutex_lock_slowpath" } },
	{ .name = "inode_lock_shared",
	  .cause = CAUSE_INODE_LOCK,
	  .in_sync = CAUSE_INODE_LOCK,
	  .functions = { "rwsem_down_read_slowpath", "rwsem_down_read_failed" } },
	{ .name = "journal_start",
	  .cause = CAUSE_JOURNAL,
	  .in_sync = CAUSE_JOURNAL,
	  .dominates = true,
	  .module = "jbd2",
	  .functions = { "wait_transaction_locked", "start_this_handle" } },
	{ .name = "journal_space",
	  .cause = CAUSE_JOURNAL,
	  .in_sync = CAUSE_JOURNAL,
	  .dominates = true,
	  .module = "jbd2",
	  .functions = { "__jbd2_log_wait_for_space", "jbd2_log_do_checkpoint" } },
	{ .name = "journal_commit",
	  .cause = CAUSE_JOURNAL,
	  .in_sync = CAUSE_JOURNAL,
	  .dominates = true,
	  .module = "jbd2",
	  .functions = { "jbd2_log_wait_commit" } },
	{ .name = "log_space",
	  .cause = CAUSE_JOURNAL,
	  .in_sync = CAUSE_JOURNAL,
	  .dominates = true,
	  .module = "xfs",
	  .functions = { "xlog_grant_head_wait", "xlog_grant_head_check" } },
	{ .name = "log_force",
	  .cause = CAUSE_JOURNAL,
	  .in_sync = CAUSE_JOURNAL,
	  .dominates = true,
	  .module = "xfs",
	  .functions = { "xfs_log_force_seq", "xfs_log_force_lsn", "_xfs_log_force_lsn" } },
	{ .name = "frozen",
	  .cause = CAUSE_FROZEN,
	  .in_sync = CAUSE_FROZEN,
	  .functions = { "percpu_rwsem_wait", "__percpu_down_read", "__sb_start_write" } },
	{ .name = "fuse_answer",
	  .cause = CAUSE_FUSE,
	  .in_sync = CAUSE_FUSE,
	  .dominates = true,
	  .module = "fuse",
	  .functions = { "request_wait_answer", "__fuse_request_send", "__fuse_simple_request",
			 "fuse_simple_request" } },
	{ .name = "fuse_quiet",
	  .cause = CAUSE_FUSE,
	  .in_sync = CAUSE_FUSE,
	  .dominates = true,
	  .module = "fuse",
	  .functions = { "fuse_set_nowrite", "fuse_sync_writes" } },
	{ .name = "reclaim",
	  .cause = CAUSE_MEMORY,
	  .in_sync = CAUSE_MEMORY,
	  .dominates = true,
	  .system = "vmscan",
	  .begin_event = "mm_vmscan_direct_reclaim_begin",
	  .end_event = "mm_vmscan_direct_reclaim_end" },
	{ .name = "memcg_reclaim",
	  .cause = CAUSE_MEMORY,
	  .in_sync = CAUSE_MEMORY,
	  .dominates = true,
	  .system = "vmscan",
	  .begin_event = "mm_vmscan_memcg_reclaim_begin",
	  .end_event = "mm_vmscan_memcg_reclaim_end" },
};

const struct cause_text *cause_text(enum cause cause)
{
	return &texts[cause];
}

const char *call_kind_name(enum call_kind kind)
{
	return kind_names[kind];
}

bool call_kind_writes(enum call_kind kind)
{
	return kind < CALL_FSYNC;
}

const struct wait_probe *wait_probes(size_t *count)
{
	*count = sizeof(probes) / sizeof(probes[0]);
	return probes;
}
