// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 20

static double clock_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static unsigned int width(const struct progress *p)
{
	struct winsize size;

	if (ioctl(fileno(p->out), TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

void progress_line(const struct progress *p, double now, unsigned int columns, char *text,
		   size_t size)
{
	unsigned int filled = p->steps ? p->done * BAR_WIDTH / p->steps : 0;
	char left[32] = "";
	int length;

	if (p->done)
		snprintf(left, sizeof(left), ", %.0f s left",
			 (now - p->started) / p->done * (p->steps - p->done));
	length = snprintf(text, size, "[%.*s%.*s] %3u%% %s%s", (int)filled, "####################",
			  (int)(BAR_WIDTH - filled), "....................",
			  p->steps ? p->done * 100 / p->steps : 0, p->what, left);
	/* A line that wraps could not be removed again. */
	if (length > 0 && columns && (unsigned int)length >= columns && columns <= size)
		text[columns - 1] = '\0';
}

static void draw(const struct progress *p)
{
	char text[256];

	if (!p->out)
		return;
	progress_line(p, clock_now(), width(p), text, sizeof(text));
	fprintf(p->out, "\r\033[K%s", text);
	fflush(p->out);
}

void progress_begin(struct progress *p, FILE *out, unsigned int steps)
{
	*p = (struct progress){ .steps = steps, .started = clock_now() };
	if (isatty(fileno(out)))
		p->out = out;
	draw(p);
}

void progress_what(struct progress *p, const char *op, unsigned int tasks)
{
	snprintf(p->what, sizeof(p->what), "%s, %u task%s", op, tasks, tasks == 1 ? "" : "s");
	draw(p);
}

void progress_step(struct progress *p)
{
	if (p->done < p->steps)
		p->done++;
	draw(p);
}

void progress_end(struct progress *p)
{
	if (!p->out)
		return;
	fputs("\r\033[K", p->out);
	fflush(p->out);
	p->out = NULL;
}
