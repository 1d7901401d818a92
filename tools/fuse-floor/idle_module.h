/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuse_idle_bandwidth, our module beside a FUSE that is built into the kernel: without it the
 * seconds in which nobody wrote count in a mount's bandwidth, and a pause lasts up to 200 ms
 * whatever the floor is. Not all kernels need it, so it may not be there.
 */
#ifndef FUSE_FLOOR_IDLE_MODULE_H
#define FUSE_FLOOR_IDLE_MODULE_H

#include <stdbool.h>

/* idle_module_is_loaded - is it in the kernel? */
bool idle_module_is_loaded(void);

/**
 * idle_module_load - have modprobe load it
 *
 * Does nothing when it is loaded, or when FUSE is a module itself. That the running kernel has no
 * such module is no error and gives no message; when the kernel refuses it, modprobe says why.
 */
void idle_module_load(void);

/**
 * idle_module_unload - have modprobe take it out
 *
 * Return: SUCCESS, also when it is not loaded, or FAILED after one line of complaint.
 */
int idle_module_unload(void);

#endif
