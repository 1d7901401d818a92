/* SPDX-License-Identifier: GPL-2.0-only */
/* What runc runs: a directory with a config.json whose root filesystem is one of our overlays. */
#ifndef STORM_CONTAINER_BUNDLE_H
#define STORM_CONTAINER_BUNDLE_H

struct json_object;

/**
 * bundle_change - what of the default configuration is different for us
 * @config: as "runc spec" makes it
 * @root: path of the root filesystem
 * @raw: directory that the container sees as CONTAINER_RAW
 *
 * Return: 0, or -1 when it is no such configuration.
 */
int bundle_change(struct json_object *config, const char *root, const char *raw);

/**
 * bundle_make - make the bundle of one overlay
 * @directory: to be made
 * @root: path of the root filesystem
 * @raw: directory that the container sees as CONTAINER_RAW
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int bundle_make(const char *directory, const char *root, const char *raw);

#endif
