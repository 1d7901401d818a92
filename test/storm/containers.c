// SPDX-License-Identifier: GPL-2.0-only
#include "containers.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "container_bundle.h"
#include "container_init_program.h"
#include "environment.h"
#include "storm.h"

/* Seconds; engines on a busy or emulated machine take their time. */
#define START_LIMIT 300
#define END_LIMIT   60

int containers_check(struct containers *c, const struct options *o)
{
	int rc;

	memset(c, 0, sizeof(*c));
	if (!o->in_container)
		return SUCCESS;
	if (geteuid() != 0)
		return complain(BAD_INPUT, "--in-container needs root: tasks join the container");
	c->engine = engine_find(o->in_container);
	rc = engine_version(c->engine, c->version, sizeof(c->version));
	return rc ? rc : engine_driver(c->engine, c->driver, sizeof(c->driver));
}

/* ---- what a container is made of ---- */

static int put_file(int directory, const char *name, const char *content, size_t size, mode_t mode)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	int rc = SUCCESS;

	if (fd < 0 || write(fd, content, size) != (ssize_t)size)
		rc = complain(FAILED, "cannot write %s: %s", name, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Layer 0 is the topmost; what is copied last becomes the topmost of an image. */
static int put_dockerfile(const struct workplace *w)
{
	size_t size = 256 + w->shape.layers * 32, used;
	char *text = need_memory(size, 1);
	int rc;

	used = snprintf(text, size, "FROM scratch\nLABEL ovl-storm=1\n");
	for (unsigned int i = w->shape.layers; i-- > 0;)
		used += snprintf(text + used, size - used, "COPY %u/ /\n", i);
	used += snprintf(text + used, size - used, "ENTRYPOINT [\"%s\"]\n", CONTAINER_INIT);
	rc = put_file(w->home, "Dockerfile", text, used, 0644);
	/* The context is the layers, whatever else lies beside them. */
	used = snprintf(text, size, "*\n");
	for (unsigned int i = 0; i < w->shape.layers; i++)
		used += snprintf(text + used, size - used, "!%u\n", i);
	if (!rc)
		rc = put_file(w->home, ".dockerignore", text, used, 0644);
	free(text);
	return rc;
}

static int read_home(struct containers *c, const struct workplace *w)
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", w->home);
	length = readlink(link, c->home, sizeof(c->home) - 1);
	if (length <= 0)
		return complain(FAILED, "cannot find the base directory's path: %s",
				strerror(errno));
	c->home[length] = '\0';
	return SUCCESS;
}

static int prepare(struct containers *c, struct workplace *w)
{
	size_t size = container_init_program_end - container_init_program;
	int rc = read_home(c, w);

	if (!rc)
		rc = put_file(w->home, "0" CONTAINER_INIT, container_init_program, size, 0755);
	if (rc || !c->engine->own_mounts)
		return rc;
	rc = workplace_unmount(w);
	if (!rc)
		rc = put_dockerfile(w);
	if (rc)
		return rc;
	snprintf(c->image.text, sizeof(c->image.text), "ovl-storm:%d", (int)getpid());
	c->built = true;
	return engine_build(c->engine, &c->image, c->home);
}

/* ---- one container ---- */

static _Noreturn void become_runner(const struct containers *c, const struct container *box,
				    const char *source, int input, int output)
{
	const char *argv[16];

	/* Not by the interrupt key: it ends with its container. */
	setsid();
	signal(SIGPIPE, SIG_DFL);
	if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(box->messages, STDERR_FILENO) < 0)
		_exit(126);
	engine_run_command(c->engine, box->name.text, source, argv);
	execvp(argv[0], (char **)argv);
	_exit(127);
}

