// SPDX-License-Identifier: GPL-2.0-only
/* Mounts of every namespace, the containers that use them, and the plan to get rid of them. */
#include "machine.h"

#include "mounts.h"
#include "plan.h"
#include "storm.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void lower_layers_are_counted(void **state)
{
	(void)state;
	assert_int_equal(lower_layers("rw,lowerdir=/a,upperdir=/u"), 1);
	assert_int_equal(lower_layers("lowerdir=/a:/b:/c"), 3);
	assert_int_equal(lower_layers("lowerdir=/a\\:x:/b,upperdir=/u:v"), 2);
	assert_int_equal(lower_layers("lowerdir=/a:/b::/data"), 3);
	assert_int_equal(lower_layers("rw,lowerdir+=/a,lowerdir+=/b:c,datadir+=/d"), 3);
	assert_int_equal(lower_layers("lowerdir=/a\\,lowerdir=b:/c"), 2);
	assert_int_equal(lower_layers("rw,upperdir=/u"), 0);
	assert_int_equal(lower_layers(NULL), 0);
}

static void containers_are_known_by_their_cgroup(void **state)
{
	(void)state;
	assert_string_equal(container_of_cgroup("0::/system.slice/docker-" ID ".scope\n"),
			    "docker 0123456789ab");
	assert_string_equal(container_of_cgroup("12:pids:/\n1:name=systemd:/docker/" ID "\n"),
			    "docker 0123456789ab");
	assert_string_equal(
		container_of_cgroup("0::/machine.slice/libpod-" ID ".scope/container\n"),
		"podman 0123456789ab");
	assert_string_equal(
		container_of_cgroup("0::/kubepods.slice/x.slice/cri-containerd-" ID ".scope"),
		"containerd 0123456789ab");
	assert_string_equal(container_of_cgroup("0::/kubepods/besteffort/pod1/" ID "\n"),
			    "kubernetes 0123456789ab");
	assert_null(container_of_cgroup("0::/user.slice/user-0.slice/session-1.scope\n"));
	assert_null(container_of_cgroup("0::/docker-" ID "0.scope\n"));
	assert_null(container_of_cgroup(""));
}

#define BASE "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"

static void put_process(int pid, const char *namespace, const char *mountinfo)
{
	put_file(text_format("/proc/%d/mountinfo", pid), mountinfo);
	put_file(text_format("/proc/%d/comm", pid), "made-up\n");
	put_link(text_format("/proc/%d/ns/mnt", pid), text_format("mnt:[%s]", namespace));
}

static void every_namespace_is_read_once(void **state)
{
	static const char there[] =
		BASE "80 21 0:45 / /merged rw - overlay overlay "
		     "rw,lowerdir=/a:/b,upperdir=/u,workdir=/w\n"
		     "81 21 0:46 / /my\\040place ro - fuse.sshfs h:/ ro,user_id=7\n";
	struct mounts mounts;

	(void)state;
	put_link("/proc/self/ns/mnt", "mnt:[1]");
	put_file("/proc/self/mountinfo",
		 BASE "36 21 0:45 / /here rw - overlay overlay rw,lowerdir=/a:/b\n");
	put_process(1, "1", BASE);
	put_process(10, "2", there);
	put_process(11, "2", there);
	put_process(12, "3", BASE);
	mounts_read(&mounts);
	assert_int_equal(mounts.namespaces, 3);
	assert_int_equal(mounts.hidden, 0);
	assert_int_equal(mounts.count, 2);
	assert_int_equal(mounts.list[0].kind, KIND_OVERLAY);
	assert_int_equal(mounts.list[0].place_count, 2);
	assert_true(mounts.list[0].places[0].here);
	assert_false(mounts.list[0].places[1].here);
	assert_string_equal(mounts.list[0].places[1].namespace, "mnt:[2]");
	assert_int_equal(mounts.list[0].places[1].pid, 10);
	assert_string_equal(mounts.list[1].type, "fuse.sshfs");
	assert_string_equal(mounts.list[1].places[0].where, "/my place");
	assert_int_equal(mounts.list[1].mounter, 7);
	assert_int_equal(mounts.list[1].threshold, -1);
}

