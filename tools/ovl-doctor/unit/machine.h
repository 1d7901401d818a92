/* SPDX-License-Identifier: GPL-2.0-only */
/* Made-up machines in a scratch directory, with modules that are real ELF files. */
#ifndef DOCTOR_UNIT_MACHINE_H
#define DOCTOR_UNIT_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "text.h"

#define KERNEL	"6.1.0-9-amd64"
#define UPDATES "/lib/modules/" KERNEL "/updates/dkms/overlay.ko"
#define IN_TREE "/lib/modules/" KERNEL "/kernel/fs/overlayfs/overlay.ko"

/* What the test wants in a module. */
struct made_module {
	const char *version; /* or NULL */
	unsigned char id;    /* every byte of its build id */
	const char *uses[8]; /* names of functions */
	const char *offers[4];
	bool is_signed;
};

static inline void put_bytes(const char *path, const void *bytes, size_t size)
{
	char *place = at("%s", path);
	FILE *file;

	for (char *slash = strchr(place + strlen(machine_root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(place, 0755);
		*slash = '/';
	}
	file = fopen(place, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static inline void put_file(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static inline void put_link(const char *path, const char *target)
{
	put_file(path, "");
	unlink(at("%s", path));
	assert_int_equal(symlink(target, at("%s", path)), 0);
}

static inline void take_away(const char *path)
{
	char *argv[] = { "rm", "-rf", at("%s", path), NULL };
	int status;

	child_text(argv, &status);
	assert_int_equal(status, 0);
}

struct buffer {
	unsigned char bytes[8192];
	size_t size;
};

static inline size_t append(struct buffer *b, const void *bytes, size_t size)
{
	size_t where = b->size;

	assert_true(b->size + size <= sizeof(b->bytes));
	memcpy(b->bytes + b->size, bytes, size);
	b->size += size;
	return where;
}

static inline void add_symbol(struct buffer *symbols, struct buffer *strings, const char *name,
			      unsigned int section)
{
	Elf64_Sym symbol = { .st_name = strings->size, .st_shndx = section };

	append(strings, name, strlen(name) + 1);
	append(symbols, &symbol, sizeof(symbol));
}

/* A module with five sections; what it says is all that is in it. */
static inline void make_module(struct buffer *out, const struct made_module *m)
{
	static const char names[] = "\0.modinfo\0.note.gnu.build-id\0.symtab\0.strtab\0.shstrtab";
	static const unsigned int name_at[] = { 0, 1, 10, 29, 37, 45 };
	static const unsigned int types[] = { SHT_NULL,	  SHT_PROGBITS, SHT_NOTE,
					      SHT_SYMTAB, SHT_STRTAB,	SHT_STRTAB };
	struct buffer part[6] = { { .size = 0 } };
	Elf64_Nhdr note = { .n_namesz = 4, .n_descsz = 20, .n_type = NT_GNU_BUILD_ID };
	Elf64_Ehdr header = { .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 6, .e_shstrndx = 5 };
	unsigned char id[20];

	append(&part[1], "license=GPL", 12);
	if (m->version) {
		char *line = text_format("version=%s", m->version);

		append(&part[1], line, strlen(line) + 1);
	}
	append(&part[1], "vermagic=" KERNEL " SMP", strlen("vermagic=" KERNEL " SMP") + 1);
	memset(id, m->id, sizeof(id));
	append(&part[2], &note, sizeof(note));
	append(&part[2], "GNU", 4);
	append(&part[2], id, sizeof(id));
	append(&part[4], "", 1);
	for (int i = 0; i < 8 && m->uses[i]; i++)
		add_symbol(&part[3], &part[4], m->uses[i], SHN_UNDEF);
	for (int i = 0; i < 4 && m->offers[i]; i++)
		add_symbol(&part[3], &part[4], m->offers[i], 1);
	append(&part[5], names, sizeof(names));

	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_shoff = sizeof(header);
	out->size = 0;
	append(out, &header, sizeof(header));
	out->size += 6 * sizeof(Elf64_Shdr);
	for (int i = 0; i < 6; i++) {
		Elf64_Shdr section = { .sh_name = name_at[i],
				       .sh_type = types[i],
				       .sh_offset = out->size,
				       .sh_size = part[i].size,
				       .sh_link = i == 3 ? 4 : 0 };

		memcpy(out->bytes + sizeof(header) + i * sizeof(section), &section,
		       sizeof(section));
		append(out, part[i].bytes, part[i].size);
		out->size = (out->size + 7) & ~7ul;
	}
	if (m->is_signed)
		append(out, "~Module signature appended~\n", 28);
}

static inline void put_module(const char *path, const struct made_module *m)
{
	struct buffer b = { .size = 0 };

	make_module(&b, m);
	put_bytes(path, b.bytes, b.size);
}

/* The loaded module of a name, as /sys shows it. */
static inline void put_loaded(const char *name, const char *version, unsigned char id)
{
	Elf64_Nhdr note = { .n_namesz = 4, .n_descsz = 20, .n_type = NT_GNU_BUILD_ID };
	struct buffer b = { .size = 0 };
	unsigned char bytes[20];

	memset(bytes, id, sizeof(bytes));
	append(&b, &note, sizeof(note));
	append(&b, "GNU", 4);
	append(&b, bytes, sizeof(bytes));
	take_away(text_format("/sys/module/%s", name));
	put_file(text_format("/sys/module/%s/initstate", name), "live\n");
	put_file(text_format("/sys/module/%s/refcnt", name), "1\n");
	put_file(text_format("/sys/module/%s/taint", name), version ? "OE\n" : "\n");
	if (version)
		put_file(text_format("/sys/module/%s/version", name), text_format("%s\n", version));
	put_bytes(text_format("/sys/module/%s/notes/.note.gnu.build-id", name), b.bytes, b.size);
}

/* Overlay modules: the kernel's own, with the credentials storm, and ours. */
static const struct made_module in_tree = {
	.id = 0x11,
	.uses = { "clone_private_mount", "kern_unmount_array", "override_creds", "lock_rename" },
	.offers = { "ovl_override_creds" },
	.is_signed = true,
};
static const struct made_module ours = {
	.version = "ovl-calm-9.9.9",
	.id = 0x22,
	.uses = { "clone_private_mount", "kern_unmount_array", "override_creds" },
	.offers = { "ovl_override_creds" },
};

/* A Debian machine on which ovl-calm 9.9.9 is installed and runs, and nothing is left to do. */
static inline int machine_begin(void **state)
{
	static const char dep[] = "updates/dkms/overlay.ko:\nkernel/fs/fuse/fuse.ko:\n";
	char scratch[] = "/tmp/doctor-unit.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(scratch));
	machine_root = text_format("%s", scratch);
	put_file("/etc/os-release", "NAME=x\nID=debian\n");
	put_file("/proc/sys/kernel/osrelease", KERNEL "\n");
	put_file("/proc/sys/kernel/hostname", "made-up\n");
	put_file("/proc/modules", "");
	put_file("/proc/self/mountinfo", "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
	put_file("/lib/modules/" KERNEL "/modules.dep", dep);
	put_file("/lib/modules/" KERNEL "/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
	put_file("/usr/src/headers/Makefile", "");
	put_link("/lib/modules/" KERNEL "/build", "/usr/src/headers");
	put_module(IN_TREE, &in_tree);
	put_module(UPDATES, &ours);
	put_loaded("overlay", "ovl-calm-9.9.9", 0x22);
	put_module("/var/lib/dkms/ovl-calm/9.9.9/" KERNEL "/x86_64/module/overlay.ko", &ours);
	put_link("/var/lib/dkms/ovl-calm/kernel-" KERNEL "-x86_64", "9.9.9/" KERNEL "/x86_64");
	return 0;
}

static inline int machine_end(void **state)
{
	(void)state;
	take_away("");
	machine_root = "";
	return 0;
}

#define machine_test(f) cmocka_unit_test_setup_teardown(f, machine_begin, machine_end)

#endif
