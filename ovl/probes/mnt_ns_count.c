// SPDX-License-Identifier: GPL-2.0-only
/* Up to 5.10: the namespace has a count of its own. */
#include "fs/mount.h"

void calm_probe(struct mnt_namespace *ns);

void calm_probe(struct mnt_namespace *ns)
{
	atomic_set(&ns->count, 1);
}
