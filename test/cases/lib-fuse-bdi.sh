# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For cases about FUSE writeback. Source it after lib.sh.

# need_fuse: the device, also for ordinary users, and fusectl.
need_fuse() {
	[ -c /dev/fuse ] || modprobe fuse || skip_all "this kernel has no FUSE"
	chmod 666 /dev/fuse
	mountpoint -q /sys/fs/fuse/connections || mount -t fusectl fusectl /sys/fs/fuse/connections
}

# fuse_module: stock, built-in, or the version of ours.
fuse_module() {
	cat /sys/module/fuse/version 2> /dev/null && return
	if [ -e /sys/module/fuse/initstate ]; then echo stock; else echo built-in; fi
}

# has_idle_module: dkms has built and installed what keeps idle time out of a built-in FUSE's bandwidth.
idle_module=fuse_idle_bandwidth
has_idle_module() {
	modprobe -n -q "$idle_module"
}

# floor_attribute: the finest attribute of a minimum there is. floor_percent: its units in 1 %.
floor_attribute() {
	if ls /sys/class/bdi/*/min_ratio_fine > /dev/null 2>&1; then echo min_ratio_fine; else echo min_ratio; fi
}

floor_percent() {
	if [ "$(floor_attribute)" = min_ratio_fine ]; then echo 10000; else echo 1; fi
}

# minimum BDI: in these units.
minimum() {
	cat "/sys/class/bdi/$1/$(floor_attribute)"
}

# wait_for TEXT COMMAND...: the command succeeds within 20 s (of a slow machine).
wait_for() {
	text=$1
	shift
	for try in $(seq 200); do
		! "$@" > /dev/null 2>&1 || { ok "$text"; return; }
		sleep 0.1
	done
	not_ok "$text"
	diag "still not true after $try tries: $*"
}

# local_bdi: the directory of a disk's bdi.
local_bdi() {
	for bdi in /sys/class/bdi/*; do
		case ${bdi##*/} in 0:* | *-*) ;; *) echo "$bdi"; return ;; esac
	done
	die "no disk has a bdi"
}

# write_locally NAME MIB: writes so much to the root disk. Meanwhile what the kernel lets that disk have dirty, in KiB, is
# appended to NAME.limits again and again; in the end the time it took, in ms, to NAME.times.
write_locally() {
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	stats=/sys/kernel/debug/bdi/$(stat -c %Hd:%Ld /var/tmp)/stats
	[ -e "$stats" ] || stats=/sys/kernel/debug/bdi/$(basename "$(local_bdi)")/stats
	start=$(date +%s%N)
	dd if=/dev/zero of=/var/tmp/local bs=1M count="$2" conv=fsync 2> /dev/null &
	writer=$!
	while grep -q '^State:.[^Z]' /proc/$writer/status 2> /dev/null; do
		sed -n 's/^BdiDirtyThresh: *\([0-9]*\).*/\1/p' "$stats" >> "$1.limits"
		sleep 0.1
	done
	wait $writer
	echo $((($(date +%s%N) - start) / 1000000)) >> "$1.times"
	rm /var/tmp/local
}

# least FILE, most FILE: of numbers, one on a line.
least() {
	sort -n "$1" | head -n 1
}

most() {
	sort -n "$1" | tail -n 1
}
