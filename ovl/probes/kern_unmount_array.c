// SPDX-License-Identifier: GPL-2.0-only
/* 5.8: overlayfs releases its mounts with one grace period for all. */
#include <linux/mount.h>

void *calm_probe(void);

/* Its address: an undeclared function could be called, and -w would hide it. */
void *calm_probe(void)
{
	return kern_unmount_array;
}