/* The end of what the runner complained of. */
static void last_words(const struct container *box, char *text, size_t size)
{
	off_t length = lseek(box->messages, 0, SEEK_END);
	off_t from = length > (off_t)size - 1 ? length - (off_t)size + 1 : 0;
	ssize_t got = pread(box->messages, text, size - 1, from);

	text[got > 0 ? got : 0] = '\0';
	for (char *c = text; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
}

/* Until its first program says that it runs. */
static int wait_until_it_runs(const struct containers *c, const struct container *box, int output)
{
	struct pollfd ready = { .fd = output, .events = POLLIN };
	char word[8], said[400];

	for (int i = 0; i < START_LIMIT * 10 && !stop_signal; i++) {
		if (poll(&ready, 1, 100) <= 0)
			continue;
		if (read(output, word, sizeof(word)) > 0)
			return SUCCESS;
		last_words(box, said, sizeof(said));
		return complain(FAILED, "--in-container: %s does not start a container: %s",
				c->engine->name, said[0] ? said : "it says nothing");
	}
	if (stop_signal)
		return FAILED;
	return complain(FAILED, "--in-container: %s did not start a container within %d s",
			c->engine->name, START_LIMIT);
}

static int start_runner(const struct containers *c, struct container *box, const char *source)
{
	int in[2], out[2], rc;

	if (pipe2(in, O_CLOEXEC))
		return complain(FAILED, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(out, O_CLOEXEC)) {
		close(in[0]);
		close(in[1]);
		return complain(FAILED, "cannot make a pipe: %s", strerror(errno));
	}
	fflush(NULL);
	box->runner = fork();
	if (box->runner == 0)
		become_runner(c, box, source, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	box->input = in[1];
	if (box->runner < 0) {
		box->runner = 0;
		rc = complain(FAILED, "cannot start %s: %s", c->engine->name, strerror(errno));
	} else {
		rc = wait_until_it_runs(c, box, out[0]);
	}
	/* Nothing else is said there. */
	close(out[0]);
	return rc;
}

static int start(const struct containers *c, struct container *box, unsigned int number)
{
	char bundle[4096 + 16], root[4096 + 16], raw[4096 + 16];
	const char *source = c->image.text;
	int rc = SUCCESS;

	*box = (struct container){ .input = -1 };
	box->messages = memfd_create("ovl-storm", MFD_CLOEXEC);
	snprintf(box->name.text, sizeof(box->name.text), "ovl-storm-%d-%u", (int)getpid(), number);
	if (!c->engine->own_mounts) {
		snprintf(bundle, sizeof(bundle), "%s/b%u", c->home, number);
		snprintf(root, sizeof(root), "%s/m%u", c->home, number);
		snprintf(raw, sizeof(raw), "%s/r", c->home);
		rc = bundle_make(bundle, root, raw);
		source = bundle;
	}
	if (!rc)
		rc = start_runner(c, box, source);
	if (rc)
		return rc;
	box->init = engine_init_pid(c->engine, box->name.text);
	return box->init ? container_doors_open(&box->doors, box->init) : FAILED;
}

static bool ended(const struct container *box, int seconds)
{
	const struct timespec moment = { .tv_nsec = 20000000 };

	for (int i = 0; i < seconds * 50; i++) {
		if (waitpid(box->runner, NULL, WNOHANG) == box->runner)
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

static int stop(const struct containers *c, struct container *box)
{
	int rc = SUCCESS;

	container_doors_close(&box->doors);
	if (box->input >= 0)
		close(box->input);
	box->input = -1;
	if (box->runner && !ended(box, END_LIMIT)) {
		rc = complain(FAILED, "%s does not end container %s; forcing it", c->engine->name,
			      box->name.text);
		engine_remove_container(c->engine, &box->name);
		if (!ended(box, END_LIMIT)) {
			kill(box->runner, SIGKILL);
			waitpid(box->runner, NULL, 0);
		}
	}
	box->runner = 0;
	if (box->messages >= 0)
		close(box->messages);
	box->messages = -1;
	return rc;
}

/* ---- the workplace's sides ---- */

static int open_inside(const struct container *box, const char *path)
{
	char whole[64];
	int fd;

	snprintf(whole, sizeof(whole), "/proc/%d/root%s", (int)box->init, path);
	fd = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		complain(FAILED, "cannot open %s in the container: %s", path, strerror(errno));
	return fd;
}

static void put_root(struct workplace *w, enum side side, unsigned int number, int fd)
{
	if (w->roots[side][number] >= 0)
		close(w->roots[side][number]);
	w->roots[side][number] = fd;
}

/* The upper layer's directory as the engine named it; false when the container does not tell. */
static bool find_upper(const struct container *box, struct stat *st)
{
	char path[64], upper[4096], *value = NULL;
	struct libmnt_table *mounts;
	struct libmnt_fs *root;
	size_t length = 0;
	bool found;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)box->init);
	mounts = mnt_new_table_from_file(path);
	root = mounts ? mnt_table_find_target(mounts, "/", MNT_ITER_BACKWARD) : NULL;
	found = root && !mnt_fs_get_option(root, "upperdir", &value, &length) && value &&
		*value == '/';
	if (found) {
		snprintf(upper, sizeof(upper), "%.*s", (int)length, value);
		found = !stat(upper, st);
	}
	mnt_unref_table(mounts);
	return found;
}

/* What is compared must differ by the overlay only. */
static int check_raw(const struct containers *c, int raw)
{
	struct stat upper, st;

	if (is_overlay(raw))
		return complain(FAILED,
				"--in-container: volumes of %s lie on an overlay, so there "
				"is nothing to compare with",
				c->engine->name);
	if (c->engine->own_mounts && find_upper(&c->list[0], &upper) && !fstat(raw, &st) &&
	    st.st_dev != upper.st_dev)
		return complain(FAILED,
				"--in-container: volumes of %s lie on %s, its layers on another "
				"filesystem: they cannot be compared; measure with "
				"--in-container=runc",
				c->engine->name, filesystem_name(raw).text);
	return SUCCESS;
}

static int turn_to(struct containers *c, struct workplace *w)
{
	int fd;

	for (unsigned int i = 0; i < c->count; i++) {
		fd = open_inside(&c->list[i], "/");
		if (fd < 0)
			return FAILED;
		put_root(w, SIDE_OVERLAY, i, fd);
		if (!is_overlay(fd))
			return complain(FAILED,
					"--in-container: the container's root is on %s, not on an "
					"overlay of the kernel; measure with --in-container=runc",
					filesystem_name(fd).text);
	}
	fd = open_inside(&c->list[0], CONTAINER_RAW);
	if (fd < 0)
		return FAILED;
	put_root(w, SIDE_RAW, 0, fd);
	if (check_raw(c, fd))
		return FAILED;
	/* A volume of the container is new each time. */
	return c->engine->own_mounts ? tree_make_whole(fd, &w->shape) : SUCCESS;
}

static int start_all(struct containers *c, struct workplace *w)
{
	int rc = SUCCESS;

	for (c->count = 0; c->count < w->mounts && !rc;) {
		if (stop_signal)
			return FAILED;
		c->doors[c->count] = &c->list[c->count].doors;
		rc = start(c, &c->list[c->count], c->count);
		c->count++;
	}
	if (!rc)
		rc = turn_to(c, w);
	return rc;
}

static int stop_all(struct containers *c, struct workplace *w)
{
	int rc = SUCCESS;

	if (c->count) {
		put_root(w, SIDE_RAW, 0, -1);
		for (unsigned int i = 0; i < w->mounts; i++)
			put_root(w, SIDE_OVERLAY, i, -1);
	}
	while (c->count) {
		if (stop(c, &c->list[--c->count]))
			rc = FAILED;
	}
	return rc;
}

int containers_make(struct containers *c, struct workplace *w)
{
	int rc;

	if (!c->engine)
		return SUCCESS;
	w->containers = c;
	rc = prepare(c, w);
	return rc ? rc : start_all(c, w);
}

int containers_renew(struct containers *c, struct workplace *w)
{
	int rc = stop_all(c, w);

	if (!rc && !c->engine->own_mounts)
		rc = workplace_renew(w);
	return rc ? rc : start_all(c, w);
}

int containers_remove(struct containers *c, struct workplace *w)
{
	int rc = stop_all(c, w);

	if (c->built)
		engine_remove_image(c->engine, &c->image);
	c->built = false;
	return rc;
}
