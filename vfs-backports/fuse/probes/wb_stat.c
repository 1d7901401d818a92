// SPDX-License-Identifier: GPL-2.0-only
/* 4.2: the counters of a bdi are those of its struct bdi_writeback. */
#include <linux/backing-dev.h>

s64 calm_probe(struct backing_dev_info *bdi);

s64 calm_probe(struct backing_dev_info *bdi)
{
	return wb_stat_sum(&bdi->wb, WB_RECLAIMABLE);
}
