/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether this machine demands signed modules, and which keys it trusts. */
#ifndef DOCTOR_SIGNATURES_H
#define DOCTOR_SIGNATURES_H

#include <stdbool.h>

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct signatures {
	bool efi;
	enum answer secure_boot;
	enum answer shim_validates; /* NO: switched off by mokutil --disable-validation */
	enum answer enforced;	    /* module.sig_enforce, or CONFIG_MODULE_SIG_FORCE */
	char *lockdown;		    /* "none", "integrity", "confidentiality"; NULL: not known */
	bool demanded;		    /* an unsigned module is refused */
	char *keys; /* descriptions of the kernel's keys, one a line; NULL: not known */
	char *mok;  /* certificate that DKMS signs with, or NULL */
};

void signatures_read(struct signatures *s);

/**
 * signatures_trust - does the kernel have the key of a signer?
 * @signer: common name, as modinfo shows it
 *
 * By name, since that is what /proc/keys tells.
 */
enum answer signatures_trust(const struct signatures *s, const char *signer);

/* lockdown_mode - the word in brackets of "none [integrity] confidentiality", or NULL */
char *lockdown_mode(const char *text);

/* keys_of_proc - the descriptions of asymmetric keys in a text of /proc/keys, or NULL for none */
char *keys_of_proc(const char *text);

const char *answer_name(enum answer answer);

#endif
