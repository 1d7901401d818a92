// SPDX-License-Identifier: GPL-2.0-only
/* 5.14, EL8.6: time in which no inode is under writeback can count in a bdi's bandwidth. */
#include <linux/backing-dev.h>

int calm_probe(struct backing_dev_info *bdi);

int calm_probe(struct backing_dev_info *bdi)
{
	return atomic_read(&bdi->wb.writeback_inodes);
}
