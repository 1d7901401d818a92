// SPDX-License-Identifier: GPL-2.0-only
/*
 * mount-cycles BASE LAYERS CYCLES [hold]: mount and unmount an overlay again
 * and again.
 *
 * Makes LAYERS lower directories, an upper, a work directory and a mount point
 * below BASE (an existing directory). Each cycle mounts the overlay, reads the
 * merged root, copies a lower file up, and unmounts; with `hold` it keeps a
 * lower file, an upper file and the root open and a mapping in place across a
 * lazy umount, and lets go afterwards. Leaves only the directories behind.
 *
 * Exit: 0 when every cycle worked, 1 with the failing step otherwise, 2 usage.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* mount(2) takes one page of options. */
static char options[4096];
static unsigned int cycle;

static void die(const char *what)
{
	fprintf(stderr, "mount-cycles: cycle %u: cannot %s: %s\n", cycle, what, strerror(errno));
	umount2("m", MNT_DETACH);
	exit(1);
}

static void need(int ok, const char *what)
{
	if (!ok)
		die(what);
}

static int put_file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

	if (fd < 0 || write(fd, "x", 1) != 1)
		return 0;
	return close(fd) == 0;
}

/* Short names relative to the working directory: 500 of them fit the page. */
static void make_layers(unsigned int layers)
{
	size_t used = snprintf(options, sizeof(options), "upperdir=u,workdir=w,lowerdir=");
	unsigned int i;
	char path[32];

	need(mkdir("u", 0755) == 0 || errno == EEXIST, "make u");
	need(mkdir("w", 0755) == 0 || errno == EEXIST, "make w");
	need(mkdir("m", 0755) == 0 || errno == EEXIST, "make m");
	for (i = 0; i < layers; i++) {
		snprintf(path, sizeof(path), "%x", i);
		need(mkdir(path, 0755) == 0 || errno == EEXIST, "make a lower directory");
		snprintf(path, sizeof(path), "%x/f%x", i, i);
		need(put_file(path), "write a lower file");
		used += snprintf(options + used, sizeof(options) - used, "%s%x", i ? ":" : "", i);
		if (used >= sizeof(options)) {
			errno = E2BIG;
			die("fit the layers into one page of options");
		}
	}
}

static void read_root(unsigned int layers)
{
	DIR *dir = opendir("m");
	unsigned int n = 0;
	struct dirent *e;

	need(dir != NULL, "open the merged root");
	while ((e = readdir(dir)))
		n += e->d_name[0] == 'f';
	closedir(dir);
	if (n < layers) {
		errno = ENOENT;
		die("see every layer in the merged root");
	}
}

static void one_cycle(unsigned int layers, int hold)
{
	int lower, upper, root;
	void *map;

	need(mount("overlay", "m", "overlay", 0, options) == 0, "mount");
	read_root(layers);
	need(put_file("m/f0"), "copy a lower file up");
	if (!hold) {
		need(umount2("m", 0) == 0, "unmount");
		need(unlink("u/f0") == 0, "remove the copied file");
		return;
	}
	lower = open(layers > 1 ? "m/f1" : "m/f0", O_RDONLY);
	upper = open("m/f0", O_RDWR);
	root = open("m", O_RDONLY | O_DIRECTORY);
	need(lower >= 0 && upper >= 0 && root >= 0, "open files");
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, lower, 0);
	need(map != MAP_FAILED, "map a lower file");
	close(lower);
	need(umount2("m", MNT_DETACH) == 0, "unmount lazily");
	need(pwrite(upper, "y", 1, 0) == 1, "write after the lazy umount");
	need(*(volatile char *)map != 0, "read the mapping");
	need(faccessat(root, "f0", R_OK, 0) == 0, "look a file up after the lazy umount");
	munmap(map, 4096);
	close(upper);
	close(root);
	need(unlink("u/f0") == 0, "remove the copied file");
}

int main(int argc, char **argv)
{
	unsigned long layers, cycles;
	int hold = argc == 5 && strcmp(argv[4], "hold") == 0;

	if ((argc != 4 && !hold) || (layers = strtoul(argv[2], NULL, 10)) == 0 ||
	    (cycles = strtoul(argv[3], NULL, 10)) == 0) {
		fprintf(stderr, "usage: mount-cycles BASE LAYERS CYCLES [hold]\n");
		return 2;
	}
	need(chdir(argv[1]) == 0, "enter the base directory");
	make_layers(layers);
	for (cycle = 1; cycle <= cycles; cycle++)
		one_cycle(layers, hold);
	return 0;
}
