/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks: how the workload inside the guest talks to the plugin outside.
 *
 * A mark is a seven byte no-op, "nopl DISP(%rax)", whose displacement carries a magic number and
 * a code. The processor ignores it, it touches no memory and needs no privilege, so it costs the
 * guest nothing and works in every kernel; the plugin recognises the bytes when the instruction
 * is translated and is called whenever it is executed, on the vCPU that executes it.
 *
 * Numbers (phase numbers, addresses) are passed four bits at a time by MARK_NIBBLE marks, most
 * significant first; the command that follows takes the number and clears it.
 */
#ifndef CONTENTION_MARKS_H
#define CONTENTION_MARKS_H

#include <stdint.h>

#define MARK_MAGIC 0x4c430000u /* upper half of the displacement */
#define MARK_SIZE  7	       /* bytes of one mark instruction */

enum mark {
	MARK_NIBBLE = 0x00,	   /* 0x00..0x0f: append four bits to this vCPU's number */
	MARK_OP_BEGIN = 0x10,	   /* an operation starts on this vCPU */
	MARK_OP_END = 0x11,	   /* ... and ends */
	MARK_PHASE_BEGIN = 0x12,   /* number = phase: forget what was counted, count afresh */
	MARK_PHASE_END = 0x13,	   /* write the phase's record; no vCPU may be in an operation */
	MARK_SESSION_BEGIN = 0x14, /* instrument memory accesses from now on */
	MARK_IRQ_ENTRY = 0x15,	   /* number = address of an interrupt entry point */
	MARK_GROUP_BEGIN = 0x16,   /* like MARK_OP_BEGIN, for an operation of several tasks */
	MARK_LAST = MARK_GROUP_BEGIN,
};

/* The displacement as the assembler wants it: (code) must be a constant expression. */
#define MARK(code)                                                 \
	__asm__ __volatile__(".byte 0x0f, 0x1f, 0x80\n\t.long %c0" \
			     :                                     \
			     : "i"(MARK_MAGIC | (code))            \
			     : "memory")

/*
 * Return the mark's code when the SIZE bytes at INSN are a mark, -1 when they are anything else.
 */
static inline int mark_decode(const uint8_t *insn, uint64_t size)
{
	uint32_t disp;

	if (size != MARK_SIZE || insn[0] != 0x0f || insn[1] != 0x1f || insn[2] != 0x80)
		return -1;
	disp = insn[3] | insn[4] << 8 | insn[5] << 16 | (uint32_t)insn[6] << 24;
	if ((disp & 0xffff0000u) != MARK_MAGIC || (disp & 0xffff) > MARK_LAST)
		return -1;
	return disp & 0xffff;
}

#endif
