# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For cases that do more on a kernel that looks for data races. Source lib.sh first.

kcsan=/sys/kernel/debug/kcsan

# have_kcsan: is this such a kernel?
have_kcsan() {
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug 2> /dev/null || return 1
	[ -e $kcsan ] || return 1
	grep -q '^enabled: 1' $kcsan || die "this kernel could look for data races, but does not"
}

# watchpoints: how often the kernel has watched an access to memory since boot.
watchpoints() {
	sed -n 's/^setup_watchpoints: *//p' $kcsan
}

# watch_more: one access of 100, not of 1000, and five times as long. For work that seldom comes to our code, and then only
# for a moment. Until the kernel's next boot.
watch_more() {
	echo 100 > /sys/module/kcsan/parameters/skip_watch
	echo 400 > /sys/module/kcsan/parameters/udelay_task
}
