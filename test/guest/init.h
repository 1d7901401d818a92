/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PID 1 of a test guest. It boots the guest's root, runs the cases one after the other, watches
 * the kernel meanwhile, and reports in TAP over a virtio-serial port.
 *
 *   init.c          the order of things
 *   init-config.c   what the host asked for
 *   init-boot.c     kernel filesystems, modules, the real root
 *   init-kmsg.c     the kernel log and the taint flags
 *   init-leaks.c    what kmemleak finds
 *   init-case.c     one case: run it, bound it, collect what it says
 *   init-cleanup.c  what a case leaves behind: processes, mounts, the module
 *   init-tap.c      the report
 */
#ifndef OVL_GUEST_INIT_H
#define OVL_GUEST_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#define CASES_DIR  "/ovl-test/cases"
#define RUN_DIR	   "/run/ovl-test"
#define WORK_DIR   RUN_DIR "/work"   /* cwd of a case, a fresh tmpfs */
#define OUT_DIR	   RUN_DIR "/out"    /* $OVL_OUT, a fresh tmpfs */
#define INJECT_DIR "/run/ovl-inject" /* files that the host added for this boot */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* ---- init.c ---- */

/*
 * Says why the guest cannot go on (console and kernel log) and powers off. The host then sees
 * no verdict, which is a failure. Never returns.
 */
void fatal(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* ---- init-config.c ---- */

struct config {
	char suite[64];
	char root[128];	 /* block device of the real root */
	char cases[128]; /* directory of the cases */
	char **globs;	 /* cases to run, NULL terminated; empty means all */
	size_t nr_globs;
	char **env; /* K=V for the cases */
	size_t nr_env;
	unsigned int case_timeout; /* seconds, for cases that name none */
	unsigned int slow;	   /* every case gets its time so many times over */
	bool leaks_at_end;	   /* look for leaks once, not after each case */
	bool probe;		   /* only show that a guest gets this far */
};

/* Reads key=value lines from @path. A missing file or an unknown key is fatal. */
void config_read(struct config *cfg, const char *path);

/* ---- init-boot.c ---- */

void boot_mount_kernel_fs(void);
void boot_load_modules(const char *dir);
void boot_enter_root(const char *device);
/* Opens the virtio-serial port called @name for writing; waits up to 20 s for it. -1 if absent. */
int boot_open_port(const char *name);
void boot_settings(void);

/* ---- init-kmsg.c ---- */

struct kmsg_report {
	unsigned int bad; /* suspicious lines seen */
	char first[256];  /* the first of them */
	bool overran;	  /* the kernel overwrote lines before we read them */
};

void kmsg_open(void);
int kmsg_fd(void);
void kmsg_mark(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * Reads what is there and adds to @report. Lines that contain one of @allow (NULL terminated, may
 * be NULL) are not suspicious.
 */
void kmsg_drain(struct kmsg_report *report, char *const *allow);
/* As kmsg_drain(), but up to a marker written now, so that nothing said before it is missed. */
void kmsg_drain_all(struct kmsg_report *report, char *const *allow);
/* True when @text is a line that no healthy kernel prints. */
bool kmsg_suspicious(const char *text);

unsigned long taint_read(void);
/* Flags of @now that are not in @before and not a mere sign of an out-of-tree module. */
unsigned long taint_new(unsigned long before, unsigned long now);
void taint_letters(unsigned long flags, char *buf, size_t size);

/* ---- init-leaks.c ---- */

/*
 * Waits until kmemleak can tell, scans, shows the first reports as notes and forgets them. Returns
 * their number; the first line of the first one is copied to @first. Kernels without kmemleak have
 * none.
 */
unsigned int leaks_find(char *first, size_t size);
/* The part of it that reads: @f holds reports as kmemleak writes them. */
unsigned int leaks_read(FILE *f, char *first, size_t size);

/* ---- init-case.c ---- */

/* Runs all cases that the host asked for. Returns how many ran. */
unsigned int cases_run(const struct config *cfg, int out_port);

/* ---- init-cleanup.c ---- */

/* Kills every process but this one. Returns false when one would not die within 20 s. */
bool cleanup_processes(void);
void cleanup_remember_mounts(void);
/*
 * Unmounts everything mounted since cleanup_remember_mounts(). Returns the number of overlay mounts
 * among them and copies the mount point of the last one to @where.
 */
unsigned int cleanup_mounts(char *where, size_t size);
/* Unloads a module. False when it is still in use after 15 s. Not loaded is fine. */
bool cleanup_module(const char *name);

/* ---- init-tap.c ---- */

void tap_open(int fd);
/* One test line; numbers it. @text may end in "# SKIP why". */
void tap_result(bool ok, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void tap_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The plan and the line by which the host knows that nothing is missing. */
void tap_verdict(unsigned int cases);

#endif
