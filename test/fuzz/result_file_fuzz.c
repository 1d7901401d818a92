// SPDX-License-Identifier: GPL-2.0-only
/* ovl-storm compares and reports what others measured. */
#include "fuzz.h"

#include "result_file.h"
#include "storm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result_file *f = calloc(1, sizeof(*f));
	char path[64];
	int fd = fuzz_file(data, size, path);

	if (!f)
		abort();
	if (result_file_read(f, path) == SUCCESS) {
		result_file_text(f, "kernel");
		for (unsigned int i = 0; i < f->count; i++) {
			if (!result_file_find(f, &f->rows[i]))
				abort();
		}
	}
	result_file_close(f);
	free(f);
	close(fd);
	return 0;
}
