// SPDX-License-Identifier: GPL-2.0-only
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storm.h"

static int open_temporary(struct output_file *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[4096] = ".";
	struct stat st;

	if (slash)
		snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path + 1), path);
	if (snprintf(f->name, sizeof(f->name), "%s", slash ? slash + 1 : path) >=
		    (int)sizeof(f->name) ||
	    !f->name[0])
		return -EISDIR;
	f->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->directory < 0)
		return -errno;
	if (!fstatat(f->directory, f->name, &st, 0) && S_ISDIR(st.st_mode))
		return -EISDIR;
	snprintf(f->temporary, sizeof(f->temporary), ".%s.%d", f->name, getpid());
	f->fd = openat(f->directory, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (f->fd < 0) {
		int rc = -errno;

		f->temporary[0] = '\0';
		return rc;
	}
	return 0;
}

int output_file_open(struct output_file *f, const char *option, const char *path)
{
	int rc;

	*f = (struct output_file){ .directory = -1, .fd = -1 };
	if (!path)
		return SUCCESS;
	if (strcmp(path, "-") == 0) {
		f->fd = STDOUT_FILENO;
		return SUCCESS;
	}
	rc = open_temporary(f, path);
	if (rc) {
		output_file_close(f);
		return complain(BAD_INPUT, "%s %s: cannot write there: %s", option, path,
				strerror(-rc));
	}
	return SUCCESS;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t done = write(fd, text, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		size -= done;
	}
	return 0;
}

int output_file_text(struct output_file *f, const char *text)
{
	int rc;

	if (f->fd < 0)
		return SUCCESS;
	rc = write_all(f->fd, text, strlen(text));
	if (!rc && f->temporary[0]) {
		if (fsync(f->fd) || renameat(f->directory, f->temporary, f->directory, f->name))
			rc = -errno;
		else
			f->temporary[0] = '\0';
	}
	if (rc)
		return complain(FAILED, "cannot write %s: %s",
				f->name[0] ? f->name : "standard output", strerror(-rc));
	return SUCCESS;
}

int output_file_json(struct output_file *f, struct json_object *content)
{
	const char *text = json_object_to_json_string_ext(
		content, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
	char *line;
	int rc;

	if (!text || asprintf(&line, "%s\n", text) < 0)
		return complain(FAILED, "out of memory for the JSON result");
	rc = output_file_text(f, line);
	free(line);
	return rc;
}

void output_file_close(struct output_file *f)
{
	if (f->temporary[0])
		unlinkat(f->directory, f->temporary, 0);
	f->temporary[0] = '\0';
	if (f->fd > STDERR_FILENO)
		close(f->fd);
	if (f->directory >= 0)
		close(f->directory);
	f->fd = -1;
	f->directory = -1;
}
