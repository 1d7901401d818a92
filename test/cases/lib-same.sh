# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2016 # programs in single quotes
# For cases that compare the stock module with ours. Source lib.sh first.
#
# A scenario is a function that does something to overlays and prints facts, one a line, in words that
# do not depend on the run. compare_modules runs each with the stock module and with ours and wants
# the same facts of both; with OVL_COMPARE_UNSHARDED=yes also with ours without copies of credentials.
# So that a scenario which does nothing cannot pass, `scenario` also takes facts that must be among them.
# OVL_SCENARIOS="NAME..." runs only these.

scenarios=

# scenario NAME, on standard input what its facts must contain, a line for each. An empty line and
# what begins with "#" is not looked for.
scenario() {
	case " ${OVL_SCENARIOS:-$1} " in
	*" $1 "*) scenarios="$scenarios $1" ;;
	esac
	sed '/^$/d; /^#/d' > "$OVL_TMP/expected.$1"
	[ -s "$OVL_TMP/expected.$1" ] || die "scenario $1 expects nothing: it could do nothing and pass"
}

# fact TEXT COMMAND...: prints TEXT and what the command said in one line, or its last words when it
# failed. Starts no process but the command: emulated guests are slow at that.
fact() {
	fact_text=$1
	shift
	if said=$("$@" 2>&1); then
		set -f
		# shellcheck disable=SC2086 # blanks and newlines become one blank
		set -- ${said:-done}
		set +f
		printf '%s: %s\n' "$fact_text" "$*"
	else
		printf '%s: fails, %s\n' "$fact_text" "${said##*: }"
	fi
}

# as UID COMMAND...: as that user and group, without capabilities.
as() {
	as_uid=$1
	shift
	setpriv --reuid "$as_uid" --regid "$as_uid" --clear-groups "$@"
}

# mode FILE: owner, group, mode and type, in words for `fact`.
mode() {
	stat -c '%u:%g %a %F' "$1"
}

# modes TEXT DIR NAME...: the same as a fact for each name.
modes() (
	modes_text=$1
	cd "$2"
	shift 2
	for name; do
		shift
		if [ -e "$name" ] || [ -L "$name" ]; then
			set -- "$@" "$name"
		else
			echo "$modes_text, $name: is not there"
		fi
	done
	[ $# = 0 ] || stat -c "$modes_text, %n: %u:%g %a %F" "$@"
)

# seen MERGED: an overlay is what is there; how many copies of the credentials it has, for the
# check below. Called after each mount.
seen() {
	assert_overlay "$1" >&2
	cat "/sys/fs/overlay/$(overlay_dev "$1")/cred_shards" >> "$OVL_TMP/shards.$module" 2> /dev/null || :
}

# up [OPTIONS]: what mk_dirs made, on merged. up_by COMMAND...: the same, mounted by what COMMAND runs.
# down: takes it off again.
layers_options=lowerdir=lower,upperdir=upper,workdir=work

mk_dirs() {
	mkdir -p lower upper work merged
}

up() {
	mount -t overlay overlay -o "$layers_options${1:+,$1}" merged || die "cannot mount an overlay ($*)" >&2
	seen merged
}

up_by() {
	"$@" mount -t overlay overlay -o "$layers_options" merged || die "cannot mount an overlay by $*" >&2
	seen merged
}

down() {
	umount merged
}

# on_ext4 MOUNT-OPTIONS [MKFS-OPTION]...: from now on the current directory is the root of a fresh
# ext4, which off_ext4 takes away; 24 MiB in $OVL_TMP/ext4.img.
on_ext4() {
	ext4_options=loop${1:+,$1}
	shift
	modprobe loop 2> /dev/null || :
	rm -f "$OVL_TMP/ext4.img"
	truncate -s 24M "$OVL_TMP/ext4.img"
	mkfs.ext4 -q "$@" "$OVL_TMP/ext4.img" || die "cannot make an ext4" >&2
	mkdir -p "$OVL_TMP/ext4"
	mount -o "$ext4_options" "$OVL_TMP/ext4.img" "$OVL_TMP/ext4" || die "cannot mount an ext4" >&2
	cd "$OVL_TMP/ext4"
}

off_ext4() {
	cd "$OVL_TMP"
	umount "$OVL_TMP/ext4" || die "the ext4 below is in use" >&2
}

load_module() {
	case $1 in
	stock) load_stock ;;
	ours) load_ours ;;
	unsharded) load_ours cred_shards=0 ;;
	esac
}

# What sysfs showed of the overlays that the scenarios mounted.
check_shards() {
	sort -u "$OVL_TMP/shards.$1" > "$OVL_TMP/shards.seen"
	case $1 in
	ours) runs "ours: every overlay had copies of the credentials" \
		awk '$1 < 1 { exit 1 } END { exit !NR }' "$OVL_TMP/shards.seen" ;;
	unsharded) is "$(cat "$OVL_TMP/shards.seen")" 0 "cred_shards=0: no overlay had copies" ;;
	esac
}

# Runs one scenario with the module that is loaded; its facts in facts.MODULE.SCENARIO.
run_scenario() {
	rm -rf "$OVL_TMP/here"
	mkdir "$OVL_TMP/here"
	cd "$OVL_TMP/here"
	status=0
	# not tested in a condition: set -e must stay in force inside
	set +e
	(
		set -e
		"$1"
	) > "$OVL_TMP/facts.$module.$1" 2> "$OVL_TMP/errors.$module.$1"
	status=$?
	set -e
	cd "$OVL_TMP"
	[ "$status" = 0 ] || {
		sed 's/^/# /' "$OVL_TMP/facts.$module.$1" "$OVL_TMP/errors.$module.$1"
		die "$1: ends early with $module (status $status)"
	}
	cp "$OVL_TMP/facts.$module.$1" "$OVL_OUT/$1.$module"
}

# facts_hold MODULE SCENARIO: all that is expected was seen. What is missing is shown last.
facts_hold() {
	missing=$(grep -vxFf "$OVL_TMP/facts.$1.$2" "$OVL_TMP/expected.$2" || :)
	[ -z "$missing" ] || {
		cat "$OVL_TMP/facts.$1.$2"
		echo "missing among these facts:"
		echo "$missing"
		return 1
	}
}

compare_modules() {
	[ -n "$scenarios" ] || skip_all "no scenario here is one of $OVL_SCENARIOS"
	modules=ours
	! have_stock || modules="stock ours"
	[ "${OVL_COMPARE_UNSHARDED:-no}" = no ] || modules="$modules unsharded"
	for module in $modules; do
		: > "$OVL_TMP/shards.$module"
		chmod 666 "$OVL_TMP/shards.$module"
		load_module "$module"
		for name in $scenarios; do
			run_scenario "$name"
		done
	done
	unload
	for name in $scenarios; do
		for module in $modules; do
			runs "$name: holds with $module" facts_hold "$module" "$name"
		done
		have_stock || continue
		for module in ${modules#stock}; do
			runs "$name: $module differs from stock in nothing ($(wc -l < "$OVL_TMP/facts.stock.$name") facts)" \
				diff "$OVL_TMP/facts.stock.$name" "$OVL_TMP/facts.$module.$name"
		done
	done
	for module in $modules; do
		check_shards "$module"
	done
}
