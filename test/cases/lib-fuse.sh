# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For cases about fuse.ko. Source lib.sh first.

PATH=$OVL_BIN:$PATH
export PATH

fuse_ours=${OVL_KO%/*}
fuse_stock=${OVL_STOCK_KO%/*}
fuse_writeback=/sys/fs/fuse/writeback

# need_fuse_module: skips the case where FUSE is no module, so that none of ours can be there.
need_fuse_module() {
	if [ ! -e "$fuse_stock/fuse.ko" ]; then
		[ ! -e "$fuse_ours/fuse.ko" ] || die "we built a fuse.ko for a kernel that has FUSE built in"
		skip_all "FUSE is built into this kernel"
	fi
	[ -e "$fuse_ours/fuse.ko" ] || skip_all "our fuse.ko is not in this guest"
}

# unload_fuse: takes fuse.ko and what depends on it out, whichever they are.
unload_fuse() {
	umount /sys/fs/fuse/connections 2> /dev/null || :
	for module in virtiofs cuse fuse; do
		[ ! -d /sys/module/$module ] || wait_until 5 rmmod $module 2> /dev/null ||
			die "$module does not unload: $(rmmod $module 2>&1)"
	done
}

# insert FILE [PARAM=VALUE...]: what it depends on first, but not the fuse.ko that modprobe would take.
insert() {
	for dep in $(modinfo -F depends "$1" | tr , ' '); do
		[ "$dep" = fuse ] || modprobe "$dep"
	done
	insmod "$@"
}

# load_fuse_stock, load_fuse_ours [PARAM=VALUE...]: that fuse.ko and no other. Ours has a version.
load_fuse_stock() {
	unload_fuse
	insert "$fuse_stock/fuse.ko" || die "cannot load the stock fuse.ko"
	[ ! -e /sys/module/fuse/version ] || die "the stock fuse.ko has a version: it is not the stock one"
}

load_fuse_ours() {
	unload_fuse
	insert "$fuse_ours/fuse.ko" "$@" || die "cannot load our fuse.ko $*"
	[ -r /sys/module/fuse/version ] || die "our fuse.ko shows no version: it is not ours"
	# what udev would do
	chmod 666 /dev/fuse
}

# wait_until SECONDS COMMAND...: true once the command is, false when the time is over.
wait_until() {
	deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt $deadline ] || return 1
		sleep 0.1
	done
}

says_ready() {
	grep -q ready "$1"
}

no_connection() {
	[ -z "$(ls "$fuse_writeback")" ]
}

fuse_param() {
	echo "$2" > "/sys/module/fuse/parameters/$1"
}

# serve DIR N: N mounts of root below DIR, served by fuse-files; sets $server.
serve() {
	mkdir -p "$1"
	fuse-files "$1" "$2" > "$1.ready" &
	server=$!
	wait_until 60 says_ready "$1.ready" || die "fuse-files does not mount $2 filesystems in $1"
}

# unmounted DIR: unmounts what is mounted below it. A writer that was killed holds its mount until its
# pages are written, so this may need more than one try.
unmounted() {
	# shellcheck disable=SC2046 # one word each
	umount $(awk -v dir="$1/" 'index($2, dir) == 1 { print $2 }' /proc/mounts) 2> /dev/null
}

# end_serve DIR: unmounts them; the server ends by itself.
end_serve() {
	kill -USR2 "$server"
	wait_until 20 unmounted "$1" || die "cannot unmount what is below $1"
	wait "$server" || die "fuse-files ended with status $?"
}

# mirror_dir DIR MOUNT: bindfs, one thread, by root; sets $server. end_mirror MOUNT
mirror_dir() {
	mkdir -p "$1" "$2"
	bindfs -f --no-allow-other "$1" "$2" > bindfs.log 2>&1 &
	server=$!
	wait_until 60 mountpoint -q "$2" || die "bindfs does not mount $2: $(cat bindfs.log)"
}

end_mirror() {
	wait_until 20 umount "$1" 2> /dev/null || die "cannot unmount $1"
	wait "$server" || :
}

# conn MOUNT [FILE]: the directory of its connection, or what a file in it says. bdi_of MOUNT FILE
conn() {
	if [ $# = 2 ]; then
		cat "$fuse_writeback/$(mountpoint -d "$1")/$2"
	else
		echo "$fuse_writeback/$(mountpoint -d "$1")"
	fi
}

bdi_of() {
	cat "/sys/class/bdi/$(mountpoint -d "$1")/$2"
}

# vmstat NAME
vmstat() {
	awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat
}

# word N LINE
word() {
	echo "$2" | cut -d ' ' -f "$1"
}

# min_ratio_left: how much min_ratio another device could still get: 99 less the sum of all. Tried on a
# device of our own, the root disk.
min_ratio_left() {
	left=99
	probe=/sys/class/bdi/$(mountpoint -d /)
	while [ $left -gt 0 ] && ! echo $left > "$probe/min_ratio" 2> /dev/null; do
		left=$((left - 1))
	done
	echo 0 > "$probe/min_ratio"
	echo $left
}

pages_under_writeback() {
	echo "$(vmstat nr_writeback_temp) $(vmstat nr_writeback)"
}

nothing_under_writeback() {
	[ "$(pages_under_writeback)" = "0 0" ]
}

# nothing_is_left FREE: no connection, no page under writeback, and all floors can be handed out; FREE is what
# min_ratio_left said before the first mount. Four results; the policy for new mounts is floor then.
nothing_is_left() {
	fuse_param writeback floor
	fuse_param root_floors 8
	serve "$PWD/m" 8
	floors=0
	for mount in 0 1 2 3 4 5 6 7; do
		floors=$((floors + $(conn "m/$mount" floor_percent)))
	done
	is $floors 8 "of the floors that mounts may have, none is lost"
	end_serve "$PWD/m"
	runs "no connection is left" wait_until $((30 * ${OVL_SLOW:-1})) no_connection
	wait_until $((20 * ${OVL_SLOW:-1})) nothing_under_writeback || :
	is "$(pages_under_writeback)" "0 0" "no page counts as under writeback"
	is "$(min_ratio_left)" "$1" "what was handed out as floors is free again"
}
