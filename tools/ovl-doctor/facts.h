/* SPDX-License-Identifier: GPL-2.0-only */
/* All that is known of a machine, and what follows from it. */
#ifndef DOCTOR_FACTS_H
#define DOCTOR_FACTS_H

#include <stdbool.h>

#include "dkms.h"
#include "modules.h"
#include "mounts.h"
#include "signatures.h"
#include "storms.h"

enum { OVERLAY, FUSE, CUSE, VIRTIOFS, MODULES };

struct facts {
	char *host;
	char *release; /* of the running kernel */
	bool privileged;
	struct module modules[MODULES];
	struct module idle_bandwidth; /* fuse_idle_bandwidth, which replaces no other */
	struct kernels kernels;
	struct mounts mounts;
	struct signatures signatures;
	struct probe probe;
	struct storm storms[STORMS];
};

struct finding {
	const char *code; /* fixed, for scripts and alerts */
	char *object;	  /* what it is about: a kernel, module, path or device */
	char *what;
	char *advice;
};

struct findings {
	struct finding *list;
	size_t count;
};

/* What to look at beyond the cheap. */
struct depth {
	bool initramfs;
	bool probe;
	bool files; /* open files and programs of processes */
};

/**
 * facts_read - examine the machine below machine_root
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int facts_read(struct facts *facts, const struct depth *depth);

/* findings_make - what is wrong, each with one recommendation */
void findings_make(struct findings *findings, const struct facts *facts);

#endif
