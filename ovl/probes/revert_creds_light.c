// SPDX-License-Identifier: GPL-2.0-only
/* 6.13 only: override_creds() counts and overlayfs uses a variant that does not. */
#include <linux/cred.h>

void calm_probe(const struct cred *cred);

void calm_probe(const struct cred *cred)
{
	revert_creds_light(cred);
}
