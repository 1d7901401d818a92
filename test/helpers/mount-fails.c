// SPDX-License-Identifier: GPL-2.0-only
/*
 * mount-fails TARGET OPTIONS TIMES: mounts an overlay that must not mount.
 *
 * Calls mount(2) TIMES times and expects the same error each time; prints that
 * error's text once. Exit: 0 when it failed alike every time; 1 when a mount
 * worked (it is unmounted again) or the error changed; 2 usage.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

int main(int argc, char **argv)
{
	unsigned long times, i;
	int first = 0;

	if (argc != 4 || (times = strtoul(argv[3], NULL, 10)) == 0) {
		fprintf(stderr, "usage: mount-fails TARGET OPTIONS TIMES\n");
		return 2;
	}
	for (i = 0; i < times; i++) {
		if (mount("overlay", argv[1], "overlay", 0, argv[2]) == 0) {
			umount2(argv[1], MNT_DETACH);
			printf("mounted\n");
			return 1;
		}
		if (i == 0) {
			first = errno;
		} else if (errno != first) {
			printf("%s, later", strerror(first));
			printf(" %s\n", strerror(errno));
			return 1;
		}
	}
	printf("%s\n", strerror(first));
	return 0;
}
