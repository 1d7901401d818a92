// SPDX-License-Identifier: GPL-2.0-only
/*
 * fail-each-allocation [-s STEP] CALL ARGUMENT...: makes one call again and
 * again; the first time its first memory allocation fails, then its second, and
 * so on until the call gets by without a failure.
 *
 *   mount TYPE TARGET OPTIONS [PROBE]   mount(2); PROBE is a file to read there
 *   umount TYPE TARGET OPTIONS          umount(2) of what was mounted so
 *   fuse-mount TARGET                   open /dev/fuse and mount it, no server
 *   readdir DIRECTORY                   open, read to the end, close
 *   read PREFIX                         open, read, close PREFIX1, PREFIX2, ...
 *   write PREFIX                        open for writing, write, fsync, close them
 *   msync PREFIX                        write what was changed through a mapping of them
 *
 * The last three take a new file each time, so that none is known or copied up
 * already. After each call that failed the same call is made once more and has
 * to succeed. STEP (default 1) leaves all but every STEPth allocation alone.
 *
 * Needs /proc/self/fail-nth and root. Which allocations can fail, the files in
 * /sys/kernel/debug/failslab decide. Prints a line for each call that failed:
 *
 *   at ERROR [FUNCTION[@MODULE]...]     innermost function first
 *
 * with who asked for the allocation, where the kernel logs it: when failslab's
 * file verbose is 2, but not of allocations that are to fail silently. Then
 *
 *   calls=N failed=N errors=ENOMEM:N,...
 *
 * where N calls were made with a failure in them, so many of which failed, and
 * with what. Exit: 0; 1 when a call without a failure failed, with one line
 * that says which; 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* No call has so many: something else is wrong. */
#define MAX_ALLOCATIONS 100000
#define MAX_ERRNO	200
#define MAPPED_SIZE	(4 * 4096)

static char **arg;
static int fail_nth;
static unsigned int nth;

static void die(const char *what)
{
	fprintf(stderr, "fail-each-allocation: allocation %u: cannot %s: %s\n", nth, what,
		strerror(errno));
	exit(1);
}

/* From now on the @n-th allocation fails; 0: none. */
static void arm(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_nth, text, len, 0) != len)
		die("write /proc/self/fail-nth");
}

/* Ends it. True when an allocation has failed. */
static bool disarm(void)
{
	char text[16];
	ssize_t n = pread(fail_nth, text, sizeof(text) - 1, 0);

	arm(0);
	if (n <= 0)
		die("read /proc/self/fail-nth");
	text[n] = '\0';
	return atoi(text) == 0;
}

/* All calls: 0, or -1 with errno. @n numbers the files. */

static int call_mount(unsigned int n)
{
	(void)n;
	return mount("fail", arg[1], arg[0], 0, arg[2]);
}

static int undo_mount(void)
{
	return umount2(arg[1], 0);
}

static int call_umount(unsigned int n)
{
	(void)n;
	return umount2(arg[1], 0);
}

static int prepare_umount(void)
{
	return mount("fail", arg[1], arg[0], 0, arg[2]);
}

static int fuse_fd = -1;

static int call_fuse_mount(unsigned int n)
{
	char options[128];
	int status, keep;

	(void)n;
	fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fuse_fd < 0)
		return -1;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse_fd);
	status = mount("fail", arg[0], "fuse.fail", 0, options);
	if (!status)
		return 0;
	keep = errno;
	close(fuse_fd);
	errno = keep;
	return status;
}

static int undo_fuse_mount(void)
{
	/* Nobody answers: what waits for the server ends with its device. */
	close(fuse_fd);
	return umount2(arg[0], MNT_DETACH);
}

static int call_readdir(unsigned int n)
{
	static char entries[4096];
	int fd = open(arg[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC), keep;
	long got;

	(void)n;
	if (fd < 0)
		return -1;
	do {
		got = syscall(SYS_getdents64, fd, entries, sizeof(entries));
	} while (got > 0);
	keep = errno;
	close(fd);
	errno = keep;
	return got < 0 ? -1 : 0;
}

static char file_name[4096];

/* Opens file @n; nothing here takes memory. */
static int open_file(unsigned int n, int flags)
{
	snprintf(file_name, sizeof(file_name), "%s%u", arg[0], n);
	return open(file_name, flags | O_CLOEXEC);
}

/* Closes @fd and gives @ok's verdict; an error of close itself counts, too. */
static int close_file(int fd, bool ok)
{
	int keep = errno;

	if (close(fd) && ok)
		return -1;
	errno = keep;
	return ok ? 0 : -1;
}

static int call_read(unsigned int n)
{
	int fd = open_file(n, O_RDONLY);
	char c;

	return fd < 0 ? -1 : close_file(fd, read(fd, &c, 1) >= 0);
}

static int call_write(unsigned int n)
{
	int fd = open_file(n, O_WRONLY);

	return fd < 0 ? -1 : close_file(fd, pwrite(fd, "new", 3, 0) == 3 && !fsync(fd));
}

static char *map = MAP_FAILED;
static int mapped_fd;

/* No allocation fails here: in a page fault that would be a signal, not an error. */
static int prepare_msync(void)
{
	mapped_fd = open_file(nth, O_RDWR);
	if (mapped_fd < 0)
		return -1;
	map = mmap(NULL, MAPPED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, mapped_fd, 0);
	if (map == MAP_FAILED)
		return -1;
	memset(map, 'n', MAPPED_SIZE);
	return 0;
}

static int call_msync(unsigned int n)
{
	(void)n;
	return msync(map, MAPPED_SIZE, MS_SYNC);
}

static int undo_msync(void)
{
	return munmap(map, MAPPED_SIZE) || close(mapped_fd);
}

static int nothing(void)
{
	return 0;
}

static const struct call {
	const char *name;
	int arguments;
	int (*prepare)(void);
	int (*make)(unsigned int n);
	int (*undo)(void);
} calls[] = {
	{ "mount", 3, nothing, call_mount, undo_mount },
	{ "umount", 3, prepare_umount, call_umount, nothing },
	{ "fuse-mount", 1, nothing, call_fuse_mount, undo_fuse_mount },
	{ "readdir", 1, nothing, call_readdir, nothing },
	{ "read", 1, nothing, call_read, nothing },
	{ "write", 1, nothing, call_write, nothing },
	{ "msync", 1, prepare_msync, call_msync, undo_msync },
};

static const struct call *find_call(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i].name, name))
			return &calls[i];
	return NULL;
}

