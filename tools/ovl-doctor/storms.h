/* SPDX-License-Identifier: GPL-2.0-only */
/* Which storms the kernel's own modules have, how that is known, and whether they are removed. */
#ifndef DOCTOR_STORMS_H
#define DOCTOR_STORMS_H

#include "modules.h"
#include "mounts.h"
#include "signatures.h"

enum storm_name { STORM_MOUNT_LOCK, STORM_MOUNTER_CRED, STORM_UPPER_RENAME, STORM_FUSE_THRESHOLD };

#define STORMS (STORM_FUSE_THRESHOLD + 1)

/* From the best evidence to the worst. */
enum evidence {
	EVIDENCE_BEHAVIOUR, /* it was seen to happen, or not to */
	EVIDENCE_SYMBOLS,   /* by the functions that the module uses and the kernel has */
	EVIDENCE_TABLE,	    /* by the kernel's version, which vendors patch */
	EVIDENCE_NONE,
};

struct storm {
	enum storm_name name;
	enum answer present; /* with the modules that this kernel came with */
	enum evidence evidence;
	char *because;
	enum answer removed; /* in what is mounted now, or would be */
	char *removed_by;
};

/* The running kernel, as far as storms depend on it. */
struct kernel_traits {
	unsigned int major, minor; /* of the release */
	bool known;		   /* kallsyms was needed and readable: the next is valid */
	unsigned int has;	   /* enum telling_symbol: functions of the kernel itself */
};

/* What the probe saw with the module that is loaded. */
struct probe {
	bool done;
	char *why_not;
	double mount_lock_per_opendir;
};

/**
 * kernel_traits_read - what the storms of the @count @modules need to know of the kernel
 */
void kernel_traits_read(struct kernel_traits *traits, const char *release,
			const struct module *modules, size_t count);

/**
 * storms_judge - judge each storm by the best evidence there is
 * @storms: STORMS of them, filled in
 */
void storms_judge(struct storm storms[STORMS], const struct kernel_traits *traits,
		  const struct module *overlay, const struct module *fuse,
		  const struct mounts *mounts, const struct probe *probe);

/**
 * probe_run - count mount_lock while directories of a small overlay are opened
 *
 * Needs root. Mounts a tmpfs and an overlay in a mount namespace of its own and makes a kprobe
 * event for the time it takes; all of it is gone when it returns. @overlay must be loaded or built
 * in, because mounting would load it otherwise.
 */
void probe_run(struct probe *probe, const struct module *overlay);

const char *storm_name(enum storm_name name);
const char *storm_text(enum storm_name name);
const char *evidence_name(enum evidence evidence);

#endif
