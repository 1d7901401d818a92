// SPDX-License-Identifier: GPL-2.0-only
/* Lets /sys/module/virtiofs/version tell our virtiofs.ko from the stock one. */
#include <linux/module.h>

MODULE_VERSION(CALM_VERSION);
