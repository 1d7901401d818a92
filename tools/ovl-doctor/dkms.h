/* SPDX-License-Identifier: GPL-2.0-only */
/* What DKMS has done about ovl-calm, for each installed kernel. */
#ifndef DOCTOR_DKMS_H
#define DOCTOR_DKMS_H

#include <stdbool.h>
#include <stddef.h>

#include "initramfs.h"
#include "modules.h"

enum dkms_state {
	DKMS_NOT_ADDED, /* DKMS does not know ovl-calm */
	DKMS_MISSING,	/* never built for this kernel */
	DKMS_FAILED,	/* the last build was for this kernel, and left a log but no module */
	DKMS_BUILT,	/* built but not installed */
	DKMS_INSTALLED,
	DKMS_NEEDLESS, /* overlayfs is built into this kernel */
};

struct kernel {
	char *release;
	bool running;
	enum dkms_state dkms;
	char *version;	/* of ovl-calm as built for it, or the newest one added; or NULL */
	char *log;	/* of the failed build, without machine_root; or NULL */
	char *log_says; /* its telling line, or NULL */
	bool has_headers;
	char *headers;	     /* package that has them, for people */
	char *source_wanted; /* what kernel-source says when there is none; NULL: present, or
				unasked */
	struct module_files overlay, fuse;
	struct initramfs initramfs;
};

struct kernels {
	struct kernel *list;
	size_t count;
	char *added; /* newest version of ovl-calm that DKMS knows, or NULL */
};

/**
 * kernels_read - every installed kernel
 * @running: release of the one that runs
 * @with_initramfs: also unpack each initramfs
 */
void kernels_read(struct kernels *kernels, const char *running, bool with_initramfs);

/* kernels_running - the running kernel's entry, or NULL when its modules are not installed */
struct kernel *kernels_running(const struct kernels *kernels);

/* dkms_tree - where DKMS keeps what it builds, without machine_root */
char *dkms_tree(void);

/* dkms_log_kernel - the kernel that a make.log of DKMS is about, or NULL */
char *dkms_log_kernel(const char *log);

/* dkms_log_line - the line of a make.log that tells why the build failed, or NULL */
char *dkms_log_line(const char *log);

const char *dkms_state_name(enum dkms_state state);

#endif
