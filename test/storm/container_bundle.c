// SPDX-License-Identifier: GPL-2.0-only
#include "container_bundle.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "child.h"
#include "container_engine.h"
#include "storm.h"

static struct json_object *texts(const char *const *list)
{
	struct json_object *array = json_object_new_array();

	for (; *list; list++)
		json_object_array_add(array, json_object_new_string(*list));
	return array;
}

static struct json_object *raw_mount(const char *raw)
{
	static const char *const options[] = { "bind", "rw", NULL };
	struct json_object *mount = json_object_new_object();

	json_object_object_add(mount, "destination", json_object_new_string(CONTAINER_RAW));
	json_object_object_add(mount, "type", json_object_new_string("bind"));
	json_object_object_add(mount, "source", json_object_new_string(raw));
	json_object_object_add(mount, "options", texts(options));
	return mount;
}

int bundle_change(struct json_object *config, const char *root, const char *raw)
{
	static const char *const command[] = { CONTAINER_INIT, NULL };
	struct json_object *process, *place, *mounts;

	if (!json_object_is_type(config, json_type_object) ||
	    !json_object_object_get_ex(config, "process", &process) ||
	    !json_object_object_get_ex(config, "root", &place) ||
	    !json_object_object_get_ex(config, "mounts", &mounts) ||
	    !json_object_is_type(mounts, json_type_array))
		return -1;
	json_object_object_add(process, "terminal", json_object_new_boolean(false));
	json_object_object_add(process, "args", texts(command));
	json_object_object_add(place, "path", json_object_new_string(root));
	json_object_object_add(place, "readonly", json_object_new_boolean(false));
	json_object_array_add(mounts, raw_mount(raw));
	return 0;
}

int bundle_make(const char *directory, const char *root, const char *raw)
{
	char *const spec[] = { "runc", "spec", "--bundle", (char *)directory, NULL };
	struct json_object *config;
	char path[4096], *said;
	int status, rc = SUCCESS;

	if (mkdir(directory, 0700) && errno != EEXIST)
		return complain(FAILED, "cannot make directory %s: %s", directory, strerror(errno));
	snprintf(path, sizeof(path), "%s/config.json", directory);
	remove(path);
	said = child_text(spec, &status);
	config = status ? NULL : json_object_from_file(path);
	if (!config)
		rc = complain(FAILED, "--in-container: runc spec failed (exit status %d): %.200s",
			      status, said);
	else if (bundle_change(config, root, raw))
		rc = complain(FAILED, "--in-container: runc spec made no configuration that we "
				      "know");
	else if (json_object_to_file(path, config))
		rc = complain(FAILED, "cannot write %s: %s", path, json_util_get_last_err());
	json_object_put(config);
	free(said);
	return rc;
}
