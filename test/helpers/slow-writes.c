// SPDX-License-Identifier: GPL-2.0-only
/*
 * slow-writes DIR DEVICE FILE SCENARIO...: makes write and sync calls slow, each for a cause that
 * is known, and calls that are not.
 *
 * DIR lies on a file system on the device-mapper device DEVICE, whose table is one line of the
 * target delay. To FILE it writes one line for each call:
 *
 *	SCENARIO CAUSE THREAD START END WAITED
 *
 * START and END are CLOCK_MONOTONIC in ns, just outside of the call; WAITED is how much of it the
 * thread neither ran nor waited for a CPU; CAUSE is what it was made to wait for, by the names of
 * write-lat, or "fast". Scenarios: rmw throttle inode-lock journal
 * journal-write frozen stable fdatasync msync page-lock fuse.
 *
 * Exit: 0 when all was done, 1 with the failing step otherwise, 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK	  4096
#define APART	  (16 * BLOCK) /* no readahead or large folio reaches from one to the next */
#define MAX_CALLS 4096

struct record {
	const char *scenario, *cause;
	pid_t tid;
	uint64_t start, end, waited;
};

/* A call that begins. */
struct moment {
	uint64_t time, busy;
};

/* Shared with children. */
static struct {
	unsigned int count;
	struct record calls[MAX_CALLS];
} * log_of_calls;

static const char *device, *scenario;
static char block[BLOCK], table_device[32];
static unsigned long sectors;

static void die(const char *what)
{
	fprintf(stderr, "slow-writes: %s: cannot %s: %s\n", scenario ? scenario : "start", what,
		strerror(errno));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* ns that this thread ran or waited for a CPU. */
static uint64_t busy(void)
{
	FILE *file = fopen("/proc/thread-self/schedstat", "r");
	unsigned long long queued;
	struct timespec ran;

	/* Its first number, the time on a CPU, is as old as the last tick. */
	if (!file || fscanf(file, "%*u %llu", &queued) != 1)
		die("read /proc/thread-self/schedstat");
	fclose(file);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ran);
	return ran.tv_sec * 1000000000ULL + ran.tv_nsec + queued;
}

static struct moment begin(void)
{
	uint64_t so_far = busy();

	return (struct moment){ .time = now(), .busy = so_far };
}

static void note(const char *cause, struct moment start)
{
	uint64_t end = now(), took = end - start.time, worked = busy() - start.busy;
	unsigned int at = __atomic_fetch_add(&log_of_calls->count, 1, __ATOMIC_RELAXED);

	if (at >= MAX_CALLS)
		die("note more calls");
	log_of_calls->calls[at] = (struct record){
		.scenario = scenario,
		.cause = cause,
		.tid = getpid(),
		.start = start.time,
		.end = end,
		.waited = took > worked ? took - worked : 0,
	};
}

static void put(const char *cause, int fd, size_t length, off_t offset)
{
	struct moment start = begin();

	if (pwrite(fd, block, length, offset) != (ssize_t)length)
		die("write");
	note(cause, start);
}

/* Not by dmsetup(8), which takes a second to start where the machine is emulated. */
static void change_device(unsigned long request, unsigned int flags, const char *parameters)
{
	struct {
		struct dm_ioctl head;
		struct dm_target_spec target;
		char parameters[128];
	} arguments = {
		.head = { .version = { 4, 0, 0 }, .flags = flags },
		.target = { .length = sectors, .target_type = "delay" },
	};
	int control = open("/dev/mapper/control", O_RDWR);

	arguments.head.data_size = sizeof(arguments);
	arguments.head.data_start = sizeof(arguments.head);
	snprintf(arguments.head.name, sizeof(arguments.head.name), "%s", device);
	if (parameters) {
		arguments.head.target_count = 1;
		snprintf(arguments.parameters, sizeof(arguments.parameters), "%s", parameters);
	}
	if (control < 0 || ioctl(control, request, &arguments))
		die("change the device");
	close(control);
}

