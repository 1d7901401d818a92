// SPDX-License-Identifier: GPL-2.0-only
#include "container_engine.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "storm.h"

#define WORDS(...) ((char *[]){ __VA_ARGS__, NULL })

static const struct container_engine engines[] = {
	{
		.name = "docker",
		.own_mounts = true,
		.package = "docker.io",
		.version_format = "{{.Server.Version}}",
		.driver_format = "{{.Driver}}",
		.build_option = "--force-rm",
		.remedy = "give \"storage-driver\": \"overlay2\" in /etc/docker/daemon.json and "
			  "restart it",
	},
	{
		.name = "podman",
		.own_mounts = true,
		.package = "podman",
		.version_format = "{{.Client.Version}}",
		.driver_format = "{{.Store.GraphDriverName}}",
		/* Else all layers become one. */
		.build_option = "--layers",
		.remedy = "give driver = \"overlay\" in /etc/containers/storage.conf",
	},
	{ .name = "runc", .package = "runc" },
};

const struct container_engine *engine_find(const char *name)
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		if (strcmp(engines[i].name, name) == 0)
			return &engines[i];
	}
	return NULL;
}

/* The last line that is not empty, without its end; what the engine says of an error. */
static char *last_line(char *text)
{
	size_t length = strlen(text);
	char *start;

	while (length && strchr("\n\r ", text[length - 1]))
		text[--length] = '\0';
	start = strrchr(text, '\n');
	return start ? start + 1 : text;
}

/* Runs it; complains with what it said when it fails. */
static int run(const struct container_engine *e, char *const argv[])
{
	int status, rc = SUCCESS;
	char *said = child_text(argv, &status);

	if (status == 127 && !said[0])
		rc = complain(FAILED, "--in-container: %s cannot be started; install %s", e->name,
			      e->package);
	else if (status)
		rc = complain(FAILED, "--in-container: %s %s failed (exit status %d): %.400s",
			      e->name, argv[1], status, last_line(said));
	free(said);
	return rc;
}

/* Its answer on standard output, up to @size; warnings on standard error are no part of it. */
static int ask(const struct container_engine *e, char *const argv[], char *text, size_t size)
{
	struct child c;
	size_t got;
	int rc = child_start(&c, argv, -1);

	text[0] = '\0';
	if (rc)
		return complain(FAILED, "cannot start %s: %s", e->name, strerror(-rc));
	got = fread(text, 1, size - 1, c.output);
	text[got] = '\0';
	rc = child_end(&c);
	/* Once more for what it says of the error. */
	if (rc || !text[0])
		return run(e, argv) ? FAILED
				    : complain(FAILED, "--in-container: %s %s answers nothing",
					       e->name, argv[1]);
	text[strcspn(text, "\n")] = '\0';
	return SUCCESS;
}

int engine_version(const struct container_engine *e, char *text, size_t size)
{
	char line[256];
	int rc;

	if (e->own_mounts)
		return ask(e, WORDS((char *)e->name, "version", "-f", (char *)e->version_format),
			   text, size);
	rc = ask(e, WORDS((char *)e->name, "--version"), line, sizeof(line));
	/* "runc version 1.1.5+ds1" */
	if (!rc)
		snprintf(text, size, "%.100s", strrchr(line, ' ') ? strrchr(line, ' ') + 1 : line);
	return rc;
}

bool driver_is_overlay(const char *driver)
{
	/* docker: overlay2, overlay; overlayfs with containerd's images. podman: overlay. */
	return strncmp(driver, "overlay", 7) == 0;
}

int engine_driver(const struct container_engine *e, char *text, size_t size)
{
	int rc;

	text[0] = '\0';
	if (!e->own_mounts)
		return SUCCESS;
	rc = ask(e, WORDS((char *)e->name, "info", "-f", (char *)e->driver_format), text, size);
	if (!rc && !driver_is_overlay(text))
		rc = complain(FAILED,
			      "--in-container: %s keeps its containers on \"%s\", not on overlay; "
			      "%s, or measure with --in-container=runc",
			      e->name, text, e->remedy);
	return rc;
}

int engine_build(const struct container_engine *e, const struct engine_name *image,
		 const char *context)
{
	return run(e, WORDS((char *)e->name, "build", "-q", (char *)e->build_option, "--network",
			    "none", "-t", (char *)image->text, (char *)context));
}

void engine_remove_image(const struct container_engine *e, const struct engine_name *image)
{
	int status;

	free(child_text(WORDS((char *)e->name, "rmi", "-f", (char *)image->text), &status));
}

void engine_remove_container(const struct container_engine *e, const struct engine_name *container)
{
	int status;
	char *name = (char *)container->text;

	if (e->own_mounts)
		free(child_text(WORDS((char *)e->name, "rm", "-f", "-v", name), &status));
	else
		free(child_text(WORDS((char *)e->name, "delete", "--force", name), &status));
}

void engine_run_command(const struct container_engine *e, const char *container, const char *source,
			const char *argv[16])
{
	const char *const own[] = { e->name,  "run",	"-i",	   "--rm", "--network",
				    "none",   "--name", container, "-v",   CONTAINER_RAW,
				    "--pull", "never",	source,	   NULL };
	const char *const bare[] = { e->name, "run", "--bundle", source, container, NULL };

	if (e->own_mounts)
		memcpy(argv, own, sizeof(own));
	else
		memcpy(argv, bare, sizeof(bare));
}

static pid_t pid_of_state(const char *text)
{
	struct json_object *state = json_tokener_parse(text), *pid;
	int number = 0;

	if (json_object_is_type(state, json_type_object) &&
	    json_object_object_get_ex(state, "pid", &pid))
		number = json_object_get_int(pid);
	json_object_put(state);
	return number;
}

pid_t engine_init_pid(const struct container_engine *e, const char *container)
{
	char *name = (char *)container;
	pid_t pid = 0;

	if (e->own_mounts) {
		char text[32];

		if (ask(e, WORDS((char *)e->name, "inspect", "-f", "{{.State.Pid}}", name), text,
			sizeof(text)))
			return 0;
		pid = atoi(text);
	} else {
		int status;
		char *said = child_text(WORDS((char *)e->name, "state", name), &status);

		pid = pid_of_state(said);
		free(said);
	}
	if (pid <= 0)
		complain(FAILED, "--in-container: %s does not tell the first process of %s",
			 e->name, container);
	return pid > 0 ? pid : 0;
}
