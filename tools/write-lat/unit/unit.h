/* SPDX-License-Identifier: GPL-2.0-only */
/* What cmocka needs before it. */
#ifndef WRITE_LAT_UNIT_H
#define WRITE_LAT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
