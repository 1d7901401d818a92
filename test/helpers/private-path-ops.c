// SPDX-License-Identifier: GPL-2.0-only
/*
 * private-path-ops OVERLAY TARGET: what can user space do with the paths
 * through which an overlay's private mounts might show?
 *
 * Opens OVERLAY/file and OVERLAY/dir, maps the file, and tries to reach, copy,
 * move, bind and unmount whatever lies behind /proc/self/fd and
 * /proc/self/map_files. Prints one line for each attempt: object, operation,
 * result. No line holds an address, a number that changes from run to run or
 * a mount id, so two modules behave alike when their outputs are equal.
 *
 * TARGET is a directory in which mount points are made. All attempts happen in
 * a mount namespace of their own, so none of their effects stays. Exit: 0 when
 * every attempt was made, whatever its result; 1 when the set-up failed; 2 usage.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Values of the system call interface; older C libraries lack the names. */
#define TREE_CLONE	  1
#define MOVE_F_EMPTY_PATH 4
#define LSMT_ROOT_ID	  UINT64_MAX
#ifndef SYS_listmount
#define SYS_listmount 458
#endif

static char target_dir[PATH_MAX], target_file[PATH_MAX];

static void die(const char *what, const char *object)
{
	fprintf(stderr, "private-path-ops: cannot %s %s: %s\n", what, object, strerror(errno));
	exit(1);
}

static void report(const char *object, const char *operation, int failed)
{
	printf("%s %s: %s\n", object, operation, failed ? strerror(errno) : "done");
}

/* A move onto @target that works is undone at once. */
static void try_move(const char *object, const char *operation, int fd, const char *target)
{
	int failed = syscall(SYS_move_mount, fd, "", AT_FDCWD, target, MOVE_F_EMPTY_PATH);

	report(object, operation, failed);
	if (!failed)
		umount2(target, MNT_DETACH);
}

static void try_tree(const char *object, int fd, const char *target)
{
	int tree = syscall(SYS_open_tree, fd, "", AT_EMPTY_PATH);

	report(object, "open_tree", tree < 0);
	if (tree >= 0) {
		try_move(object, "move_mount of the open_tree", tree, target);
		close(tree);
	}
	tree = syscall(SYS_open_tree, fd, "", AT_EMPTY_PATH | TREE_CLONE);
	report(object, "open_tree clone", tree < 0);
	if (tree >= 0) {
		try_move(object, "move_mount of the clone", tree, target);
		close(tree);
	}
	try_move(object, "move_mount of the path", fd, target);
}

static void try_mount(const char *object, const char *path, const char *target)
{
	int failed = mount(path, target, NULL, MS_BIND, NULL);

	report(object, "bind mount from", failed);
	if (!failed)
		umount2(target, MNT_DETACH);
	failed = mount(target, path, NULL, MS_BIND, NULL);
	report(object, "bind mount onto", failed);
	if (!failed)
		umount2(path, MNT_DETACH);
	failed = mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
	report(object, "remount", failed);
	report(object, "umount", umount2(path, 0));
}

/* Tries everything on one path; @object names it in the output. */
static void try_path(const char *object, const char *path)
{
	char text[PATH_MAX] = "";
	const char *target;
	struct statfs fs;
	struct stat st;
	int fd;

	if (readlink(path, text, sizeof(text) - 1) < 0)
		report(object, "readlink", 1);
	else
		printf("%s readlink: %s\n", object, text);
	if (statfs(path, &fs) == 0)
		printf("%s statfs: type %lx\n", object, (unsigned long)fs.f_type);
	else
		report(object, "statfs", 1);
	if (stat(path, &st) != 0)
		die("stat", path);
	target = S_ISDIR(st.st_mode) ? target_dir : target_file;

	fd = open(path, O_RDONLY);
	report(object, "open", fd < 0);
	if (fd >= 0)
		close(fd);
	fd = open(path, O_PATH);
	report(object, "open O_PATH", fd < 0);
	if (fd >= 0) {
		try_tree(object, fd, target);
		close(fd);
	}
	try_mount(object, path, target);
}

/* The entry of /proc/self/map_files that covers @addr. */
static void map_files_path(const void *addr, char *path, size_t size)
{
	DIR *dir = opendir("/proc/self/map_files");
	struct dirent *e;

	if (!dir)
		die("open", "/proc/self/map_files");
	while ((e = readdir(dir))) {
		if (strtoull(e->d_name, NULL, 16) == (uintptr_t)addr) {
			snprintf(path, size, "/proc/self/map_files/%s", e->d_name);
			closedir(dir);
			return;
		}
	}
	errno = ENOENT;
	die("find the mapping in", "/proc/self/map_files");
}

static void count_mountinfo(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "r");
	unsigned int n = 0;
	int c;

	if (!f)
		die("open", "/proc/self/mountinfo");
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	printf("mountinfo lines: %u\n", n);
}

static void count_listmount(void)
{
	struct {
		uint32_t size, spare;
		uint64_t mnt_id, param;
	} req = { .size = sizeof(req), .mnt_id = LSMT_ROOT_ID };
	static uint64_t ids[4096];
	long n = syscall(SYS_listmount, &req, ids, sizeof(ids) / sizeof(*ids), 0);

	if (n < 0)
		report("listmount", "count", 1);
	else
		printf("listmount: %ld mounts\n", n);
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	int file, dir;
	void *map;

	if (argc != 3) {
		fprintf(stderr, "usage: private-path-ops OVERLAY TARGET\n");
		return 2;
	}
	snprintf(target_dir, sizeof(target_dir), "%s/target-dir", argv[2]);
	snprintf(target_file, sizeof(target_file), "%s/target-file", argv[2]);
	if (mkdir(target_dir, 0755) != 0 && errno != EEXIST)
		die("make", target_dir);
	file = open(target_file, O_CREAT | O_RDWR, 0644);
	if (file < 0)
		die("make", target_file);
	close(file);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		die("enter", "a mount namespace");

	snprintf(path, sizeof(path), "%s/file", argv[1]);
	file = open(path, O_RDONLY);
	if (file < 0)
		die("open", path);
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		die("map", path);
	map_files_path(map, path, sizeof(path));
	try_path("map_files", path);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	try_path("fd of a file", path);

	snprintf(path, sizeof(path), "%s/dir", argv[1]);
	dir = open(path, O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		die("open", path);
	syscall(SYS_getdents64, dir, path, sizeof(path));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir);
	try_path("fd of a directory", path);

	count_mountinfo();
	count_listmount();
	return 0;
}
