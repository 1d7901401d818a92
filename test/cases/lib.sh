# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For cases written in shell. Source it first:
#
#	set -eu
#	. "$OVL_CASES/lib.sh"
#
# A case says what it proves with ok, is, runs, fails or skip; when it dies in between, PID 1 sees
# the exit status. Mounts and the module need no clean-up for PID 1's sake, but an overlay mount
# that is left behind is a failure of the case: unmount what you mount.

tests=0

# ok TEXT, not_ok TEXT: one result each.
ok() {
	tests=$((tests + 1))
	printf 'ok - %s\n' "$*"
}

not_ok() {
	tests=$((tests + 1))
	printf 'not ok - %s\n' "$*"
}

# skip TEXT WHY: one test that cannot be made here. skip_all WHY: none of the case's can.
skip() {
	tests=$((tests + 1))
	printf 'ok - %s # SKIP %s\n' "$1" "$2"
}

skip_all() {
	skip "all of it" "$1"
	exit 0
}

diag() {
	printf '# %s\n' "$*"
}

die() {
	diag "$*"
	exit 1
}

# is GOT WANTED TEXT: both are strings.
is() {
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3"
		diag "got:    $1"
		diag "wanted: $2"
	fi
}

# runs TEXT COMMAND...: the command succeeds; what it said is shown when it does not.
runs() {
	text=$1
	shift
	if said=$("$@" 2>&1); then
		ok "$text"
	else
		status=$?
		not_ok "$text"
		diag "exit status $status: $*"
		printf '%s\n' "$said" | tail -n 20 | sed 's/^/# /'
	fi
}

# fails TEXT COMMAND...: the command fails.
fails() {
	text=$1
	shift
	if said=$("$@" 2>&1); then
		not_ok "$text"
		diag "succeeded: $*"
		printf '%s\n' "$said" | tail -n 20 | sed 's/^/# /'
	else
		ok "$text"
	fi
}

# random_moment KEY SECONDS: a time in seconds, below SECONDS: another for each KEY, for the same one the same.
random_moment() {
	printf '%s' "$1" | cksum | awk -v seconds="$2" '{ printf "%.3f", $1 % 1000 / 1000 * seconds }'
}

# need COMMAND...: skips the whole case when a program is missing.
need() {
	for cmd; do
		command -v "$cmd" >/dev/null 2>&1 || skip_all "$cmd is not installed"
	done
}

# kernel_at_least MAJOR.MINOR
kernel_at_least() {
	kernel=$(uname -r)
	have_major=${kernel%%.*}
	kernel=${kernel#*.}
	have_minor=${kernel%%[!0-9]*}
	[ "$have_major" -gt "${1%%.*}" ] ||
		{ [ "$have_major" = "${1%%.*}" ] && [ "$have_minor" -ge "${1#*.}" ]; }
}

# ---- the module ----

have_ours() {
	[ -e "$OVL_KO" ]
}

have_stock() {
	[ -e "$OVL_STOCK_KO" ]
}

# unload: takes the module out, whichever it is. Files of processes that just ended are put a
# little later, so it may need more than one try.
unload() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		[ -d /sys/module/overlay ] || return 0
		rmmod overlay 2>/dev/null && return 0
		sleep 0.2
	done
	rmmod overlay || die "the overlay module does not unload (try $try)"
}

# load_file FILE [PARAM=VALUE...]: what it depends on first, as modprobe would.
load_file() {
	[ ! -d /sys/module/overlay ] || unload
	for dep in $(modinfo -F depends "$1" | tr , ' '); do
		modprobe "$dep"
	done
	insmod "$@"
}

# load_stock, load_ours [PARAM=VALUE...]: loads that module instead of any other and makes sure that
# it is the one. Ours has a version, the stock one has none.
load_stock() {
	have_stock || die "no stock module at $OVL_STOCK_KO"
	load_file "$OVL_STOCK_KO" "$@" || die "cannot load the stock module $*"
	[ ! -e /sys/module/overlay/version ] || die "the stock module has a version: it is not the stock one"
}

load_ours() {
	have_ours || die "our module is not in this guest ($OVL_KO)"
	load_file "$OVL_KO" "$@" || die "cannot load our module $*"
	[ -r /sys/module/overlay/version ] || die "our module shows no version: it is not ours"
}

overlay_version() {
	cat /sys/module/overlay/version 2>/dev/null || echo stock
}

# assert_overlay_version VERSION: "stock", or what our module calls itself.
assert_overlay_version() {
	[ -d /sys/module/overlay ] || die "no overlay module is loaded"
	[ "$(overlay_version)" = "$1" ] || die "overlay is version $(overlay_version), not $1"
}

# ---- overlays ----

# mk_layers N [DIR]: N lower directories with a file of their own each, one file in all of them,
# and an upper, work and mount directory, in DIR (default: the current directory).
mk_layers() {
	layers=$1
	layer_dir=${2:-.}
	mkdir -p "$layer_dir/upper" "$layer_dir/work" "$layer_dir/merged"
	i=1
	while [ "$i" -le "$layers" ]; do
		mkdir -p "$layer_dir/lower$i/dir"
		echo "only in $i" >"$layer_dir/lower$i/only$i"
		echo "from $i" >"$layer_dir/lower$i/shared"
		echo "from $i" >"$layer_dir/lower$i/dir/in$i"
		i=$((i + 1))
	done
}

# lower_list N [DIR]: the value for lowerdir=; lower1 is the topmost.
lower_list() {
	list=
	i=1
	while [ "$i" -le "$1" ]; do
		list=$list${list:+:}${2:-.}/lower$i
		i=$((i + 1))
	done
	printf '%s\n' "$list"
}

# mount_overlay N [DIR] [OPTIONS]: mounts what mk_layers made on DIR/merged and makes sure that
# an overlay is what is there. A failed mount followed by a test of the bare directory would
# pass everything.
mount_overlay() {
	overlay_dir=${2:-.}
	mount -t overlay overlay -o \
		"lowerdir=$(lower_list "$1" "$overlay_dir"),upperdir=$overlay_dir/upper,workdir=$overlay_dir/work${3:+,$3}" \
		"$overlay_dir/merged" || die "cannot mount the overlay in $overlay_dir (${3:-no more options})"
	assert_overlay "$overlay_dir/merged"
}

assert_overlay() {
	[ "$(stat -f -c %T "$1")" = overlayfs ] || die "$1 is no overlay but $(stat -f -c %T "$1")"
}

# overlay_dev PATH: major:minor of its superblock, the name below /sys/fs/overlay.
overlay_dev() {
	mountpoint -d "$1"
}
