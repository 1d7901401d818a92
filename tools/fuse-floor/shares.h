/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which part of the host's dirty limit each FUSE mount may count on.
 *
 * All numbers are in ppm (millionths) of the dirty limit: 10000 is 1 %.
 */
#ifndef FUSE_FLOOR_SHARES_H
#define FUSE_FLOOR_SHARES_H

#include <stddef.h>
#include <sys/types.h>

#define PPM_PER_PERCENT 10000
#define ALL_PPM		(100 * PPM_PER_PERCENT)

/* The kernel wants the sum over all devices below 100 %; this much stays free for others. */
#define RESERVED_PPM (5 * PPM_PER_PERCENT)

struct share_limits {
	unsigned int mount; /* one mount wants so much, and gets no more */
	unsigned int user;  /* all mounts of one ordinary user together */
	unsigned int users; /* all mounts of all ordinary users together */
	unsigned int total; /* all FUSE mounts together */
	unsigned int
		unit; /* what the kernel can be told in: 1, or 10000 where only whole percents */
};

struct share {
	uid_t owner;	     /* 0: root of the host; everybody else is an ordinary user */
	unsigned int most;   /* its max_ratio: the kernel refuses more */
	unsigned int result; /* what it gets */
};

/**
 * shares_divide - give each mount its share
 * @shares: owner and most are given, result is filled in; in the order in which they are served
 *	where there is not enough for all and the unit is coarse
 * @count: how many
 * @limits: see above
 * @others: sum of what other devices, and mounts that others look after, have already
 *
 * Mounts of the same kind get the same. An ordinary user with many mounts divides the user's
 * share by them; many such users divide the share of the users.
 */
void shares_divide(struct share *shares, size_t count, const struct share_limits *limits,
		   unsigned int others);

#endif
