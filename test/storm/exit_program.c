// SPDX-License-Identifier: GPL-2.0-only
/* Puts the linked program (made from exit_at_once.c) into ovl-storm as read-only data. */
#include "exit_program.h"

__asm__(".section .rodata\n"
	".global exit_program\n"
	".global exit_program_end\n"
	"exit_program:\n"
	".incbin \"" EXIT_PROGRAM_FILE "\"\n"
	"exit_program_end:\n"
	".byte 0\n"
	".previous\n");
