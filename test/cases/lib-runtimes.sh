# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Container engines on either module. Source lib.sh and lib-tree.sh first. State lies on an ext4 disk of
# the case's own, ./disk, which survives a power cut; what an engine keeps in /run does not.

runtimes_prepared=$OVL_CASES/../prepared/runtimes
calm_image=$runtimes_prepared/calm.tar
[ -e "$calm_image" ] || die "$calm_image is missing: test/guest/prepare makes it"

# OVL_RUNTIMES=full: as many layers and containers as real hosts have; short: a few, and not all ways across; ours: as
# short, and what is done on both modules is done on ours only, which reads after the power cut, too. That is for kernels
# that look for bugs, on which an engine takes many times as long.
is_full() {
	[ "${OVL_RUNTIMES:-}" = full ]
}

ours_only() {
	[ "${OVL_RUNTIMES:-}" = ours ]
}

# load_first: the module to begin with; sets $first, what the texts call it.
load_first() {
	if ours_only; then
		first="our module"
		load_ours
	else
		first="the stock module"
		load_stock
	fi
}

# on_request: skips the case in a run that does not set it.
on_request() {
	case ${OVL_RUNTIMES:-} in
	full | short | ours) ;;
	'') skip_all "not in the default run: make test-runtimes, or OVL_RUNTIMES=short" ;;
	*) die "OVL_RUNTIMES=$OVL_RUNTIMES is none of full, short and ours" ;;
	esac
}

# wait_for SECONDS COMMAND...: until it succeeds; on a slow kernel for as many times longer.
wait_for() {
	end=$(($(date +%s) + $1 * ${OVL_SLOW:-1}))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.3
	done
}

# lap TEXT: says how long it took since the lap before, or since $lap was set.
lap() {
	lap_now=$(date +%s)
	diag "$1: $((lap_now - lap)) s"
	lap=$lap_now
}

# ---- the disk ----

# disk_new FILE: a fresh ext4 in FILE, mounted on ./disk.
disk_new() {
	modprobe loop 2> /dev/null || :
	truncate -s 3G "$1"
	mkfs.ext4 -q -E lazy_itable_init=1,lazy_journal_init=1 "$1" || die "cannot make an ext4 in $1"
	disk_up "$1"
}

disk_up() {
	mkdir -p disk
	mount -o loop,noatime "$1" disk || die "cannot mount $1"
}

# disk_as_crashed FILE COPY: what a power cut now would leave of the mounted disk. Written data reaches
# the disk first, or two runs would differ by what the kernel happened to have written.
disk_as_crashed() {
	sync
	cp --sparse=always "$1" "$2"
	dumpe2fs -h "$2" 2> /dev/null | grep -q needs_recovery || die "$2 is clean: nothing crashed"
}

# ---- the power ----

mounts_at_start=$(awk '{ printf "%s ", $1 }' /proc/self/mountinfo)

# Newest first.
mounts_since_start() {
	awk -v old=" $mounts_at_start" '!index(old, " " $1 " ") { line[++n] = $5 }
		END { while (n) print line[n--] }' /proc/self/mountinfo
}

