// SPDX-License-Identifier: GPL-2.0-only
/* contention-report reads what the plugin of an emulator wrote that may have been killed. */
#include "fuzz.h"

#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned long line = 0;
	struct record record;
	FILE *file;

	if (!size)
		return 0;
	file = fmemopen((void *)data, size, "r");
	if (!file)
		abort();
	while (record_read(file, &record, &line) == 1)
		record_free(&record);
	fclose(file);
	return 0;
}
