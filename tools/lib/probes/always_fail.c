// SPDX-License-Identifier: GPL-2.0-only
/* Must compile nowhere: else the probing itself is broken. */
#include <linux/module.h>

int calm_probe(void);

int calm_probe(void)
{
	return calm_no_such_symbol;
}
