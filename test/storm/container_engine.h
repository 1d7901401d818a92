/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of the container engines that ovl-storm can measure in. */
#ifndef STORM_CONTAINER_ENGINE_H
#define STORM_CONTAINER_ENGINE_H

#include <stdbool.h>
#include <sys/types.h>

/* Where a container sees the filesystem beneath its own; and its first program. */
#define CONTAINER_RAW  "/ovl-storm-raw"
#define CONTAINER_INIT "/ovl-storm-init"

/* Name of a container, or of an image. */
struct engine_name {
	char text[48];
};

struct container_engine {
	const char *name;	    /* of its program */
	bool own_mounts;	    /* it makes images and mounts their layers itself */
	const char *package;	    /* that brings it */
	const char *version_format; /* of "version -f"; with own_mounts, as the rest */
	const char *driver_format;  /* of "info -f" */
	const char *build_option;
	const char *remedy; /* when its storage is no overlay */
};

/**
 * engine_find - the engine of that name: docker, podman or runc
 *
 * Return: the engine, or NULL.
 */
const struct container_engine *engine_find(const char *name);

/**
 * engine_version - ask it for its version
 * @text: set to it, e.g. "20.10.24"
 * @size: room in @text
 *
 * Return: SUCCESS, or FAILED after one line of complaint when it cannot be run or does not answer.
 */
int engine_version(const struct container_engine *e, char *text, size_t size);

/**
 * engine_driver - ask for its storage driver, and make sure that it is overlay
 * @text: set to it, e.g. "overlay2"; "" for an engine that mounts nothing itself
 * @size: room in @text
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int engine_driver(const struct container_engine *e, char *text, size_t size);

/**
 * driver_is_overlay - whether a storage driver of that name uses the kernel's overlayfs
 */
bool driver_is_overlay(const char *driver);

/**
 * engine_build - make an image
 * @image: its name
 * @context: directory with the file Dockerfile
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int engine_build(const struct container_engine *e, const struct engine_name *image,
		 const char *context);

/**
 * engine_remove_image, engine_remove_container - remove one; without a word when there is none
 */
void engine_remove_image(const struct container_engine *e, const struct engine_name *image);
void engine_remove_container(const struct container_engine *e, const struct engine_name *container);

/**
 * engine_run_command - what runs a container in the foreground, connected to standard input and
 * output
 * @argv: set to it; the words last as long as the arguments
 * @source: name of the image; for an engine without images the bundle's directory
 *
 * An engine with images also makes CONTAINER_RAW in it, on the filesystem of its storage.
 */
void engine_run_command(const struct container_engine *e, const char *container, const char *source,
			const char *argv[16]);

/**
 * engine_init_pid - ask for the first process of a container
 *
 * Return: its number, or 0 after one line of complaint.
 */
pid_t engine_init_pid(const struct container_engine *e, const char *container);

#endif
