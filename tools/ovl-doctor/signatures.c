// SPDX-License-Identifier: GPL-2.0-only
#include "signatures.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "text.h"

#define EFIVARS	    "/sys/firmware/efi/efivars/"
#define GUID_GLOBAL "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define GUID_SHIM   "605dab50-e046-4300-abb6-3dd810dd8b23"

/* A variable's file holds four bytes of attributes before the value. */
static enum answer read_variable(const char *name, enum answer when_missing)
{
	size_t size;
	char *bytes = text_read(at(EFIVARS "%s", name), &size);

	if (!bytes)
		return when_missing;
	if (size < 5)
		return ANSWER_UNKNOWN;
	return bytes[4] == 1 ? ANSWER_YES : ANSWER_NO;
}

char *lockdown_mode(const char *text)
{
	const char *start = strchr(text, '[');

	return start && strchr(start, ']') ? text_copy(start + 1, strcspn(start + 1, "]")) : NULL;
}

/*
 * "1a2b I------ 1 perm 1f030000 0 0 asymmetri NAME: ID: X509.rsa 4b2a []", the type cut to nine
 * letters.
 */
char *keys_of_proc(const char *text)
{
	char *rest = text_format("%s", text), *line, *keys = NULL;

	while ((line = text_next_line(&rest))) {
		char *type = strstr(line, " asymmetri");

		if (!type)
			continue;
		type += strlen(" asymmetri");
		type += strspn(type, "c ");
		keys = text_format("%s%s\n", or_else(keys, ""), type);
	}
	return keys;
}

static enum answer read_enforced(void)
{
	char *line = text_line(at("/sys/module/module/parameters/sig_enforce"));

	if (!line)
		return ANSWER_UNKNOWN;
	return line[0] == 'Y' || line[0] == '1' ? ANSWER_YES : ANSWER_NO;
}

/* Ubuntu's place, Debian's, and what DKMS is told to use. */
static char *find_mok(void)
{
	static const char *const places[] = { "/var/lib/shim-signed/mok/MOK.der",
					      "/var/lib/dkms/mok.pub" };
	char *text = text_read(at("/etc/dkms/framework.conf"), NULL), *line;

	while ((line = text_next_line(&text))) {
		if (!starts_with(line, "mok_certificate="))
			continue;
		line += strlen("mok_certificate=");
		line += strspn(line, "\"'");
		return text_copy(line, strcspn(line, "\"' \t"));
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (!access(at("%s", places[i]), F_OK))
			return text_format("%s", places[i]);
	}
	return NULL;
}

/* The hexadecimal digits at the start of a text, in lower case; "0A:1B" is "0a1b". */
static char *hex_digits(const char *text)
{
	char *digits = text_format("%s", text);
	size_t n = 0;

	for (; isxdigit((unsigned char)*text) || *text == ':'; text++) {
		if (*text != ':')
			digits[n++] = (char)tolower((unsigned char)*text);
	}
	digits[n] = '\0';
	return digits;
}

static char *serial_of(const char *text)
{
	char *digits = hex_digits(text);

	return digits + strspn(digits, "0");
}

void certificate_of_openssl(const char *text, char **serial, char **key_id)
{
	char *rest = text_format("%s", text), *line, *id, *whole = NULL;
	bool next = false;

	*serial = *key_id = NULL;
	while ((line = text_next_line(&rest))) {
		if (starts_with(line, "serial=")) {
			*serial = serial_of(line + strlen("serial="));
			whole = hex_digits(line + strlen("serial="));
		}
		if (next && (id = hex_digits(line + strspn(line, " ")))[0])
			/* The kernel leaves out one zero byte at the start, and no more. */
			*key_id = strlen(id) > 2 && starts_with(id, "00") ? id + 2 : id;
		next = strstr(line, "Subject Key Identifier") != NULL;
	}
	if (!*key_id)
		*key_id = whole;
}

/* DKMS makes DER, but takes either. */
static void read_certificate(struct signatures *s)
{
	char *forms[] = { "DER", "PEM" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && s->mok && !s->mok_serial; i++) {
		char *argv[] = {
			"openssl", "x509",    "-in",  at("%s", s->mok),	      "-noout", "-inform",
			forms[i],  "-serial", "-ext", "subjectKeyIdentifier", NULL
		};
		int status;
		char *text = child_text(argv, &status);

		if (!status)
			certificate_of_openssl(text, &s->mok_serial, &s->mok_key_id);
	}
}

void signatures_read(struct signatures *s)
{
	char *lockdown = text_line(at("/sys/kernel/security/lockdown"));
	char *keys = text_read(at("/proc/keys"), NULL);

	*s = (struct signatures){ .efi = !access(at("/sys/firmware/efi"), F_OK) };
	s->secure_boot =
		s->efi ? read_variable("SecureBoot-" GUID_GLOBAL, ANSWER_UNKNOWN) : ANSWER_NO;
	s->shim_validates = ANSWER_UNKNOWN;
	if (s->secure_boot == ANSWER_YES)
		s->shim_validates =
			read_variable("MokSBStateRT-" GUID_SHIM, ANSWER_NO) == ANSWER_YES
				? ANSWER_NO
				: ANSWER_YES;
	s->enforced = read_enforced();
	s->lockdown = lockdown ? lockdown_mode(lockdown) : NULL;
	s->demanded =
		s->enforced == ANSWER_YES || (s->lockdown && strcmp(s->lockdown, "none") != 0);
	s->keys = keys ? keys_of_proc(keys) : NULL;
	s->mok = find_mok();
	read_certificate(s);
}

enum answer signatures_trust(const struct signatures *s, const char *signer, const char *serial)
{
	bool of_mok = serial && s->mok_serial && !strcmp(serial_of(serial), s->mok_serial);
	char *rest, *line, *described;

	if (!s->keys || !signer)
		return ANSWER_UNKNOWN;
	described =
		of_mok ? text_format("%s: %s:", signer, s->mok_key_id) : text_format("%s:", signer);
	rest = text_format("%s", s->keys);
	while ((line = text_next_line(&rest))) {
		const char *found = strstr(line, described);

		/* "NAME: ID: ..." or "ORGANIZATION: NAME: ID: ..." */
		if (found && (found == line || found[-1] == ' '))
			return ANSWER_YES;
	}
	return ANSWER_NO;
}

const char *answer_name(enum answer answer)
{
	static const char *const names[] = { "unknown", "no", "yes" };

	return names[answer];
}
