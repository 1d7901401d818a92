// SPDX-License-Identifier: GPL-2.0-only
#include "module_file.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "child.h"
#include "text.h"
#include "unpack.h"

#define SIGNATURE_END "~Module signature appended~\n"

static const struct {
	const char *name;
	enum telling_symbol symbol;
} telling[] = {
	{ "clone_private_mount", SYMBOL_CLONE_PRIVATE_MOUNT },
	{ "kern_unmount_array", SYMBOL_KERN_UNMOUNT_ARRAY },
	{ "override_creds", SYMBOL_OVERRIDE_CREDS },
	{ "ovl_override_creds", SYMBOL_OVL_OVERRIDE_CREDS },
	{ "lock_rename", SYMBOL_LOCK_RENAME },
	{ "start_renaming", SYMBOL_START_RENAMING },
	{ "bdi_set_max_ratio", SYMBOL_BDI_SET_MAX_RATIO },
	{ "inc_node_page_state", SYMBOL_NODE_PAGE_STATE },
};

/* A file in memory, every part of which is checked before it is touched. */
struct image {
	const unsigned char *bytes;
	size_t size;
	const Elf64_Ehdr *header;
};

static const void *part(const struct image *m, uint64_t offset, uint64_t size)
{
	return offset <= m->size && size <= m->size - offset ? m->bytes + offset : NULL;
}

/* Section number @i, or NULL when there is no such whole section, aligned as ELF wants it. */
static const Elf64_Shdr *section(const struct image *m, unsigned int i)
{
	if (i >= m->header->e_shnum || m->header->e_shentsize != sizeof(Elf64_Shdr) ||
	    m->header->e_shoff % 8)
		return NULL;
	return part(m, m->header->e_shoff + (uint64_t)i * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
}

static const void *content(const struct image *m, const Elf64_Shdr *s)
{
	return s && s->sh_type != SHT_NOBITS ? part(m, s->sh_offset, s->sh_size) : NULL;
}

/* A string of a string table; "" when it does not end within the table. */
static const char *string_in(const struct image *m, const Elf64_Shdr *table, uint32_t offset)
{
	const char *strings = content(m, table);

	if (!strings || offset >= table->sh_size ||
	    !memchr(strings + offset, '\0', table->sh_size - offset))
		return "";
	return strings + offset;
}

static char *modinfo_value(const char *info, size_t size, const char *key)
{
	size_t length = strlen(key);

	for (size_t start = 0; start < size;) {
		size_t end = start + strnlen(info + start, size - start);

		if (end - start > length && !strncmp(info + start, key, length) &&
		    info[start + length] == '=')
			return text_copy(info + start + length + 1, end - start - length - 1);
		start = end + 1;
	}
	return NULL;
}

char *build_id_of_notes(const unsigned char *notes, size_t size)
{
	Elf64_Nhdr note;

	for (size_t at_note = 0; at_note + sizeof(note) <= size;) {
		size_t name = at_note + sizeof(note), data;

		memcpy(&note, notes + at_note, sizeof(note));
		if (note.n_namesz > size || note.n_descsz > size)
			return NULL;
		data = name + ((note.n_namesz + 3) & ~3u);
		if (data > size || note.n_descsz > size - data)
			return NULL;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(notes + name, "GNU", 4))
			return text_hex(notes + data, note.n_descsz);
		at_note = data + ((note.n_descsz + 3) & ~3u);
	}
	return NULL;
}

static void read_symbols(struct module_file *f, const struct image *m, const Elf64_Shdr *table)
{
	const Elf64_Shdr *strings = section(m, table->sh_link);
	const Elf64_Sym *symbols = content(m, table);

	if (!symbols || !strings || table->sh_offset % 8)
		return;
	for (size_t i = 0; i < table->sh_size / sizeof(*symbols); i++) {
		const char *name = string_in(m, strings, symbols[i].st_name);

		for (size_t j = 0; j < sizeof(telling) / sizeof(telling[0]); j++) {
			if (strcmp(name, telling[j].name) != 0)
				continue;
			if (symbols[i].st_shndx == SHN_UNDEF)
				f->uses |= telling[j].symbol;
			else
				f->offers |= telling[j].symbol;
		}
	}
}

static void read_section(struct module_file *f, const struct image *m, const Elf64_Shdr *s,
			 const char *name)
{
	const void *bytes = content(m, s);

	if (!bytes)
		return;
	if (!strcmp(name, ".modinfo")) {
		f->version = modinfo_value(bytes, s->sh_size, "version");
		f->srcversion = modinfo_value(bytes, s->sh_size, "srcversion");
		f->vermagic = modinfo_value(bytes, s->sh_size, "vermagic");
	} else if (!f->build_id && s->sh_type == SHT_NOTE) {
		f->build_id = build_id_of_notes(bytes, s->sh_size);
	} else if (s->sh_type == SHT_SYMTAB) {
		read_symbols(f, m, s);
	}
}

bool module_file_parse(struct module_file *f, unsigned char *bytes, size_t size)
{
	const size_t end = strlen(SIGNATURE_END);
	struct image m = { .size = size };
	const Elf64_Shdr *names;

	*f = (struct module_file){ .path = NULL };
	m.bytes = unpack_memory(bytes, &m.size, &f->why_not);
	if (!m.bytes)
		return false;
	m.header = part(&m, 0, sizeof(*m.header));
	if (!m.header || memcmp(m.header->e_ident, ELFMAG, SELFMAG) != 0 ||
	    m.header->e_ident[EI_CLASS] != ELFCLASS64) {
		f->why_not = text_format("no 64-bit ELF file: it is damaged or no kernel module");
		return false;
	}
	names = section(&m, m.header->e_shstrndx);
	if (!content(&m, names)) {
		f->why_not = text_format("its sections cannot be read: it is damaged");
		return false;
	}
	for (unsigned int i = 0; i < m.header->e_shnum; i++) {
		const Elf64_Shdr *s = section(&m, i);

		if (s)
			read_section(f, &m, s, string_in(&m, names, s->sh_name));
	}
	f->is_signed = m.size >= end && !memcmp(m.bytes + m.size - end, SIGNATURE_END, end);
	return true;
}

/* modinfo takes the signature apart, which no file format of ours should do a second time. */
static char *of_signature(const char *field, const char *path)
{
	char *argv[] = { "modinfo", "-F", (char *)field, (char *)path, NULL };
	int status;
	char *text = child_text(argv, &status);

	text[strcspn(text, "\n")] = '\0';
	return !status && *text ? text : NULL;
}

bool module_file_read(struct module_file *f, const char *path)
{
	char *place = at("%s", path);
	size_t size;
	unsigned char *bytes;
	bool parsed;

	*f = (struct module_file){ .path = NULL };
	bytes = (unsigned char *)text_read(place, &size);
	if (!bytes)
		f->why_not = text_format("%s", strerror(errno));
	parsed = bytes && module_file_parse(f, bytes, size);
	f->path = text_format("%s", path);
	if (!parsed)
		return false;
	if (f->is_signed) {
		f->signer = of_signature("signer", place);
		f->signer_serial = of_signature("sig_key", place);
	}
	return true;
}

bool is_ours(const char *version)
{
	return version && starts_with(version, "ovl-calm-");
}
