/* SPDX-License-Identifier: GPL-2.0-only */
/* An estimate of a connection's bandwidth that idle time does not lower. */
#ifndef FUSE_CALM_IDLE_BANDWIDTH_H
#define FUSE_CALM_IDLE_BANDWIDTH_H

struct backing_dev_info;

void calm_idle_ends(struct backing_dev_info *bdi);

#endif
