/* SPDX-License-Identifier: GPL-2.0-only */
/* Package names and commands of the machine's distribution. */
#ifndef DOCTOR_DISTRIBUTION_H
#define DOCTOR_DISTRIBUTION_H

enum family { FAMILY_UNKNOWN, FAMILY_DEBIAN, FAMILY_RHEL, FAMILY_SUSE };

/* distribution_family - from os-release: ID, then ID_LIKE */
enum family distribution_family(void);

/* headers_advice - the command that installs the headers of a kernel */
char *headers_advice(const char *kernel);

/* initramfs_advice - the command that makes a kernel's initramfs anew */
char *initramfs_advice(const char *kernel);

/**
 * source_complaint - what kernel-source says when a kernel's source is not there
 * @kernel: release
 *
 * Asks the very script that the module's build asks, of the package in /usr/src.
 *
 * Return: its message in one line; NULL when the source is there, or there is no script to ask.
 */
char *source_complaint(const char *kernel);

/* The script to ask; NULL for the newest in /usr/src. */
extern const char *kernel_source_script;

#endif
