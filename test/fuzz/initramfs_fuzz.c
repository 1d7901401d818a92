// SPDX-License-Identifier: GPL-2.0-only
/* ovl-doctor reads the initramfs of each kernel, and one may be half written. */
#include "fuzz.h"

#include <sys/stat.h>

#include "initramfs.h"
#include "text.h"
#include "unpack.h"

static char machine[] = "/tmp/initramfs-fuzz.XXXXXX", name[80];

static void remove_machine(void)
{
	unlink(name);
	*strrchr(name, '/') = '\0';
	rmdir(name);
	rmdir(machine);
}

static void make_machine(void)
{
	if (*name)
		return;
	if (!mkdtemp(machine))
		abort();
	snprintf(name, sizeof(name), "%s/boot", machine);
	if (mkdir(name, 0700))
		abort();
	strcat(name, "/initrd.img-6.1");
	machine_root = machine;
	atexit(remove_machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const modules[] = { "overlay", "fuse", NULL };
	struct initramfs image;
	char path[64];
	int fd;

	make_machine();
	/* A compressor for each input would take all the time. */
	for (size_t i = 0; i < size; i++) {
		if (unpack_program(data + i, size - i))
			return 0;
	}
	fd = fuzz_file(data, size, path);
	unlink(name);
	if (symlink(path, name))
		abort();
	initramfs_read(&image, "6.1", modules);
	if (!image.path)
		abort();
	close(fd);
	return 0;
}
