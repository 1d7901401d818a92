// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>

#include "facts.h"
#include "storm.h"

enum long_option {
	OPT_JSON = 256,
	OPT_PROMETHEUS,
	OPT_PROBE,
	OPT_NO_INITRAMFS,
	OPT_COLOUR,
	OPT_ROOT,
	OPT_KERNEL_SOURCE,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "prometheus", required_argument, NULL, OPT_PROMETHEUS },
	{ "probe", no_argument, NULL, OPT_PROBE },
	{ "no-initramfs", no_argument, NULL, OPT_NO_INITRAMFS },
	{ "color", required_argument, NULL, OPT_COLOUR },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "kernel-source", required_argument, NULL, OPT_KERNEL_SOURCE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

void options_help(FILE *out)
{
	fputs("Usage: ovl-doctor [OPTION]...\n"
	      "       ovl-doctor plan [overlay|fuse] [OPTION]...\n"
	      "Say which overlay and fuse modules this host runs, which storms its kernel has, "
	      "what "
	      "is\n"
	      "mounted, what DKMS has built, and what to do. Changes nothing. Root sees more.\n"
	      "\n"
	      "  plan [MODULE]         what keeps the running module from being swapped, and how "
	      "to "
	      "do it\n"
	      "  --json                the report as JSON\n"
	      "  --prometheus FILE     write metrics for node_exporter to FILE instead of a "
	      "report\n"
	      "  --probe               also mount a small overlay where nobody sees it and count "
	      "what it\n"
	      "                        does to mount_lock, by a kprobe (root)\n"
	      "  --no-initramfs        do not unpack each kernel's initramfs, which takes seconds\n"
	      "  --color WHEN          always, never, or auto: on a terminal (default)\n"
	      "  --root DIR            examine the machine whose root is DIR\n"
	      "  --kernel-source FILE  the script that looks for kernel sources (default: that of "
	      "the newest\n"
	      "                        /usr/src/ovl-calm-*)\n"
	      "  --help                this text\n"
	      "\n"
	      "Exit status: 0 nothing to do, 1 findings (plan: a swap is needed), 2 usage, 3 the "
	      "examination\n"
	      "or its output failed.\n",
	      out);
}

static int parse_colour(struct options *o, const char *when)
{
	static const char *const names[] = { "auto", "always", "never" };

	for (int i = 0; i < 3; i++) {
		if (!strcmp(when, names[i])) {
			o->colour = i;
			return SUCCESS;
		}
	}
	return complain(BAD_INPUT, "--color %s: give always, never or auto", when);
}

static int parse_one(struct options *o, int option, const char *text)
{
	switch (option) {
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_PROMETHEUS:
		if (!*text)
			return complain(BAD_INPUT, "--prometheus: give a file name, it is empty");
		o->prometheus = text;
		break;
	case OPT_PROBE:
		o->probe = true;
		break;
	case OPT_NO_INITRAMFS:
		o->initramfs = false;
		break;
	case OPT_COLOUR:
		return parse_colour(o, text);
	case OPT_ROOT:
		o->root = text;
		break;
	case OPT_KERNEL_SOURCE:
		o->kernel_source = text;
		break;
	case 'h':
		o->request = REQUEST_HELP;
		break;
	}
	return SUCCESS;
}

static int parse_words(struct options *o, int count, char **words)
{
	if (!count)
		return SUCCESS;
	if (strcmp(words[0], "plan") != 0)
		return complain(BAD_INPUT, "%s: no such command; there is plan, see --help",
				words[0]);
	o->request = REQUEST_PLAN;
	if (count > 2)
		return complain(BAD_INPUT, "%s: plan takes one module", words[2]);
	if (count == 1 || !strcmp(words[1], "overlay"))
		o->module = OVERLAY;
	else if (!strcmp(words[1], "fuse"))
		o->module = FUSE;
	else
		return complain(BAD_INPUT, "plan %s: give overlay or fuse", words[1]);
	return SUCCESS;
}

static int check(const struct options *o)
{
	struct stat st;

	if (o->root && stat(o->root, &st))
		return complain(BAD_INPUT, "--root %s: %s", o->root, strerror(errno));
	if (o->root && !S_ISDIR(st.st_mode))
		return complain(BAD_INPUT, "--root %s: give a directory", o->root);
	if (o->prometheus && o->json)
		return complain(BAD_INPUT, "--prometheus and --json exclude each other");
	if (o->prometheus && o->request == REQUEST_PLAN)
		return complain(BAD_INPUT, "--prometheus: not with plan");
	return SUCCESS;
}

int options_parse(int argc, char **argv, struct options *o)
{
	int option, rc = SUCCESS;

	*o = (struct options){ .request = REQUEST_EXAMINE, .initramfs = true };
	optind = 0;
	opterr = 0;
	while (!rc && (option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == ':')
			return complain(BAD_INPUT, "%s: give it a value; see --help",
					argv[optind - 1]);
		if (option == '?')
			return complain(BAD_INPUT, "%s: no such option; see --help",
					argv[optind - 1]);
		rc = parse_one(o, option, optarg);
		if (o->request == REQUEST_HELP)
			return SUCCESS;
	}
	if (!rc)
		rc = parse_words(o, argc - optind, argv + optind);
	return rc ? rc : check(o);
}