static void suspend_device(void)
{
	change_device(DM_DEV_SUSPEND, DM_SUSPEND_FLAG | DM_NOFLUSH_FLAG | DM_SKIP_LOCKFS_FLAG,
		      NULL);
}

static void resume_device(void)
{
	change_device(DM_DEV_SUSPEND, DM_SKIP_LOCKFS_FLAG, NULL);
}

/* ms that each of them takes from now on. */
static void set_delays(unsigned int reads, unsigned int writes, unsigned int flushes)
{
	char parameters[120];

	snprintf(parameters, sizeof(parameters), "%s 0 %u %s 0 %u %s 0 %u", table_device, reads,
		 table_device, writes, table_device, flushes);
	change_device(DM_TABLE_LOAD, 0, parameters);
	resume_device();
}

/* Some kernels give the device a write cache with each new table, and flush that. */
static void delays(unsigned int reads, unsigned int writes)
{
	set_delays(reads, writes, writes);
}

static void read_table(void)
{
	char line[128];
	FILE *table;

	snprintf(line, sizeof(line), "dmsetup table %s", device);
	table = popen(line, "r");
	if (!table || fscanf(table, "0 %lu delay %31s", &sectors, table_device) != 2)
		die("read the device's table");
	pclose(table);
}

static void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}

/* A file of so many places APART, on disk, of which nothing is cached when @cold. */
static int make_file(const char *name, unsigned int places, int cold)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0)
		die("make a file");
	for (off_t at = 0; at < (off_t)places * APART; at += BLOCK) {
		if (pwrite(fd, block, BLOCK, at) != BLOCK)
			die("fill a file");
	}
	if (fsync(fd))
		die("sync a file");
	if (cold && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		die("drop a file's pages");
	return fd;
}

static void set_sysctl(const char *name, const char *value)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", name);
	file = fopen(path, "w");
	if (!file || fputs(value, file) < 0 || fclose(file))
		die(path);
}

