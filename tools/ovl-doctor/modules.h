/* SPDX-License-Identifier: GPL-2.0-only */
/* Modules: the one that runs, and the files that modprobe would take. */
#ifndef DOCTOR_MODULES_H
#define DOCTOR_MODULES_H

#include "module_file.h"

enum module_state {
	MODULE_ABSENT, /* not loaded and not built in */
	MODULE_LOADED,
	MODULE_BUILTIN,
};

enum module_origin {
	ORIGIN_UNKNOWN,
	ORIGIN_OURS,
	ORIGIN_IN_TREE,
	ORIGIN_OTHER, /* built outside of the kernel, by somebody else */
};

/* The files of one module in one kernel's directory. */
struct module_files {
	bool builtin;		    /* no module: part of the kernel */
	struct module_file wanted;  /* what modprobe loads, by modules.dep */
	struct module_file in_tree; /* the kernel's own */
};

struct module {
	const char *name;
	enum module_state state;
	enum module_origin origin;
	char *version; /* of the loaded one, each NULL when it has none */
	char *srcversion;
	char *build_id;
	int references; /* -1 when not known */
	struct module_files files;
	const struct module_file *source; /* the file it was loaded from, NULL when unknown */
	bool replaced;			  /* loaded, but modprobe would take another by now */
};

/**
 * module_files_read - find and read the files of a module
 * @kernel: release, names the directory below /lib/modules
 * @name: as lsmod shows it
 */
void module_files_read(struct module_files *files, const char *kernel, const char *name);

/**
 * module_read - everything about a module of the running kernel
 * @kernel: its release
 * @name: as lsmod shows it
 */
void module_read(struct module *m, const char *kernel, const char *name);

/* module_same - are the loaded module and a file the same build? False when that is not known. */
bool module_same(const struct module *m, const struct module_file *f);

/* module_file_same - likewise of two files */
bool module_file_same(const struct module_file *a, const struct module_file *b);

/* module_file_label - "ovl-calm-0.1.0" or "in-tree" or "version 3" for people */
const char *module_file_label(const struct module_files *files, const struct module_file *f);

/* modules_dep_find - the path in a modules.dep text of a module, relative, or NULL */
char *modules_dep_find(const char *dep, const char *name);

const char *module_state_name(enum module_state state);
const char *module_origin_name(enum module_origin origin);

#endif
