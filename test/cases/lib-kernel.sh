# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the kernel holds and does, for cases that count it. Source lib.sh first.

# slab_objects CACHE...: objects in use in the first of these caches that this kernel has (they are
# renamed now and then). What lies in per-CPU slabs counts as used, so it is given back first.
slab_objects() {
	for cache; do
		[ -e "/sys/kernel/slab/$cache" ] || continue
		echo 1 > "/sys/kernel/slab/$cache/shrink"
		awk -v cache="$cache" '$1 == cache { print $2; found = 1 } END { exit !found }' /proc/slabinfo ||
			die "slab cache $cache is merged with others: boot with slab_nomerge" >&2
		return
	done
	die "none of the slab caches $* is there: boot with slab_nomerge" >&2
}

# settle: lets deferred frees (RCU, delayed mntput and fput, per-CPU caches) happen.
settle() {
	sync
	echo 3 > /proc/sys/vm/drop_caches
	sleep 1
	echo 3 > /proc/sys/vm/drop_caches
}

# kernel_holds: one line with what a leak of mounts, credentials or namespaces would raise.
kernel_holds() {
	settle
	mounts=$(slab_objects mnt_cache)
	creds=$(slab_objects cred_jar cred)
	echo "$mounts $creds $(awk '/^Percpu:/ { print $2 }' /proc/meminfo)"
}

# holds_alike BEFORE AFTER TEXT: no more is held than before. Counts move by what whole slabs or
# per-CPU stocks of other users bring: at most some mounts, up to 60 credentials at a time on 7.3.
slack_mounts=20
slack_others=130

holds_alike() {
	# shellcheck disable=SC2086 # three words each
	set -- "$3" $1 $2
	if [ $(($5 - $2)) -le $slack_mounts ] && [ $(($6 - $3)) -le $slack_others ] &&
		[ $(($7 - $4)) -le $slack_others ]; then
		ok "$1"
	else
		not_ok "$1"
	fi
	diag "mounts $2 -> $5, credentials $3 -> $6, per-CPU KiB $4 -> $7"
}

# trace_start NAME SYMBOL...: counts calls of kernel functions from now on, in a trace instance of
# its own; trace_count NAME SYMBOL COMM: how often tasks of that name called it; trace_end NAME.
tracefs=/sys/kernel/tracing

trace_start() {
	trace=$1
	shift
	mkdir "$tracefs/instances/$trace"
	for symbol; do
		echo "p:$trace/$symbol $symbol" >> "$tracefs/kprobe_events"
	done
	echo 1 > "$tracefs/instances/$trace/events/$trace/enable"
}

trace_count() {
	grep -c "^ *$3-[0-9].* $2: " "$tracefs/instances/$1/trace" || :
}

trace_end() {
	echo 0 > "$tracefs/instances/$1/events/$1/enable"
	rmdir "$tracefs/instances/$1"
	sed -n "s,^p:$1/\([^ ]*\) .*,-:$1/\1,p" "$tracefs/kprobe_events" > "trace_end.$1"
	while read -r line; do
		echo "$line" >> "$tracefs/kprobe_events"
	done < "trace_end.$1"
}

# private_ns_shown MERGED: what /sys says the overlay's private mounts hold.
private_ns_shown() {
	cat "/sys/fs/overlay/$(overlay_dev "$1")/private_ns"
}
