// SPDX-License-Identifier: GPL-2.0-only
#include "stop_signals.h"

#include <stddef.h>

volatile sig_atomic_t stop_signal;

static void remember_signal(int number)
{
	stop_signal = number;
}

void stop_signals_catch(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM };
	struct sigaction action = { .sa_handler = remember_signal };
	struct sigaction before;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!sigaction(numbers[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

void stop_signals_obey(void)
{
	if (!stop_signal)
		return;
	signal(stop_signal, SIG_DFL);
	raise(stop_signal);
}