/* What is mounted, works: an overlay without one of its fast paths, say. */
static void probe(const char *path)
{
	char c;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &c, 1) != 1)
		die("read the probe file of what was mounted nevertheless");
	close(fd);
}

static const char *error_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ ENOMEM, "ENOMEM" }, { EIO, "EIO" },	      { EINVAL, "EINVAL" },
		{ ENOENT, "ENOENT" }, { EROFS, "EROFS" },     { EBUSY, "EBUSY" },
		{ ENOSPC, "ENOSPC" }, { ENODATA, "ENODATA" }, { EOPNOTSUPP, "EOPNOTSUPP" },
		{ ENODEV, "ENODEV" }, { ESTALE, "ESTALE" },   { EAGAIN, "EAGAIN" },
		{ ENFILE, "ENFILE" }, { EMFILE, "EMFILE" },
	};
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	snprintf(number, sizeof(number), "%d", error);
	return number;
}

/*
 * The kernel log from here on. Its messages of a failure come from this task, so
 * they are complete when the call has returned; those of others may be between.
 */
static int kernel_log = -1;

static void skip_log(void)
{
	if (lseek(kernel_log, 0, SEEK_END) < 0)
		die("go to the end of /dev/kmsg");
}

/*
 * A line of a call trace, " function+0x1/0x2 [module]", as " function@module". What the unwinder
 * is not sure of has a question mark and is left out, and so are the endings of compilers.
 */
static void print_frame(const char *line)
{
	char function[128], module[64];
	int got = sscanf(line, " %127[A-Za-z0-9_.]+0x%*x/0x%*x [%63[^] ]", function, module);

	if (line[0] != ' ' || got < 1 || !strstr(line, "+0x"))
		return;
	function[strcspn(function, ".")] = '\0';
	printf(" %s%s%s", function, got == 2 ? "@" : "", got == 2 ? module : "");
}

/* Who asked for the allocation that failed, when the kernel says it. */
static void report_place(int error)
{
	char record[9000]; /* the kernel refuses readers with less than a record's worth */
	bool trace = false;
	ssize_t n;

	printf("at %s", error_name(error));
	while ((n = read(kernel_log, record, sizeof(record) - 1)) > 0 ||
	       (n < 0 && (errno == EINTR || errno == EPIPE))) {
		const char *text;

		if (n < 0)
			continue;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text++;
		if (!strncmp(text, "Call Trace:", strlen("Call Trace:")))
			trace = true;
		else if (trace)
			print_frame(text);
	}
	printf("\n");
}

static void report(unsigned int made, unsigned int failed, const unsigned int *errors)
{
	const char *comma = "";
	int i;

	printf("calls=%u failed=%u errors=", made, failed);
	for (i = 0; i < MAX_ERRNO; i++) {
		if (!errors[i])
			continue;
		printf("%s%s:%u", comma, error_name(i), errors[i]);
		comma = ",";
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	static unsigned int errors[MAX_ERRNO];
	unsigned int made = 0, failed = 0, step = 1;
	const struct call *call = NULL;
	bool failure = true;
	int opt;

	while ((opt = getopt(argc, argv, "+s:")) == 's')
		step = strtoul(optarg, NULL, 10);
	argc -= optind;
	argv += optind;
	if (argc)
		call = find_call(argv[0]);
	if (opt != -1 || !step || !call || argc < 1 + call->arguments ||
	    argc > 2 + call->arguments) {
		fprintf(stderr, "usage: fail-each-allocation [-s STEP] CALL ARGUMENT...\n");
		return 2;
	}
	arg = argv + 1;
	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		die("open /proc/self/fail-nth (a kernel with CONFIG_FAULT_INJECTION, and root)");

	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kernel_log < 0)
		die("open /dev/kmsg");

	/* What only the first call of all allocates is not counted. */
	if (call->prepare() || call->make(0) || call->undo())
		die("make the call without any failure");
	for (nth = 1; failure; nth += step) {
		int status, error;

		if (nth > MAX_ALLOCATIONS) {
			errno = EOVERFLOW;
			die("reach the last allocation");
		}
		if (call->prepare())
			die("prepare");
		skip_log();
		arm(nth);
		status = call->make(nth);
		error = errno;
		failure = disarm();
		if (status && !failure) {
			errno = error;
			die("make the call without a failure");
		}
		made += failure;
		if (status) {
			failed++;
			errors[error < MAX_ERRNO ? error : 0]++;
			report_place(error);
			if (call->make(nth))
				die("make the call after one that failed");
		} else if (failure && argc > 1 + call->arguments) {
			probe(arg[call->arguments]);
		}
		if (call->undo())
			die("undo");
	}
	report(made, failed, errors);
	return 0;
}
