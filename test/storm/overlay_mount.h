/* SPDX-License-Identifier: GPL-2.0-only */
/* Mounting an overlay of numbered layers. */
#ifndef STORM_OVERLAY_MOUNT_H
#define STORM_OVERLAY_MOUNT_H

#include <stddef.h>

/* Names below the directory that holds the layers; the lower layers are 0 (topmost), 1, 2, ... */
/* What an overlay needs of its own; its number follows. */
#define OVERLAY_UPPER  "u"
#define OVERLAY_WORK   "w"
#define OVERLAY_MERGED "m"

/**
 * overlay_options - the mount options for a number of lower layers
 * @layers: 1 or more
 * @number: of the overlay; several can share their lower layers
 * @more: further options, or NULL
 * @text: set to the options
 * @size: room in @text
 *
 * The names are relative and short, because mount(2) takes one page of options: 500 layers with
 * absolute paths would not fit, and paths may hold colons and commas.
 *
 * Return: 0, or -1 when there is not enough room.
 */
int overlay_options(unsigned int layers, unsigned int number, const char *more, char *text,
		    size_t size);

/**
 * overlay_mount - mount an overlay at OVERLAY_MERGED and its number below the current directory
 * @layers: number of lower layers
 * @number: of the overlay
 * @more: further mount options, or NULL
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int overlay_mount(unsigned int layers, unsigned int number, const char *more);

/**
 * overlay_unmount - unmount it again
 * @number: of the overlay
 *
 * A file that was just closed can keep it busy for a moment; tries for two seconds.
 *
 * Return: SUCCESS, or FAILED after one line of complaint; it is then detached at least.
 */
int overlay_unmount(unsigned int number);

#endif
