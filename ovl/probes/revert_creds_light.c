// SPDX-License-Identifier: GPL-2.0-only
/* 6.13 only: override_creds() counts and overlayfs uses a variant that does not. */
#include <linux/cred.h>

void *calm_probe(void);

/* Its address: an undeclared function could be called, and -w would hide it. */
void *calm_probe(void)
{
	return revert_creds_light;
}
