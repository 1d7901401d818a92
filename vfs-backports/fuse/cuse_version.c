// SPDX-License-Identifier: GPL-2.0-only
/* Lets /sys/module/cuse/version tell our cuse.ko from the stock one. */
#include <linux/module.h>

MODULE_VERSION(CALM_VERSION);
