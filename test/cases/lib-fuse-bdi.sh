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
