// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: the order of things. See init.h for the map. */

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "init.h"

static void power_off(void) __attribute__((noreturn));
static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

void fatal(const char *fmt, ...)
{
	/* <2>: shown on the console whatever the log level. */
	char text[512] = "<2>ovl-init: giving up: ";
	size_t len = strlen(text);
	va_list ap;
	int fd;

	va_start(ap, fmt);
	vsnprintf(text + len, sizeof(text) - len - 1, fmt, ap);
	va_end(ap);
	strcat(text, "\n");
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		dprintf(STDERR_FILENO, "%s", text + 3);
	sleep(1); /* the console is a slow serial line */
	power_off();
}

int main(void)
{
	struct config cfg;
	unsigned int cases;
	int out;

	if (getpid() != 1) {
		fprintf(stderr,
			"ovl-init: this is PID 1 of a test guest; start one with test/guest/run\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	boot_mount_kernel_fs();
	config_read(&cfg, "/ovl-run");
	boot_load_modules("/modules");
	tap_open(boot_open_port("ovl.tap"));
	if (cfg.probe) {
		tap_result(true, "probe: the guest reached user space");
		tap_verdict(0);
		sleep(1);
		power_off();
	}
	out = boot_open_port("ovl.out");
	if (out < 0)
		fatal("no virtio-serial port 'ovl.out'");
	boot_enter_root(cfg.root);
	boot_settings();
	kmsg_open();
	cleanup_remember_mounts();
	cases = cases_run(&cfg, out);
	tap_verdict(cases);
	/* The host reads both ports to their end; let the last bytes leave the guest first. */
	close(out);
	sleep(1);
	power_off();
}