/* A child that has said that it is there, right before what it does. */
static pid_t begin_child(int ready[2])
{
	pid_t pid;

	if (pipe(ready))
		die("make a pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	return pid;
}

static void child_is_ready(int ready[2])
{
	if (write(ready[1], "r", 1) != 1)
		_exit(1);
}

static void wait_until_ready(int ready[2])
{
	char byte;

	if (read(ready[0], &byte, 1) != 1)
		die("hear of the child");
	close(ready[0]);
	close(ready[1]);
}

static void end_child(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		die("do the child's part");
}

static void partly_overwritten(void)
{
	const int times = 10;
	int fd = make_file("rmw", 2 * times, 1);

	delays(60, 0);
	for (int i = 0; i < times; i++) {
		put("read-modify-write", fd, 100, 2L * i * APART + 10);
		put("fast", fd, BLOCK, (2L * i + 1) * APART);
	}
	delays(0, 0);
	fsync(fd);
	close(fd);
}

/* Sends what is dirty in a file to the device and waits for it. */
static void write_out(int fd)
{
	if (sync_file_range(fd, 0, 0,
			    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				    SYNC_FILE_RANGE_WAIT_AFTER))
		die("write a file's data out");
}

/* Lets the device go on once calls have begun to end and none has for 0.3 s, or after 5 s. */
static void resume_when_stuck(void)
{
	const unsigned int before = log_of_calls->count;
	unsigned int seen = before, same = 0;

	for (int i = 0; i < 100 && same < 6; i++) {
		unsigned int count;

		sleep_ms(50);
		count = __atomic_load_n(&log_of_calls->count, __ATOMIC_RELAXED);
		same = count == seen && count != before ? same + 1 : 0;
		seen = count;
	}
	resume_device();
}

/* More is dirty than may be while the device stands still: no speed of a machine matters here. */
static void throttled(void)
{
	static char large[32 << 10]; /* little to copy: to wait is all that takes time */
	const int rounds = 6, places = 256, in_round = places * (APART / sizeof(large));
	int fd = make_file("throttle", places, 0), status;

	for (int i = 0; i < 10; i++)
		put("fast", fd, BLOCK, (long)i * BLOCK);
	write_out(fd);
	set_sysctl("dirty_bytes", "2097152");
	set_sysctl("dirty_background_bytes", "1048576");
	for (int round = 0; round < rounds; round++) {
		pid_t resumer;

		suspend_device();
		resumer = fork();
		if (!resumer) {
			resume_when_stuck();
			_exit(0);
		}
		for (int i = 0; i < in_round && !waitpid(resumer, &status, WNOHANG); i++) {
			struct moment start = begin();

			if (pwrite(fd, large, sizeof(large), (off_t)i * sizeof(large)) !=
			    sizeof(large))
				die("write");
			note("dirty-throttling", start);
		}
		waitpid(resumer, &status, 0);
		write_out(fd);
	}
	set_sysctl("dirty_ratio", "20");
	set_sysctl("dirty_background_ratio", "10");
	fsync(fd);
	close(fd);
}

static void locked(void)
{
	const int times = 8;
	int fd = make_file("locked", 2 * times, 1), other = make_file("other", 1, 0), ready[2];

	delays(150, 0);
	for (int i = 0; i < times; i++) {
		pid_t holder = begin_child(ready);

		if (!holder) {
			child_is_ready(ready);
			put("read-modify-write", fd, 100, 2L * i * APART + 10);
			_exit(0);
		}
		wait_until_ready(ready);
		sleep_ms(40);
		put("fast", other, BLOCK, 0);
		put("inode-lock", fd, BLOCK, (2L * i + 1) * APART);
		end_child(holder);
	}
	delays(0, 0);
	close(fd);
	close(other);
}

static void journal(void)
{
	int fd = make_file("journal", 1, 0);

	delays(0, 80);
	for (int i = 0; i < 8; i++) {
		struct moment start;

		put("fast", fd, BLOCK, BLOCK);
		write_out(fd);
		if (fchmod(fd, 0600 + i))
			die("change a mode");
		start = begin();
		if (fsync(fd))
			die("sync");
		note("journal", start);
	}
	delays(0, 0);
	close(fd);
}

/* A commit stands still while its blocks are on their way to a device that is stopped. */
static void journal_write(void)
{
	int fd = make_file("appended", 1, 0), other = make_file("committed", 1, 0), ready[2];

	for (int i = 0; i < 5; i++) {
		pid_t committer, resumer;

		put("fast", fd, BLOCK, 0);
		fsync(fd);
		suspend_device();
		committer = begin_child(ready);
		if (!committer) {
			struct moment start;

			child_is_ready(ready);
			if (fchmod(other, 0600 + i))
				die("change a mode");
			start = begin();
			if (fsync(other))
				die("sync");
			note("journal", start);
			_exit(0);
		}
		wait_until_ready(ready);
		resumer = fork();
		if (!resumer) {
			sleep_ms(400);
			resume_device();
			_exit(0);
		}
		sleep_ms(150);
		put("journal", fd, BLOCK, APART + (long)i * BLOCK);
		end_child(resumer);
		end_child(committer);
	}
	close(fd);
	close(other);
}

static void frozen(void)
{
	int fd = make_file("frozen", 1, 0), dir = open(".", O_RDONLY);

	for (int i = 0; i < 6; i++) {
		pid_t thawer;

		put("fast", fd, BLOCK, 0);
		if (ioctl(dir, FIFREEZE, 0))
			die("freeze");
		thawer = fork();
		if (!thawer) {
			sleep_ms(120);
			_exit(!!ioctl(dir, FITHAW, 0));
		}
		put("frozen", fd, BLOCK, 0);
		end_child(thawer);
	}
	close(fd);
	close(dir);
}

static void start_writeout(int fd)
{
	if (sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE))
		die("start to write out");
}

