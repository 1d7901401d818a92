/* SPDX-License-Identifier: GPL-2.0-only */
/* Which file a call worked on. */
#ifndef WRITE_LAT_CALL_FILE_H
#define WRITE_LAT_CALL_FILE_H

#include "calls.h"

struct file_memory;

/**
 * file_memory_new - remembers the files of threads that may be gone when they are asked for
 */
struct file_memory *file_memory_new(void);

/**
 * call_file_find - set @call->file when it is not set yet
 *
 * Best called while the call is under way, from /proc/TID/fd or, for msync, /proc/TID/maps. When
 * the thread is gone, what its descriptor was before is taken. With @cheap that is taken first: for
 * calls that only count. Stays NULL when nothing is known.
 */
void call_file_find(struct file_memory *memory, struct call *call, bool cheap);

void file_memory_free(struct file_memory *memory);

#endif
