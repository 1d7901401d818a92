// SPDX-License-Identifier: GPL-2.0-only
/*
 * contention.so: a QEMU TCG plugin that finds the cache lines vCPUs take from each other.
 *
 *	qemu-system-x86_64 -accel tcg,thread=multi -plugin contention.so,out=FILE ...
 *
 * The guest's workload drives it with marks (marks.h). Until a session begins only marks are
 * looked for, so that a guest boots at nearly full speed; then every block is translated anew
 * with a callback on each memory access. That callback returns at once unless its vCPU is inside
 * an operation. At the end of each phase the contended lines go to FILE (records.h).
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line_table.h"
#include "marks.h"
#include "qemu_plugin_api.h"
#include "records.h"
#include "vcpu_track.h"

#define MAX_IRQ_ENTRIES 256
#define MAX_INSN	15 /* bytes; the longest x86 instruction */

struct vcpu {
	struct vcpu_track track;
	uint32_t op_at_phase_begin;
	uint64_t irqs_at_phase_begin;
} __attribute__((aligned(256))); /* no false sharing in the instrument itself */

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API_OLDEST;

static qemu_plugin_id_t plugin_id;
static qemu_plugin_insn_data_v1_t insn_data_v1; /* one of the two is set */
static qemu_plugin_insn_data_v3_t insn_data_v3;
static unsigned int n_vcpus;
static struct vcpu *vcpus;
static struct line_table *tables; /* one per vCPU */
static FILE *out;
static bool session; /* are memory accesses instrumented? */
static uint64_t phase;
static uint64_t irq_entries[MAX_IRQ_ENTRIES];
static unsigned int n_irq_entries;

/*
 * QEMU asks for the version before it calls us. There is one symbol in the plugin but several
 * QEMUs to serve: find out by what this one exports.
 */
__attribute__((constructor)) static void choose_api_version(void)
{
	static const struct {
		int version;
		const char *symbol; /* came with that version */
	} since[] = {
		{ 2, "qemu_plugin_num_vcpus" },
		{ 3, "qemu_plugin_register_vcpu_tb_exec_cond_cb" },
		{ 4, "qemu_plugin_mem_get_value" },
		{ 5, "qemu_plugin_write_memory_vaddr" },
	};

	for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++)
		if (dlsym(RTLD_DEFAULT, since[i].symbol))
			qemu_plugin_version = since[i].version;
}

/* Copy at most LEN bytes of INSN to BUF and return the instruction's length. */
static size_t insn_bytes(const struct qemu_plugin_insn *insn, uint8_t *buf, size_t len)
{
	size_t size = qemu_plugin_insn_size(insn);

	if (len > size)
		len = size;
	if (insn_data_v3)
		insn_data_v3(insn, buf, len);
	else
		memcpy(buf, insn_data_v1(insn), len);
	return size;
}

/* The hot path. DATA is the address of the instruction. */
static void on_access(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	struct vcpu_track *track = &vcpus[cpu].track;
	struct qemu_plugin_hwaddr *where;
	uint64_t first, last;
	bool write;

	if (!((uintptr_t)data >> 63))
		track_user(track);
	if (!track_counts(track))
		return;
	where = qemu_plugin_get_hwaddr(info, vaddr);
	if (!where || qemu_plugin_hwaddr_is_io(where))
		return;
	first = qemu_plugin_hwaddr_phys_addr(where);
	last = first + (1u << qemu_plugin_mem_size_shift(info)) - 1;
	write = qemu_plugin_mem_is_store(info);
	line_table_touch(&tables[cpu], track->op, first >> LINE_SHIFT, vaddr, (uintptr_t)data,
			 write);
	/* The second line of an unaligned access, unless it lies in another page. */
	if (first >> LINE_SHIFT != last >> LINE_SHIFT && first >> 12 == last >> 12)
		line_table_touch(&tables[cpu], track->op, last >> LINE_SHIFT,
				 (vaddr | ((1u << LINE_SHIFT) - 1)) + 1, (uintptr_t)data, write);
}

