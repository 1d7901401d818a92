/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel module's file says about itself. */
#ifndef DOCTOR_MODULE_FILE_H
#define DOCTOR_MODULE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Functions whose use or presence tells which storm a module has; bits of a mask. */
enum telling_symbol {
	SYMBOL_CLONE_PRIVATE_MOUNT = 1 << 0,
	SYMBOL_KERN_UNMOUNT_ARRAY = 1 << 1,
	SYMBOL_OVERRIDE_CREDS = 1 << 2,
	SYMBOL_OVL_OVERRIDE_CREDS = 1 << 3,
	SYMBOL_LOCK_RENAME = 1 << 4,
	SYMBOL_START_RENAMING = 1 << 5,
	SYMBOL_BDI_SET_MAX_RATIO = 1 << 6,
	SYMBOL_NODE_PAGE_STATE = 1 << 7,
};

struct module_file {
	char *path;    /* as the machine names it, without machine_root; NULL when there is none */
	char *why_not; /* why it could not be read, else NULL */
	char *version; /* of modinfo, or NULL; likewise the next two */
	char *srcversion;
	char *vermagic;
	char *build_id;	     /* hexadecimal, or NULL */
	unsigned int uses;   /* enum telling_symbol: functions of the kernel or of other modules */
	unsigned int offers; /* its own functions */
	bool is_signed;
	char *signer;	     /* common name of the key's issuer; NULL when unsigned or not known */
	char *signer_serial; /* serial number of its certificate, "0A:1B..."; likewise */
};

/**
 * module_file_parse - read a module that lies in memory
 * @f: filled in, with neither path nor signer nor its serial number
 * @bytes: the file, compressed or not; may be changed
 * @size: in bytes
 *
 * Return: true, or false with f->why_not.
 */
bool module_file_parse(struct module_file *f, unsigned char *bytes, size_t size);

/**
 * module_file_read - read a module's file
 * @path: without machine_root, absolute
 *
 * Return: true, or false with f->why_not. f->path is set in any case.
 */
bool module_file_read(struct module_file *f, const char *path);

/* build_id_of_notes - the GNU build id among ELF notes, or NULL */
char *build_id_of_notes(const unsigned char *notes, size_t size);

/* is_ours - is this the version of a module that ovl-calm built? */
bool is_ours(const char *version);

#endif
