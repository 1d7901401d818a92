// SPDX-License-Identifier: GPL-2.0-only
#include "facts.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "storm.h"
#include "text.h"

static char *running_release(void)
{
	char *release = text_line(at("/proc/sys/kernel/osrelease"));
	struct utsname names;

	if (release || *machine_root)
		return release;
	return uname(&names) ? NULL : text_format("%s", names.release);
}

int facts_read(struct facts *facts, const struct depth *depth)
{
	static const char *const names[MODULES] = { "overlay", "fuse", "cuse", "virtiofs" };
	struct kernel_traits traits;

	*facts = (struct facts){ .privileged = geteuid() == 0 };
	facts->release = running_release();
	if (!facts->release)
		return complain(FAILED,
				"%s cannot be read: mount /proc first, or give a --root that has "
				"one",
				at("/proc/sys/kernel/osrelease"));
	facts->host = text_line(at("/proc/sys/kernel/hostname"));
	for (int i = 0; i < MODULES; i++)
		module_read(&facts->modules[i], facts->release, names[i]);
	module_read(&facts->idle_bandwidth, facts->release, "fuse_idle_bandwidth");
	mounts_read(&facts->mounts);
	users_read(&facts->mounts, depth->files);
	kernels_read(&facts->kernels, facts->release, depth->initramfs);
	signatures_read(&facts->signatures);
	facts->probe.why_not = "not asked for (--probe)";
	if (depth->probe)
		probe_run(&facts->probe, &facts->modules[OVERLAY]);
	kernel_traits_read(&traits, facts->release, facts->modules, FUSE + 1);
	storms_judge(facts->storms, &traits, &facts->modules[OVERLAY], &facts->modules[FUSE],
		     &facts->mounts, &facts->probe);
	return SUCCESS;
}