static void on_switch_out(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	(void)info;
	(void)data;
	track_switch_out(&vcpus[cpu].track, vaddr);
}

static void on_switch_in(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	(void)info;
	(void)data;
	track_switch_in(&vcpus[cpu].track, vaddr);
}

static void phase_begin(uint64_t number)
{
	phase = number;
	for (unsigned int i = 0; i < n_vcpus; i++) {
		line_table_clear(&tables[i]);
		vcpus[i].op_at_phase_begin = vcpus[i].track.op;
		vcpus[i].irqs_at_phase_begin = vcpus[i].track.irqs;
	}
}

static void phase_end(void)
{
	struct record_phase record = { .phase = phase };
	struct line_table all = { 0 };

	for (unsigned int i = 0; i < n_vcpus; i++) {
		uint32_t ops = vcpus[i].track.op - vcpus[i].op_at_phase_begin;

		record.ops += ops;
		record.vcpus += ops > 0;
		record.busy += vcpus[i].track.in_op;
		record.irqs += vcpus[i].track.irqs - vcpus[i].irqs_at_phase_begin;
	}
	if (line_table_join(&all, tables, n_vcpus))
		record.lost++;
	record.lost += all.lost;
	if (record_write(out, &record, &all))
		fprintf(stderr, "contention.so: cannot write the record of phase %llu: %s\n",
			(unsigned long long)phase, strerror(errno));
	line_table_free(&all);
}

static void register_callbacks(qemu_plugin_id_t id);

static bool is_irq_entry(uint64_t pc)
{
	for (unsigned int i = 0; i < n_irq_entries; i++)
		if (irq_entries[i] == pc)
			return true;
	return false;
}

/*
 * Translate everything anew, now with callbacks. There is no way back: QEMU 7.2 keeps pointers to
 * an instruction's callbacks a little longer than the instruction runs, so a second reset, which
 * frees them, would sooner or later crash it.
 */
static void session_begin(void)
{
	if (session)
		return;
	session = true;
	qemu_plugin_reset(plugin_id, register_callbacks);
}

static void add_irq_entry(uint64_t address)
{
	if (!is_irq_entry(address) && n_irq_entries < MAX_IRQ_ENTRIES)
		irq_entries[n_irq_entries++] = address;
}

static void on_mark(unsigned int cpu, void *data)
{
	struct vcpu_track *track = &vcpus[cpu].track;
	uintptr_t code = (uintptr_t)data;

	switch (code) {
	case MARK_OP_BEGIN:
	case MARK_GROUP_BEGIN:
		track_op_begin(track, code == MARK_GROUP_BEGIN);
		break;
	case MARK_OP_END:
		track_op_end(track);
		break;
	case MARK_PHASE_BEGIN:
		phase_begin(track_take_number(track));
		break;
	case MARK_PHASE_END:
		phase_end();
		break;
	case MARK_SESSION_BEGIN:
		session_begin();
		break;
	case MARK_IRQ_ENTRY:
		add_irq_entry(track_take_number(track));
		break;
	default:
		track_nibble(track, code);
	}
}

static void on_irq_entry(unsigned int cpu, void *data)
{
	(void)data;
	track_irq_enter(&vcpus[cpu].track);
}

static void on_iret(unsigned int cpu, void *data)
{
	(void)data;
	track_iret(&vcpus[cpu].track);
}

static void on_sysret(unsigned int cpu, void *data)
{
	(void)data;
	track_sysret(&vcpus[cpu].track);
}

static void exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t cb, uintptr_t data)
{
	qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, (void *)data);
}

/*
 * The kernel switches tasks by "mov %rsp,THREAD_SP(%prev)" and "mov THREAD_SP(%next),%rsp".
 * Nothing else in it that runs in operation addresses %rsp with a 32 bit displacement.
 */
