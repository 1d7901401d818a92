/* SPDX-License-Identifier: GPL-2.0-only */
/* What a result was measured on. */
#ifndef STORM_ENVIRONMENT_H
#define STORM_ENVIRONMENT_H

#include <stdbool.h>

struct short_text {
	char text[128];
};

struct environment {
	struct short_text kernel;	     /* release, as uname -r */
	struct short_text machine;	     /* as uname -m */
	struct short_text module_version;    /* a version, "stock", "built-in" or "none" */
	struct short_text module_srcversion; /* "" when the kernel tells none */
	struct short_text private_ns;	     /* of this overlay, else the parameter, else "" */
	struct short_text cred_shards;	     /* likewise */
	struct short_text layer_fs;	     /* filesystem type of the raw side */
	struct short_text mount_options;     /* in force on the overlay, without its layers */
	struct short_text cpu_model;	     /* "" when the kernel tells none */
	struct short_text governor;	     /* of the first CPU; "" without frequency scaling */
	struct short_text load;		     /* /proc/loadavg before the run: 1, 5, 15 minutes */
	struct short_text engine;	     /* container engine and version; "" outside of one */
	struct short_text engine_driver;     /* its storage driver; "" when it mounts nothing */
	struct short_text when;		     /* start, UTC, ISO 8601 */
};

/**
 * is_overlay - does an open file lie on an overlay?
 *
 * Return: true or false; false also when the kernel does not tell.
 */
bool is_overlay(int fd);

/**
 * filesystem_name - type of the filesystem that an open file lies on
 *
 * Return: its name, e.g. "ext4", or its magic number, e.g. "0x794c7630".
 */
struct short_text filesystem_name(int fd);

/**
 * environment_read - collect what the result's header names
 * @e: filled in
 * @overlay: open directory on the overlay
 * @raw: open directory on the filesystem beneath it
 * @mounts: the mountinfo that lists the overlay
 */
void environment_read(struct environment *e, int overlay, int raw, const char *mounts);

#endif