# kill_all: SIGKILL for every process of user space but PID 1 and this shell. Call it from the shell itself,
# not from a subshell.
kill_all() {
	for try in 1 2 3; do
		for process in /proc/[0-9]*; do
			pid=${process#/proc/}
			# Kernel threads have no exe.
			if [ "$pid" != 1 ] && [ "$pid" != $$ ] && readlink "$process/exe" > /dev/null 2>&1; then
				kill -9 "$pid" 2> /dev/null || :
			fi
		done
		sleep "0.$try"
	done
}

no_overlays() {
	! grep -q ' - overlay ' /proc/self/mountinfo
}

module_gone() {
	[ ! -d /sys/module/overlay ] || rmmod overlay 2> /dev/null
}

# cut_power: everything is killed, all mounts go, the module too; of /run nothing stays.
cut_power() {
	kill_all
	wait
	while [ -n "$(mounts_since_start)" ]; do
		mounts_since_start | while read -r point; do
			umount "$point" 2> /dev/null || umount -l "$point" 2> /dev/null || :
		done
	done
	find /sys/fs/cgroup -mindepth 1 -depth -type d -exec rmdir {} + 2> /dev/null || :
	rm -rf /run/docker /run/docker.* /run/containerd /run/containers /run/libpod /run/netns /run/crun /run/runc \
		/run/user /run/calm-*
	wait_for 60 module_gone || die "the overlay module is still in use after everything was killed: $(grep overlay /proc/modules)"
}

# ---- on both modules ----

# across_modules ENGINE: the scenario of an engine on the stock module, then a power cut, then ours reads
# it and does the same again, a power cut, the stock module reads that. Functions of the engine:
#   ENGINE_up WHO         starts it on ./disk and says how it likes the module called WHO
#   ENGINE_write NAME     does the scenario; everything it makes is called NAME-something
#   ENGINE_see NAME       prints what the engine shows of it, without NAME
#   ENGINE_on_disk NAME   prints the upper directories, without NAME
#   ENGINE_reads NAME WHO more tests after the power cut
across_modules() {
	load_first
	disk_new disk.img
	"$1_up" "$first"
	write_and_crash "$1" a "$first"
	load_ours
	disk_up disk.img
	"$1_up" "our module"
	read_after_crash "$1" a "our module" "$first"
	has_whiteouts "$1" a
	if ours_only; then
		cut_power
		return
	fi
	write_and_crash "$1" b "our module"
	# Emulated engines take minutes: the shorter run leaves out the way back.
	if is_full; then
		load_stock
		disk_up disk.img
		"$1_up" "the stock module"
		read_after_crash "$1" b "the stock module" "our module"
		cut_power
	fi
	same_tree a.seen b.seen "$1: the same is seen on both modules"
	same_tree a.on-disk b.on-disk "$1: the same bytes are on disk"
}

# recorded DIR: what lies in an upper directory, as fingerprint tells it. With nothing to compare it with, only devices,
# which whiteouts are: reading every file again takes minutes then.
recorded() {
	if ours_only; then
		[ -d "$1" ] || die "$1 is no directory: nothing to look at"
		(cd "$1" && find . -xdev -type c -exec stat -c 'device %n %t:%T' {} +)
	else
		fingerprint "$1"
	fi
}

# has_whiteouts ENGINE NAME: or the scenario did nothing that overlays are for.
has_whiteouts() {
	whiteouts=$(grep -c '^device .* 0:0$' "$2.on-disk" || :)
	[ "$whiteouts" -ge 3 ] || not_ok "$1: no whiteouts were written ($whiteouts)"
}

# Leaves disk.img as the power cut left it.
write_and_crash() {
	lap=$(date +%s)
	"$1_write" "$2"
	lap "$1 on $3: work"
	"$1_see" "$2" > "$2.seen"
	lap "$1 on $3: what is seen"
	"$1_on_disk" "$2" > "$2.on-disk"
	lap "$1 on $3: what is on disk"
	is "$(grep -c '^churn-done$' "$2.seen")" 1 "$1: on $3 a container changes, installs and removes files"
	disk_as_crashed disk.img crashed.img
	cut_power
	mv crashed.img disk.img
	lap "$1 on $3: power cut"
}

read_after_crash() {
	"$1_see" "$2" > "$2.seen-again"
	same_tree "$2.seen" "$2.seen-again" "$1: after a power cut $3 shows what $4 wrote"
	"$1_reads" "$2" "$3"
}

# upper_directories NAME COMMAND: what lies in those of NAME's container and of its two images, as docker or
# podman, called by COMMAND, names them.
upper_directories() {
	echo "== container"
	recorded "$("$2" container inspect -f '{{.GraphDriver.Data.UpperDir}}' "$1-churn")"
	# Images share layers; each is looked at once.
	: > layers.seen
	for image in "$1-built" "$1-kept"; do
		"$2" image inspect -f '{{.GraphDriver.Data.UpperDir}}:{{.GraphDriver.Data.LowerDir}}' "$image" | tr : '\n' > layers
		echo "== $image: $(wc -l < layers) layers" | sed "s/$1-//"
		while read -r layer; do
			! grep -qxF "$layer" layers.seen || continue
			echo "$layer" >> layers.seen
			echo "== $image layer" | sed "s/$1-//"
			recorded "$layer"
		done < layers
	done
}

# ---- containerd ----

containerd_socket=/run/calm-containerd/socket

# containerd_start: with its state on ./disk, waits as long as it takes: a busy emulator may need a minute,
# more than dockerd waits for a containerd that it starts itself. What needs no network and no other
# snapshotter is left out.
containerd_start() {
	cat > containerd.toml <<- END
		version = 2
		root = "$PWD/disk/containerd"
		state = "/run/calm-containerd"
		disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime",
			"io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
			"io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp"]
		[grpc]
		address = "$containerd_socket"
	END
	: > containerd.log
	containerd -c containerd.toml > containerd.log 2>&1 &
	containerd_pid=$!
	wait_for 900 containerd_answers || die "containerd does not come up: $(tail -n 2 containerd.log)"
}

containerd_answers() {
	grep -q 'containerd successfully booted' containerd.log || {
		kill -0 "$containerd_pid" 2> /dev/null || die "containerd died: $(tail -n 2 containerd.log)"
		false
	}
}
