// SPDX-License-Identifier: GPL-2.0-only
/* 6.8: real files are opened by the VFS on behalf of stacking filesystems. */
#include <linux/backing-file.h>

void *calm_probe(void);

void *calm_probe(void)
{
	return backing_file_open;
}