static void containers_are_found_by_their_root(void **state)
{
	struct mounts mounts;

	(void)state;
	put_link("/proc/self/ns/mnt", "mnt:[1]");
	put_process(10, "2",
		    "70 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		    "80 1 0:45 / / rw - overlay overlay rw,lowerdir=/a\n"
		    "81 80 0:5 / /dev rw - tmpfs tmpfs rw\n");
	put_file("/proc/10/cgroup", "0::/system.slice/docker-" ID ".scope\n");
	put_process(11, "1", BASE);
	mounts_read(&mounts);
	users_read(&mounts, true);
	assert_int_equal(mounts.count, 1);
	assert_int_equal(mounts.list[0].user_count, 1);
	assert_int_equal(mounts.list[0].users[0].pid, 10);
	assert_string_equal(mounts.list[0].users[0].how, "root");
	assert_string_equal(mounts.list[0].users[0].command, "made-up");
	assert_string_equal(mounts.list[0].users[0].container, "docker 0123456789ab");
}

static void engines_are_known_by_their_paths(void **state)
{
	(void)state;
	assert_int_equal(engine_of_path("/var/lib/docker/overlay2/x/merged"), ENGINE_DOCKER);
	assert_int_equal(engine_of_path("/run/containerd/io.containerd.runtime.v2.task/k8s.io/x"),
			 ENGINE_CONTAINERD);
	assert_int_equal(engine_of_path("/var/lib/containers/storage/overlay/x/merged"),
			 ENGINE_PODMAN);
	assert_int_equal(engine_of_path("/home/u/.local/share/containers/storage/overlay/x"),
			 ENGINE_PODMAN);
	assert_int_equal(engine_of_path("/mnt/var/lib/docker/x"), 0);
	assert_int_equal(engine_of_path("/merged"), 0);
}

static int step_number(const struct plan *plan, const char *start)
{
	for (size_t i = 0; i < plan->step_count; i++) {
		if (starts_with(plan->steps[i], start))
			return i;
	}
	fail_msg("no step %s", start);
	return -1;
}

static void the_plan_stops_what_holds_the_module(void **state)
{
	struct facts facts;
	struct plan plan;

	(void)state;
	put_loaded("overlay", NULL, 0x11);
	put_file("/sys/module/overlay/refcnt", "3\n");
	put_file("/proc/self/mountinfo",
		 BASE "36 21 0:45 / /var/lib/docker/overlay2/x/merged rw - overlay o lowerdir=/a\n"
		      "37 21 0:46 / /mine rw - overlay o rw,lowerdir=/a\n");
	assert_int_equal(facts_read(&facts, &(struct depth){ .files = true }), SUCCESS);
	facts.mounts.list[1].users = &(struct user){ .pid = 77, .command = "x", .how = "root" };
	facts.mounts.list[1].user_count = 1;
	plan_make(&plan, &facts, OVERLAY);
	assert_true(plan.needed && plan.possible);
	assert_int_equal(plan.holders, 2);
	assert_int_equal(plan.unexplained, 1);
	assert_int_equal(plan.engines, ENGINE_DOCKER);
	assert_true(step_number(&plan, "docker ps -q") <
		    step_number(&plan, "systemctl stop docker"));
	assert_true(step_number(&plan, "systemctl stop docker") < step_number(&plan, "kill 77"));
	assert_true(step_number(&plan, "kill 77") < step_number(&plan, "umount '/mine'"));
	assert_true(step_number(&plan, "umount '/mine'") <
		    step_number(&plan, "modprobe -r overlay && modprobe overlay"));
	assert_true(step_number(&plan, "modprobe -r overlay") <
		    step_number(&plan, "systemctl start docker"));
	/* Docker unmounts its own. */
	for (size_t i = 0; i < plan.step_count; i++)
		assert_null(strstr(plan.steps[i], "umount '/var/lib/docker"));
}

static void no_plan_without_need(void **state)
{
	struct facts facts;
	struct plan plan;

	(void)state;
	assert_int_equal(facts_read(&facts, &(struct depth){ .files = true }), SUCCESS);
	plan_make(&plan, &facts, OVERLAY);
	assert_false(plan.needed);
	assert_int_equal(plan.step_count, 0);
	plan_make(&plan, &facts, FUSE);
	assert_false(plan.needed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lower_layers_are_counted),
		cmocka_unit_test(containers_are_known_by_their_cgroup),
		cmocka_unit_test(engines_are_known_by_their_paths),
		machine_test(every_namespace_is_read_once),
		machine_test(containers_are_found_by_their_root),
		machine_test(the_plan_stops_what_holds_the_module),
		machine_test(no_plan_without_need),
	};

	return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
