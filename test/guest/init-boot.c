// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: kernel filesystems, modules, the real root. */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "init.h"

#define NEW_ROOT "/new-root"

static void must_mount(const char *what, const char *where, const char *type, unsigned long flags,
		       const char *data)
{
	mkdir(where, 0755);
	if (mount(what, where, type, flags, data))
		fatal("cannot mount %s (%s) on %s: %s", what, type ? type : "move", where,
		      strerror(errno));
}

/* Not in every kernel: cgroup2 came with 4.5, tracefs with 4.1. */
static bool may_mount(const char *what, const char *where, const char *type)
{
	mkdir(where, 0755);
	return !mount(what, where, type, 0, NULL);
}

void boot_mount_kernel_fs(void)
{
	int fd;

	must_mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
	fd = open("/dev/console", O_RDWR | O_NOCTTY);
	if (fd >= 0) {
		dup2(fd, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		if (fd > STDERR_FILENO)
			close(fd);
	}
	must_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	must_mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static int is_module(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 3 && !strcmp(d->d_name + len - 3, ".ko");
}

/*
 * Loads every *.ko of @dir in the order of their names; whoever filled the directory numbered
 * them so that each comes after what it needs.
 */
void boot_load_modules(const char *dir)
{
	struct dirent **list;
	int i, n;

	n = scandir(dir, &list, is_module, alphasort);
	if (n < 0) /* a kernel with everything built in */
		return;
	for (i = 0; i < n; i++) {
		char path[512];
		int fd;

		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fatal("cannot open %s: %s", path, strerror(errno));
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST && errno != ENODEV)
			fatal("cannot load %s: %s", path, strerror(errno));
		close(fd);
		free(list[i]);
	}
	free(list);
}

/* The name is in sysfs, the device node in /dev; both appear some time after the driver. */
static int try_port(const char *name)
{
	static const char class_dir[] = "/sys/class/virtio-ports";
	struct dirent *d;
	int found = -1;
	DIR *dir;

	dir = opendir(class_dir);
	if (!dir)
		return -1;
	while (found < 0 && (d = readdir(dir))) {
		char path[512], value[64] = "";
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s/name", class_dir, d->d_name);
		f = fopen(path, "re");
		if (!f)
			continue;
		if (fgets(value, sizeof(value), f)) {
			value[strcspn(value, "\n")] = '\0';
			if (!strcmp(value, name)) {
				snprintf(path, sizeof(path), "/dev/%s", d->d_name);
				found = open(path, O_WRONLY | O_CLOEXEC);
			}
		}
		fclose(f);
	}
	closedir(dir);
	return found;
}

int boot_open_port(const char *name)
{
	int i, fd = -1;

	for (i = 0; i < 200; i++) {
		fd = try_port(name);
		if (fd >= 0)
			break;
		usleep(100000);
	}
	return fd;
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	strcpy(ifr.ifr_name, "lo");
	ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
}

/*
 * Makes @device the root and goes there as switch_root(8) would, but without starting another
 * program: this one is static and stays PID 1.
 */
void boot_enter_root(const char *device)
{
	struct stat st;
	int i;

	for (i = 0; stat(device, &st) && i < 200; i++)
		usleep(100000);
	if (i == 200)
		fatal("the root device %s never appeared", device);
	must_mount(device, NEW_ROOT, "ext4", MS_NOATIME, NULL);
	must_mount("tmpfs", NEW_ROOT "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
	if (!access("/inject", F_OK))
		must_mount("/inject", NEW_ROOT INJECT_DIR, NULL, MS_BIND, NULL);
	/* Of a kernel that is not the root's own. */
	if (!access("/inject/modules", F_OK))
		must_mount("/inject/modules", NEW_ROOT "/lib/modules", NULL, MS_BIND, NULL);
	must_mount("/dev", NEW_ROOT "/dev", NULL, MS_MOVE, NULL);
	must_mount("/proc", NEW_ROOT "/proc", NULL, MS_MOVE, NULL);
	must_mount("/sys", NEW_ROOT "/sys", NULL, MS_MOVE, NULL);
	if (chdir(NEW_ROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		fatal("cannot enter the root on %s: %s", device, strerror(errno));

	must_mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	must_mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		   "mode=0620,ptmxmode=0666");
	must_mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	if (may_mount("debugfs", "/sys/kernel/debug", "debugfs"))
		may_mount("tracefs", "/sys/kernel/tracing", "tracefs");
	may_mount("securityfs", "/sys/kernel/security", "securityfs");
	if (!may_mount("cgroup2", "/sys/fs/cgroup", "cgroup2"))
		may_mount("tmpfs", "/sys/fs/cgroup", "tmpfs");
	symlink("/proc/self/fd", "/dev/fd");
	symlink("fd/0", "/dev/stdin");
	symlink("fd/1", "/dev/stdout");
	symlink("fd/2", "/dev/stderr");
	if (sethostname("ovl-guest", 9))
		tap_note("cannot set the host name: %s", strerror(errno));
	loopback_up();
	mkdir(RUN_DIR, 0755);
	mkdir("/run/lock", 0755);
}

static void write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0) /* not in this kernel */
		return;
	if (write(fd, value, strlen(value)) < 0)
		tap_note("cannot set %s to %s: %s", path, value, strerror(errno));
	close(fd);
}

/*
 * What cannot be survived ends the guest at once, so the host sees a panic and not a timeout. The
 * time limits are long because an emulated CPU may wait for a real one.
 */
void boot_settings(void)
{
	static const struct {
		const char *path, *value;
	} settings[] = {
		{ "/proc/sys/kernel/panic", "-1" },
		{ "/proc/sys/kernel/panic_on_oops", "1" },
		{ "/proc/sys/kernel/watchdog_thresh", "60" },
		{ "/proc/sys/kernel/softlockup_panic", "1" },
		{ "/proc/sys/kernel/hardlockup_panic", "1" },
		{ "/proc/sys/kernel/hung_task_timeout_secs", "240" },
		{ "/proc/sys/kernel/hung_task_panic", "1" },
		{ "/proc/sys/kernel/panic_on_rcu_stall", "1" },
		{ "/proc/sys/kernel/sysrq", "1" },
		{ "/proc/sys/kernel/kptr_restrict", "0" },
		{ "/proc/sys/kernel/printk", "5 4 1 7" },
		/* A case that loops over a message must not hide the one that matters. */
		{ "/proc/sys/kernel/printk_ratelimit", "0" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		write_setting(settings[i].path, settings[i].value);
}
