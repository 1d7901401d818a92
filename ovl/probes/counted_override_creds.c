// SPDX-License-Identifier: GPL-2.0-only
/* Up to 6.12: a function that counts; later an inline, which cannot be weak. */
#include <linux/cred.h>

const struct cred *override_creds(const struct cred *cred) __weak;
