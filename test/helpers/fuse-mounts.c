// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuse-mounts cycle DIR COUNT [COMMAND]: mounts FUSE on DIR and unmounts it, COUNT times. In
 * between it runs COMMAND with sh, with the name of the mount's bdi in FUSE_BDI. fuse-mounts hold
 * DIR COUNT: mounts FUSE on DIR/0 to DIR/<COUNT - 1>, says "ready", unmounts when its standard
 * input ends.
 *
 * Nobody serves these mounts: making one needs no server. Works as root of a user namespace, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what, const char *object)
{
	fprintf(stderr, "fuse-mounts: %s %s: %s\n", what, object, strerror(errno));
	exit(1);
}

static int mount_on(const char *dir)
{
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("cannot open", "/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%u,group_id=%u", fd,
		 getuid(), getgid());
	if (mount("fuse-mounts", dir, "fuse", MS_NOSUID | MS_NODEV, options))
		die("cannot mount FUSE on", dir);
	return fd;
}

/* Without its device the connection is dead, and nobody waits for an answer. */
static void unmount(const char *dir, int fd)
{
	close(fd);
	if (umount2(dir, 0))
		die("cannot unmount", dir);
}

/* stat() would wait for the server, so the number is read where no server is asked. */
static void find_bdi(const char *path, char *bdi)
{
	char line[4096], number[32], target[2048];
	FILE *file = fopen("/proc/self/mountinfo", "re");

	*bdi = '\0';
	if (!file)
		die("cannot read", "/proc/self/mountinfo");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*u %*u %31s %*s %2047s", number, target) == 2 &&
		    strcmp(target, path) == 0)
			strcpy(bdi, number);
	}
	fclose(file);
}

static void cycle(const char *dir, int count, const char *command)
{
	char bdi[32], path[4096];

	if (!realpath(dir, path))
		die("no directory", dir);
	for (int i = 0; i < count; i++) {
		int fd = mount_on(path);

		if (command) {
			find_bdi(path, bdi);
			setenv("FUSE_BDI", bdi, 1);
			if (system(command)) {
				errno = ECHILD;
				die("failed:", command);
			}
		}
		unmount(path, fd);
	}
}

static void hold(const char *dir, int count)
{
	int *fds = calloc(count, sizeof(*fds));
	char path[4096];

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%d", dir, i);
		if (mkdir(path, 0755) && errno != EEXIST)
			die("cannot make directory", path);
		fds[i] = mount_on(path);
	}
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%d", dir, i);
		unmount(path, fds[i]);
		rmdir(path);
	}
	free(fds);
}

int main(int argc, char **argv)
{
	int count = argc > 3 ? atoi(argv[3]) : 0;

	if (count > 0 && argc <= 5 && strcmp(argv[1], "cycle") == 0) {
		cycle(argv[2], count, argv[4]);
	} else if (count > 0 && argc == 4 && strcmp(argv[1], "hold") == 0) {
		hold(argv[2], count);
	} else {
		fputs("usage: fuse-mounts cycle DIR COUNT [COMMAND] | hold DIR COUNT\n", stderr);
		return 2;
	}
	return 0;
}