static void watch_task_switch(struct qemu_plugin_insn *insn, uint64_t pc, const uint8_t *bytes,
			      size_t size)
{
	qemu_plugin_vcpu_mem_cb_t cb;

	if (!(pc >> 63) || size != 7 || bytes[0] != 0x48 || (bytes[2] & 0xf8) != 0xa0)
		return;
	if (bytes[1] == 0x89)
		cb = on_switch_out;
	else if (bytes[1] == 0x8b)
		cb = on_switch_in;
	else
		return;
	qemu_plugin_register_vcpu_mem_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
					 NULL);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	static const uint8_t iretq[] = { 0x48, 0xcf }, sysretq[] = { 0x48, 0x0f, 0x07 };
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		uint8_t bytes[MAX_INSN];
		size_t size = insn_bytes(insn, bytes, sizeof(bytes));
		int code = mark_decode(bytes, size);

		if (code >= 0)
			exec_cb(insn, on_mark, code);
		if (!session)
			continue;
		/* The processor jumps to an entry point: it is always the first of its block. */
		if (!i && is_irq_entry(pc))
			exec_cb(insn, on_irq_entry, 0);
		if (size == sizeof(iretq) && !memcmp(bytes, iretq, size))
			exec_cb(insn, on_iret, 0);
		else if (size == sizeof(sysretq) && !memcmp(bytes, sysretq, size))
			exec_cb(insn, on_sysret, 0);
		else
			watch_task_switch(insn, pc, bytes, size);
		qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, (void *)(uintptr_t)pc);
	}
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	if (fflush(out))
		fprintf(stderr, "contention.so: cannot write the records: %s\n", strerror(errno));
}

static void register_callbacks(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
}

static int refuse(const char *why, const char *what)
{
	fprintf(stderr, "contention.so: %s%s\n", why, what);
	return -1;
}

/* Called by QEMU: 0 accepts, anything else makes QEMU exit. The only argument is out=FILE. */
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
				      char **argv)
{
	const char *path = NULL;
	void *insn_data;

	if (info->version.cur < PLUGIN_API_OLDEST || info->version.min > PLUGIN_API_NEWEST) {
		fprintf(stderr,
			"contention.so: this QEMU offers plugin interface %d to %d, known are %d "
			"to %d: use another QEMU or extend qemu_plugin_api.h\n",
			info->version.min, info->version.cur, PLUGIN_API_OLDEST, PLUGIN_API_NEWEST);
		return -1;
	}
	if (!info->system_emulation || strcmp(info->target_name, "x86_64"))
		return refuse("needs qemu-system-x86_64, not the emulator of ", info->target_name);
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "out=", 4))
			return refuse("unknown argument, only out=FILE is known: ", argv[i]);
		path = argv[i] + 4;
	}
	if (!path || !*path)
		return refuse("say where the records go: -plugin contention.so,out=FILE", "");
	out = fopen(path, "we");
	if (!out) {
		fprintf(stderr, "contention.so: cannot write %s: %s\n", path, strerror(errno));
		return -1;
	}
	insn_data = dlsym(RTLD_DEFAULT, "qemu_plugin_insn_data");
	if (!insn_data)
		return refuse("this QEMU has no qemu_plugin_insn_data()", "");
	if (info->version.cur >= PLUGIN_API_INSN_COPY)
		insn_data_v3 = (qemu_plugin_insn_data_v3_t)insn_data;
	else
		insn_data_v1 = (qemu_plugin_insn_data_v1_t)insn_data;
	plugin_id = id;
	n_vcpus = info->system.max_vcpus;
	vcpus = aligned_alloc(sizeof(*vcpus), n_vcpus * sizeof(*vcpus));
	tables = calloc(n_vcpus, sizeof(*tables));
	if (!vcpus || !tables)
		return refuse("out of memory", "");
	memset(vcpus, 0, n_vcpus * sizeof(*vcpus));
	register_callbacks(id);
	return 0;
}
