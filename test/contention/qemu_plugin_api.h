/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of QEMU's TCG plugin interface that contention.so uses.
 *
 * Debian 12 ships a QEMU that loads plugins but no header to build one, so the few names needed
 * are declared here. They are an ABI: names, argument order and enum values are QEMU's. Known
 * to hold for interface versions 1 (QEMU 6.0-8.1) to 5 (10.1). One function changed its
 * signature on the way, see qemu_plugin_insn_data below.
 */
#ifndef CONTENTION_QEMU_PLUGIN_API_H
#define CONTENTION_QEMU_PLUGIN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

#define PLUGIN_API_OLDEST    1 /* oldest and newest interface this file describes */
#define PLUGIN_API_NEWEST    5
#define PLUGIN_API_INSN_COPY 3 /* from here on qemu_plugin_insn_data() copies */

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t; /* opaque: size and direction of one access */

struct qemu_plugin_tb;	   /* opaque: a block being translated */
struct qemu_plugin_insn;   /* opaque: one instruction in it */
struct qemu_plugin_hwaddr; /* opaque: where an access really goes */

typedef struct qemu_info_t {
	const char *target_name; /* "x86_64" */
	struct {
		int min;
		int cur;
	} version; /* interface versions this QEMU accepts */
	bool system_emulation;
	union {
		struct {
			int smp_vcpus;
			int max_vcpus;
		} system;
	};
} qemu_info_t;

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS = 0, /* the callback looks at no register */
};

enum qemu_plugin_mem_rw {
	QEMU_PLUGIN_MEM_R = 1,
	QEMU_PLUGIN_MEM_W = 2,
	QEMU_PLUGIN_MEM_RW = 3,
};

typedef void (*qemu_plugin_simple_cb_t)(qemu_plugin_id_t id);
typedef void (*qemu_plugin_udata_cb_t)(qemu_plugin_id_t id, void *data);
typedef void (*qemu_plugin_vcpu_udata_cb_t)(unsigned int vcpu, void *data);
typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_vcpu_mem_cb_t)(unsigned int vcpu, qemu_plugin_meminfo_t info,
					  uint64_t vaddr, void *data);

/* Life of a plugin: what a plugin exports, and how it starts anew. */
PLUGIN_EXPORT extern int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
				      char **argv);
void qemu_plugin_reset(qemu_plugin_id_t id, qemu_plugin_simple_cb_t done);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_udata_cb_t cb, void *data);
void qemu_plugin_outs(const char *text);

/* Translation: look at a block, attach callbacks to its instructions. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t cb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_vcpu_udata_cb_t cb,
					    enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_mem_cb_t cb,
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *data);

/*
 * The bytes of an instruction. Up to version 2 the function takes one argument and returns a
 * pointer; from version 3 on it takes a buffer and returns the number of bytes copied. There is
 * one symbol for both, hence no prototype: dlsym() it into the type that fits.
 */
typedef const void *(*qemu_plugin_insn_data_v1_t)(const struct qemu_plugin_insn *insn);
typedef size_t (*qemu_plugin_insn_data_v3_t)(const struct qemu_plugin_insn *insn, void *dest,
					     size_t len);

/* Memory accesses: only inside a memory callback. */
unsigned int qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t vaddr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *where);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *where);

#endif
