/* SPDX-License-Identifier: GPL-2.0-only */
/* Made-up results for the tests of what reads and judges them. */
#ifndef STORM_UNIT_RESULT_SAMPLES_H
#define STORM_UNIT_RESULT_SAMPLES_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Writes @text to a new file and returns its name, which the caller removes. */
static inline char *file_with(const char *text)
{
	static char name[4][64];
	static unsigned int next;
	char *path = name[next++ % 4];
	FILE *file;
	int fd;

	snprintf(path, sizeof(name[0]), "/tmp/ovl-storm-unit.XXXXXX");
	fd = mkstemp(path);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		abort();
	fputs(text, file);
	fclose(file);
	return path;
}

#define RESULT_ENVIRONMENT                                                   \
	"\"environment\":{\"kernel\":\"6.1.0\",\"fs\":\"tmpfs\",\"cpus\":8," \
	"\"module_version\":\"stock\",\"governor\":null}"

/* One measurement: three samples of each side. */
#define RESULT_ROW(op, tasks, a, b, c)                                                         \
	"{\"op\":\"" op "\",\"tasks\":" tasks ",\"shared\":false,\"layers\":4,\"mounts\":1,"   \
	"\"cold\":false,\"overlay\":{\"ops_per_s\":{\"median\":" b ",\"min\":" a ",\"max\":" c \
	",\"samples\":[" a "," b "," c "]},\"latency_us\":null},"                              \
	"\"raw\":{\"ops_per_s\":{\"median\":1000,\"min\":1000,\"max\":1000,"                   \
	"\"samples\":[1000,1000,1000]},\"latency_us\":null},"                                  \
	"\"mount_lock_per_op\":{\"overlay\":1.0,\"raw\":null}}"

#define RESULT_WITH(rows) "{\"tool\":\"ovl-storm\"," RESULT_ENVIRONMENT ",\"results\":[" rows "]}"

#endif
