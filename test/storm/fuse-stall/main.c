// SPDX-License-Identifier: GPL-2.0-only
/* fuse-stall: how long the kernel makes a writer to a FUSE filesystem wait. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "competing_writer.h"
#include "environment.h"
#include "fuse_mount.h"
#include "output_file.h"
#include "passthrough.h"
#include "stall_options.h"
#include "stall_report.h"
#include "storm.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int run_after_mount(const char *command, const struct fuse_mount *m)
{
	int status;

	if (!command)
		return SUCCESS;
	setenv("FUSE_STALL_BDI", m->bdi, 1);
	setenv("FUSE_STALL_MOUNT", m->path, 1);
	fflush(NULL);
	status = system(command);
	if (status == -1)
		return complain(FAILED, "cannot start sh: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return complain(FAILED, "--after-mount: the command failed: %s", command);
	return SUCCESS;
}

static void read_bdi(struct stall_bdi *bdi, const struct fuse_mount *m)
{
	strcpy(bdi->name, m->bdi);
	bdi->min_ratio = fuse_mount_attribute(m, "min_ratio");
	bdi->max_ratio = fuse_mount_attribute(m, "max_ratio");
	bdi->strict_limit = fuse_mount_attribute(m, "strict_limit");
}

/* The server and the competing writer run already; here only this task is traced. */
static int dirty_on_fuse(struct stall_result *r, const struct fuse_mount *m)
{
	int rc;

	if (!r->o->trace)
		r->throttle.bdi = m->bdi;
	else if (!throttle_trace_start(&r->throttle, m->bdi))
		complain(SUCCESS, "pauses are not told from other slow touches: %s",
			 r->throttle.why_not);
	rc = dirty_mapping(m->top, "mapped", r->o->mb, r->o->limit, &r->fuse);
	throttle_trace_stop(&r->throttle);
	if (r->throttle.lost)
		complain(SUCCESS, "%llu trace events were lost, so pauses can be missing",
			 (unsigned long long)r->throttle.lost);
	return rc;
}

static int dirty_locally(struct stall_result *r, const struct fuse_mount *m)
{
	int directory = m->backing, rc;
	char name[64];

	if (r->o->local_in)
		directory = open(r->o->local_in, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return complain(BAD_INPUT, "--local %s: cannot open this directory: %s",
				r->o->local_in, strerror(errno));
	strcpy(r->local_fs, filesystem_name(directory).text);
	snprintf(name, sizeof(name), "fuse-stall.%d.local", getpid());
	rc = dirty_mapping(directory, name, r->o->mb, r->o->limit, &r->local);
	unlinkat(directory, name, 0);
	if (r->o->local_in)
		close(directory);
	return rc;
}

static int compete_and_measure(struct stall_result *r, const struct fuse_mount *m)
{
	struct competing_writer competing = { 0, NULL };
	double start;
	uint64_t bytes;
	int rc = SUCCESS;

	r->competing_mb_per_s = -1;
	if (r->o->competing)
		rc = competing_writer_start(&competing, r->o->competing, r->o->warm_up);
	bytes = competing_writer_bytes(&competing);
	start = now();
	if (!rc)
		rc = dirty_on_fuse(r, m);
	if (!rc && r->o->competing)
		r->competing_mb_per_s = (double)(competing_writer_bytes(&competing) - bytes) /
					(now() - start) / (1 << 20);
	if (!rc)
		rc = dirty_mapping_verify(m->backing, "mapped", r->fuse.done);
	if (!rc && r->o->local)
		rc = dirty_locally(r, m);
	competing_writer_stop(&competing);
	return rc;
}

static int tell(const struct stall_result *r, struct output_file *json)
{
	struct json_object *object;
	int rc;

	if (!r->o->json || strcmp(r->o->json, "-") != 0) {
		stall_report_print(r, stdout);
		if (fflush(stdout) || ferror(stdout))
			return complain(FAILED, "cannot write the result: %s", strerror(errno));
	}
	if (!r->o->json)
		return SUCCESS;
	object = stall_report_json(r);
	rc = output_file_json(json, object);
	json_object_put(object);
	return rc;
}

static int measure(const struct stall_options *o, struct output_file *json)
{
	struct stall_result r = { .o = o };
	struct fuse_mount m;
	int rc = fuse_mount_make(&m, o);

	strcpy(r.backing_fs, m.backing_fs);
	if (!rc)
		rc = run_after_mount(o->after_mount, &m);
	if (!rc) {
		stall_report_read_host(&r);
		read_bdi(&r.bdi, &m);
		rc = compete_and_measure(&r, &m);
	}
	if (fuse_mount_remove(&m) && !rc)
		rc = FAILED;
	if (!rc)
		rc = tell(&r, json);
	dirtying_free(&r.fuse);
	dirtying_free(&r.local);
	throttle_trace_free(&r.throttle);
	return rc;
}

int main(int argc, char **argv)
{
	struct stall_options o;
	struct output_file json;
	int rc = stall_options_parse(argc, argv, &o);

	if (rc)
		return rc;
	if (o.request == STALL_HELP) {
		stall_options_help(stdout);
		return SUCCESS;
	}
	if (o.request == STALL_SERVE)
		return passthrough_serve(&(struct passthrough){
			.directory = o.base,
			.mountpoint = o.serve,
			.delay = o.delay,
			.threads = o.threads,
			.writeback_cache = o.writeback_cache,
		});
	stop_signals_catch();
	rc = output_file_open(&json, "--json", o.json);
	if (!rc) {
		rc = measure(&o, &json);
		output_file_close(&json);
	}
	stop_signals_obey();
	return rc;
}
