/* SPDX-License-Identifier: GPL-2.0-only */
/* Formats of trace events as kernels write them. */
#ifndef WRITE_LAT_UNIT_TRACE_FORMATS_H
#define WRITE_LAT_UNIT_TRACE_FORMATS_H

#define COMMON                                                                         \
	"format:\n"                                                                    \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"         \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"         \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

static const char begin_format[] =
	"name: call_pwrite64_1\nID: 1500\n" COMMON
	"\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:s32 fd;\toffset:16;\tsize:4;\tsigned:1;\n"
	"\tfield:u64 len;\toffset:20;\tsize:8;\tsigned:0;\n"
	"\tfield:s64 pos;\toffset:28;\tsize:8;\tsigned:1;\n\n"
	"print fmt: \"(%lx) fd=%d len=%Lu pos=%Ld\", REC->__probe_ip, REC->fd, REC->len, "
	"REC->pos\n";

static const char switch_format[] = "name: sched_switch\nID: 319\n" COMMON
				    "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:1;\n"
				    "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
				    "\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n"
				    "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n"
				    "\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:1;\n"
				    "\tfield:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;\n"
				    "\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n\n"
				    "print fmt: \"prev_pid=%d\", REC->prev_pid\n";

static const char stack_format[] =
	"name: kernel_stack\nID: 4\n" COMMON "\tfield:int size;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:unsigned long caller[8];\toffset:16;\tsize:64;\tsigned:0;\n\n"
	"print fmt: \"\\t=> %ps\\n\", (void *)REC->caller[0]\n";

#endif
