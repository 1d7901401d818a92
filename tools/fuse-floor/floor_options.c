// SPDX-License-Identifier: GPL-2.0-only
#include "floor_options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuse_bdis.h"
#include "storm.h"

enum long_option {
	OPT_APPLY = 256,
	OPT_ADD,
	OPT_REMOVE,
	OPT_UNDO_ALL,
	OPT_JSON,
	OPT_STATE,
	OPT_MOUNT,
	OPT_USER,
	OPT_USERS,
	OPT_TOTAL,
};

static const struct option long_options[] = {
	{ "apply", no_argument, NULL, OPT_APPLY },
	{ "add", required_argument, NULL, OPT_ADD },
	{ "remove", required_argument, NULL, OPT_REMOVE },
	{ "undo-all", no_argument, NULL, OPT_UNDO_ALL },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "mount", required_argument, NULL, OPT_MOUNT },
	{ "user", required_argument, NULL, OPT_USER },
	{ "users", required_argument, NULL, OPT_USERS },
	{ "total", required_argument, NULL, OPT_TOTAL },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

void floor_options_help(FILE *out)
{
	fputs("Usage: fuse-floor [--json]          show the FUSE mounts and what they may count "
	      "on\n"
	      "       fuse-floor --apply           give each FUSE mount its floor (at boot)\n"
	      "       fuse-floor --add BDI         the same, once BDI is there (from udev)\n"
	      "       fuse-floor --remove BDI      the same, BDI has gone (from udev)\n"
	      "       fuse-floor --undo-all        take back all that it gave\n"
	      "\n"
	      "Limits, in percent of the host's dirty limit; in brackets the environment variable\n"
	      "that gives the default:\n"
	      "  --mount P   floor of one mount, default 1, the bound the kernel has "
	      "(FUSE_FLOOR_MOUNT)\n"
	      "  --user P    all mounts of one ordinary user, default 2 (FUSE_FLOOR_USER)\n"
	      "  --users P   all mounts of all ordinary users, default 5 (FUSE_FLOOR_USERS)\n"
	      "  --total P   all FUSE mounts, default 20 (FUSE_FLOOR_TOTAL)\n"
	      "\n"
	      "  --state DIR  what it has set (default /run/fuse-floor)\n"
	      "  -h, --help\n"
	      "\n"
	      "Exit status: 0 done, 1 failed, 2 bad usage.\n",
	      out);
}

static int parse_percent(const char *name, const char *text, unsigned int *ppm)
{
	char *end;
	double percent = strtod(text, &end);

	if (!*text || *end || !isfinite(percent) || percent < 0 || percent > 90)
		return complain(BAD_INPUT, "%s %s: wants a percentage from 0 to 90", name, text);
	*ppm = (unsigned int)(percent * PPM_PER_PERCENT + 0.5);
	return SUCCESS;
}

static int read_environment(struct share_limits *limits)
{
	const struct {
		const char *name;
		unsigned int *ppm;
	} variables[] = {
		{ "FUSE_FLOOR_MOUNT", &limits->mount },
		{ "FUSE_FLOOR_USER", &limits->user },
		{ "FUSE_FLOOR_USERS", &limits->users },
		{ "FUSE_FLOOR_TOTAL", &limits->total },
	};
	int rc = SUCCESS;

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]) && !rc; i++) {
		const char *text = getenv(variables[i].name);

		if (text && *text)
			rc = parse_percent(variables[i].name, text, variables[i].ppm);
	}
	return rc;
}

static int request(struct floor_options *o, enum floor_request wanted, const char *bdi)
{
	if (o->request != FLOOR_STATUS)
		return complain(BAD_INPUT, "only one of --apply, --add, --remove and --undo-all");
	if (bdi && !fuse_bdi_is_name(bdi))
		return complain(BAD_INPUT,
				"%s: no name of a FUSE bdi; those are 0:NUMBER and "
				"MAJOR:MINOR-fuseblk, see /sys/class/bdi",
				bdi);
	o->request = wanted;
	o->bdi = bdi;
	return SUCCESS;
}

static int parse_one(struct floor_options *o, int option, const char *text)
{
	switch (option) {
	case OPT_APPLY:
		return request(o, FLOOR_APPLY, NULL);
	case OPT_ADD:
		return request(o, FLOOR_ADD, text);
	case OPT_REMOVE:
		return request(o, FLOOR_REMOVE, text);
	case OPT_UNDO_ALL:
		return request(o, FLOOR_UNDO_ALL, NULL);
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_STATE:
		if (*text != '/')
			return complain(BAD_INPUT, "--state %s: wants an absolute path", text);
		o->state = text;
		break;
	case OPT_MOUNT:
		return parse_percent("--mount", text, &o->limits.mount);
	case OPT_USER:
		return parse_percent("--user", text, &o->limits.user);
	case OPT_USERS:
		return parse_percent("--users", text, &o->limits.users);
	case OPT_TOTAL:
		return parse_percent("--total", text, &o->limits.total);
	}
	return SUCCESS;
}

int floor_options_parse(int argc, char **argv, struct floor_options *o)
{
	int option, rc;

	*o = (struct floor_options){
		.state = "/run/fuse-floor",
		.limits = {
			.mount = 1 * PPM_PER_PERCENT,
			.user = 2 * PPM_PER_PERCENT,
			.users = 5 * PPM_PER_PERCENT,
			.total = 20 * PPM_PER_PERCENT,
		},
	};
	rc = read_environment(&o->limits);
	optind = 0;
	opterr = 0;
	while (!rc && (option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == ':' || option == '?')
			return complain(BAD_INPUT, "%s: %s; see fuse-floor --help",
					argv[optind - 1],
					option == ':' ? "needs a value" : "no such option");
		if (option == 'h') {
			o->request = FLOOR_HELP;
			return SUCCESS;
		}
		rc = parse_one(o, option, optarg);
	}
	if (!rc && optind < argc)
		rc = complain(BAD_INPUT, "%s: options only; see fuse-floor --help", argv[optind]);
	if (!rc && o->json && o->request != FLOOR_STATUS)
		rc = complain(BAD_INPUT, "--json: shows the status, so give it alone");
	return rc;
}
