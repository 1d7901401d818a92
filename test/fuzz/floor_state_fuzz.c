// SPDX-License-Identifier: GPL-2.0-only
/* fuse-floor undoes what its state says, and a crash may have left anything there. */
#include "fuzz.h"

#include "floor_state.h"
#include "storm.h"

static char directory[] = "/tmp/floor-state-fuzz.XXXXXX", name[64];

static void remove_directory(void)
{
	unlink(name);
	rmdir(directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct floor_state s;
	FILE *file;

	if (!*name) {
		if (!mkdtemp(directory))
			abort();
		snprintf(name, sizeof(name), "%s/state", directory);
		atexit(remove_directory);
	}
	file = fopen(name, "we");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		abort();
	if (floor_state_open(&s, directory, false) == SUCCESS) {
		for (size_t i = 0; i < s.count; i++) {
			if (!floor_state_is_ours(&s, s.records[i].name, s.records[i].ppm))
				abort();
		}
	}
	floor_state_close(&s);
	return 0;
}
