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
	char *keys;	  /* descriptions of the kernel's keys, one a line; NULL: not known */
	char *mok;	  /* certificate that DKMS signs with, or NULL */
	char *mok_serial; /* its serial number in hexadecimal; NULL: not known */
	char *mok_key_id; /* what the kernel calls its key; not NULL when mok_serial is not */
};

void signatures_read(struct signatures *s);

/**
 * signatures_trust - does the kernel have the key that signed a module?
 * @signer: common name, as modinfo shows it
 * @serial: of the signer's certificate, hexadecimal as modinfo shows it, or NULL
 *
 * /proc/keys tells names and key identifiers, a module names and serial numbers: only a certificate
 * has all of them. So a key of the right name counts, but when DKMS's certificate signed this, then
 * its own key alone: DKMS that makes itself a new key gives it the name of the old one, which may
 * still be enrolled.
 */
enum answer signatures_trust(const struct signatures *s, const char *signer, const char *serial);

/**
 * certificate_of_openssl - read what "openssl x509 -serial -ext subjectKeyIdentifier" prints
 * @serial: set to the serial number: hexadecimal, lower case, without leading zeros; or NULL
 * @key_id: set to the key's identifier as /proc/keys has it, which is the serial number for a
 * certificate without one
 */
void certificate_of_openssl(const char *text, char **serial, char **key_id);

/* lockdown_mode - the word in brackets of "none [integrity] confidentiality", or NULL */
char *lockdown_mode(const char *text);

/* keys_of_proc - the descriptions of asymmetric keys in a text of /proc/keys, or NULL for none */
char *keys_of_proc(const char *text);

const char *answer_name(enum answer answer);

#endif
