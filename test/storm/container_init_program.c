// SPDX-License-Identifier: GPL-2.0-only
/* Puts the linked program (made from container_init.c) into ovl-storm as read-only data. */
#include "container_init_program.h"

__asm__(".section .rodata\n"
	".global container_init_program\n"
	".global container_init_program_end\n"
	"container_init_program:\n"
	".incbin \"" CONTAINER_INIT_FILE "\"\n"
	"container_init_program_end:\n"
	".byte 0\n"
	".previous\n");
