// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bdis.h"
#include "fixture.h"
#include "global_state.h"

static struct bdi_list list;

/* A disk with a partition, a FUSE mount and a bdi that nobody mounted. */
static int machine(void **state)
{
	if (make_fixture(state))
		return -1;
	put("sys/class/bdi/254:0/min_ratio", "0\n");
	put("sys/class/bdi/254:0/max_ratio", "100\n");
	put("sys/kernel/debug/bdi/254:0/stats",
	    "BdiWriteback:              128 kB\nBdiReclaimable:           4096 kB\n"
	    "BdiDirtyThresh:         180000 kB\nDirtyThresh:            190000 kB\n"
	    "BdiWriteBandwidth:      102400 kBps\n");
	put("sys/class/bdi/0:45/min_ratio", "1\n");
	put("sys/class/bdi/0:45/max_ratio", "1\n");
	put("sys/class/bdi/0:45/strict_limit", "1\n");
	put("sys/class/bdi/7:0/min_ratio", "0\n");
	put("sys/class/bdi/0:50/min_ratio", "0\n");
	put("sys/class/bdi/0:51/min_ratio", "0\n");
	put("sys/fs/fuse/connections/50/waiting", "0\n");
	put("sys/devices/virtio1/vda/vda1/dev", "254:1\n");
	put_link("sys/devices/virtio1/vda/bdi", "../../virtual/bdi/254:0");
	put_link("sys/dev/block/254:1", "../../devices/virtio1/vda/vda1");
	put_link("sys/dev/block/254:0", "../../devices/virtio1/vda");
	put("proc/self/mountinfo", "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
				   "23 22 254:1 /x /srv/x rw - ext4 /dev/vda1 rw\n"
				   "24 22 0:45 / /mnt/f rw - fuse.bindfs bindfs rw\n"
				   "25 22 0:46 / /sys/fs/fuse/connections rw - fusectl fusectl rw\n"
				   "26 22 0:47 / /proc rw - proc proc rw\n");
	return !bdis_read(&list);
}

static int no_machine(void **state)
{
	bdis_free(&list);
	return remove_fixture(state);
}

static void a_partition_lies_on_its_disk(void **state)
{
	const struct bdi *disk = bdis_find(&list, "254:0");

	(void)state;
	assert_int_equal(list.count, 5);
	assert_non_null(disk);
	assert_string_equal(disk->mounts, "/,/srv/x");
	assert_string_equal(disk->device, "vda1");
	assert_false(disk->fuse);
}

static void what_the_kernel_counts_is_read(void **state)
{
	const struct bdi *disk = bdis_find(&list, "254:0");

	(void)state;
	assert_true(disk->counted);
	assert_int_equal(disk->dirty, 4096);
	assert_int_equal(disk->writeback, 128);
	assert_int_equal(disk->threshold, 180000);
	assert_int_equal(disk->bandwidth, 102400);
	assert_int_equal(disk->max_ratio, 100);
	assert_int_equal(disk->strict_limit, -1); /* this kernel does not tell */
	assert_true(list.debugfs);
}

static void fuse_is_known_by_its_mount(void **state)
{
	const struct bdi *fuse = bdis_find(&list, "0:45");

	(void)state;
	assert_true(fuse->fuse);
	assert_string_equal(fuse->device, "fuse.bindfs");
	assert_string_equal(fuse->mounts, "/mnt/f");
	assert_int_equal(fuse->min_ratio, 1);
	assert_int_equal(fuse->strict_limit, 1);
	assert_false(fuse->counted);
	/* Mounted where we cannot see it. */
	assert_true(bdis_find(&list, "0:50")->fuse);
	assert_false(bdis_find(&list, "0:51")->fuse);
}

static void what_nobody_mounted_has_no_mounts(void **state)
{
	(void)state;
	assert_string_equal(bdis_find(&list, "7:0")->mounts, "");
	assert_null(bdis_find(&list, "7:1"));
}

static void many_mounts_end_with_dots(void **state)
{
	char text[8192] = "", *end = text;

	(void)state;
	for (int i = 0; i < 60; i++)
		end += sprintf(end, "%d 1 254:1 / /containers/number-%d rw - ext4 /dev/vda1 rw\n",
			       100 + i, i);
	put("proc/self/mountinfo", text);
	bdis_free(&list);
	assert_true(bdis_read(&list));
	end = bdis_find(&list, "254:0")->mounts;
	assert_true(strlen(end) < sizeof(list.bdis->mounts));
	assert_string_equal(end + strlen(end) - 3, "...");
	assert_null(strstr(end, "......"));
}

static void without_sysfs_there_is_no_list(void **state)
{
	(void)state;
	bdis_free(&list);
	sources_root = "/nonexistent";
	assert_false(bdis_read(&list));
	sources_root = fixture_root;
}

static void the_hosts_figures_are_in_kib(void **state)
{
	struct global_state g;
	unsigned long long page_kib = sysconf(_SC_PAGESIZE) / 1024;

	(void)state;
	put("proc/vmstat", "nr_free_pages 7\nnr_dirty 100\nnr_writeback 20\nnr_writeback_temp 3\n"
			   "nr_dirty_threshold 4000\nnr_dirty_background_threshold 2000\n");
	assert_true(global_state_read(&g));
	assert_int_equal(g.dirty, 100 * page_kib);
	assert_int_equal(g.writeback, 20 * page_kib);
	assert_true(g.has_temp);
	assert_int_equal(g.writeback_temp, 3 * page_kib);
	assert_true(g.has_thresholds);
	assert_int_equal(g.threshold, 4000 * page_kib);
	assert_int_equal(g.background, 2000 * page_kib);
	put("proc/vmstat", "nr_dirty 100\nnr_writeback 20\n");
	assert_true(global_state_read(&g));
	assert_false(g.has_temp);
	assert_false(g.has_thresholds);
	put("proc/vmstat", "nr_dirty_threshold 5\n");
	assert_false(global_state_read(&g));
}

#define on_a_machine(test) cmocka_unit_test_setup_teardown(test, machine, no_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_a_machine(a_partition_lies_on_its_disk),
		on_a_machine(what_the_kernel_counts_is_read),
		on_a_machine(fuse_is_known_by_its_mount),
		on_a_machine(what_nobody_mounted_has_no_mounts),
		on_a_machine(many_mounts_end_with_dots),
		on_a_machine(without_sysfs_there_is_no_list),
		on_a_machine(the_hosts_figures_are_in_kib),
	};

	return cmocka_run_group_tests_name("bdis", tests, NULL, NULL);
}
