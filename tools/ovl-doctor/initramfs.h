/* SPDX-License-Identifier: GPL-2.0-only */
/* The modules that a kernel's initramfs carries, which are loaded before the disk's can be. */
#ifndef DOCTOR_INITRAMFS_H
#define DOCTOR_INITRAMFS_H

#include "module_file.h"

struct initramfs {
	char *path;		     /* without machine_root; NULL when this kernel has none */
	char *why_not;		     /* why it could not be read, else NULL */
	struct module_file *modules; /* those of the wanted names, path as in the archive */
	size_t count;
};

/**
 * initramfs_read - look into the initramfs of a kernel
 * @kernel: release
 * @names: modules to look for, as lsmod shows them; ends with NULL
 *
 * Reads concatenated cpio archives, each of them compressed or not, in one pass and with the memory
 * of one module. Takes as long as unpacking it.
 */
void initramfs_read(struct initramfs *image, const char *kernel, const char *const names[]);

#endif
