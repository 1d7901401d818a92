/* SPDX-License-Identifier: GPL-2.0-only */
/* A signal that asks to stop is a wish, so that a program can undo what it made before it ends. */
#ifndef COMMON_STOP_SIGNALS_H
#define COMMON_STOP_SIGNALS_H

#include <signal.h>

/* Number of the signal that asked us to stop, or 0. Checked wherever we wait. */
extern volatile sig_atomic_t stop_signal;

/**
 * stop_signals_catch - from now on signals that would end the program only set stop_signal
 *
 * What was ignored stays ignored, as SIGHUP under nohup. SIGPIPE is ignored, too: a closed standard
 * output is then a write error, and not an end without tidying up.
 */
void stop_signals_catch(void);

/**
 * stop_signals_obey - end by the signal that asked for it, so that the caller of the program sees
 * which
 *
 * Returns only when no signal did.
 */
void stop_signals_obey(void);

#endif