static void stable_pages(void)
{
	int fd = make_file("stable", 12, 0);

	delays(0, 120);
	for (int i = 0; i < 8; i++) {
		put("fast", fd, BLOCK, (long)i * APART);
		start_writeout(fd);
		put("fast", fd, BLOCK, 11L * APART + i * BLOCK);
		put("page-under-writeback", fd, BLOCK, (long)i * APART);
		fdatasync(fd);
	}
	delays(0, 0);
	close(fd);
}

static void synced(void)
{
	int fd = make_file("synced", 12, 0);

	set_delays(0, 100, 0);
	for (int i = 0; i < 8; i++) {
		struct moment start;

		put("fast", fd, BLOCK, (long)i * APART);
		start = begin();
		if (fdatasync(fd))
			die("sync");
		note("page-under-writeback", start);
	}
	delays(0, 0);
	close(fd);
}

static void synced_mapping(const char *cause)
{
	int fd = make_file("mapped", 1, 0);
	char *memory = mmap(NULL, APART, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		die("map a file");
	set_delays(0, 100, 0);
	for (int i = 0; i < 8; i++) {
		struct moment start;

		memory[i * BLOCK] = (char)(i + 1);
		start = begin();
		if (msync(memory, APART, MS_SYNC))
			die("sync a mapping");
		note(cause, start);
	}
	delays(0, 0);
	munmap(memory, APART);
	close(fd);
}

static void page_locked(void)
{
	const int times = 8;
	int fd = make_file("read", times, 1), ready[2];
	char byte;

	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	delays(150, 0);
	for (int i = 0; i < times; i++) {
		pid_t reader = begin_child(ready);

		if (!reader) {
			child_is_ready(ready);
			_exit(pread(fd, &byte, 1, (long)i * APART) != 1);
		}
		wait_until_ready(ready);
		sleep_ms(40);
		put("page-lock", fd, BLOCK, (long)i * APART);
		end_child(reader);
	}
	delays(0, 0);
	close(fd);
}

static int run_scenario(const char *name)
{
	scenario = name;
	if (!strcmp(name, "rmw"))
		partly_overwritten();
	else if (!strcmp(name, "throttle"))
		throttled();
	else if (!strcmp(name, "inode-lock"))
		locked();
	else if (!strcmp(name, "journal"))
		journal();
	else if (!strcmp(name, "journal-write"))
		journal_write();
	else if (!strcmp(name, "frozen"))
		frozen();
	else if (!strcmp(name, "stable"))
		stable_pages();
	else if (!strcmp(name, "fdatasync"))
		synced();
	else if (!strcmp(name, "msync"))
		synced_mapping("page-under-writeback");
	else if (!strcmp(name, "fuse"))
		synced_mapping("fuse-server");
	else if (!strcmp(name, "page-lock"))
		page_locked();
	else
		return 0;
	return 1;
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc < 5) {
		fprintf(stderr, "usage: slow-writes DIR DEVICE FILE SCENARIO...\n");
		return 2;
	}
	log_of_calls = mmap(NULL, sizeof(*log_of_calls), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	out = fopen(argv[3], "w");
	if (log_of_calls == MAP_FAILED || !out || chdir(argv[1]))
		die("begin");
	device = argv[2];
	read_table();
	for (int i = 4; i < argc; i++) {
		if (!run_scenario(argv[i])) {
			fprintf(stderr, "slow-writes: no scenario %s\n", argv[i]);
			return 2;
		}
	}
	for (unsigned int i = 0; i < log_of_calls->count; i++) {
		const struct record *r = &log_of_calls->calls[i];

		fprintf(out, "%s %s %d %llu %llu %llu\n", r->scenario, r->cause, (int)r->tid,
			(unsigned long long)r->start, (unsigned long long)r->end,
			(unsigned long long)r->waited);
	}
	return fclose(out) ? 1 : 0;
}
