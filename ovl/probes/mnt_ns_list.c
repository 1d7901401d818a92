// SPDX-License-Identifier: GPL-2.0-only
/* Up to 6.7: mounts hang on a list; later in a tree, empty when zero. */
#include "fs/mount.h"

void calm_probe(struct mnt_namespace *ns);

void calm_probe(struct mnt_namespace *ns)
{
	INIT_LIST_HEAD(&ns->list);
}
