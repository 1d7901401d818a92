# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Shared by the guest tools: messages, where things are kept, what a suite is.
# Sourced with $here set to this directory.

OVL_SUITES="bullseye bookworm trixie trixie-backports"
prog=${0##*/}

note() {
	printf '%s: %s\n' "$prog" "$*" >&2
}

die() {
	note "$*"
	exit 1
}

# need_tool COMMAND PACKAGE: one clear line instead of "not found" from deep inside a script.
need_tool() {
	command -v "$1" >/dev/null 2>&1 || die "$1 is missing; install the package $2"
}

need_root() {
	[ "$(id -u)" = 0 ] || die "needs root (loop mounts and a chroot); run it with sudo"
}

# suite_release SUITE: the Debian release whose packages the suite's root is made of.
suite_release() {
	case $1 in
	bullseye | bookworm | trixie) printf '%s\n' "$1" ;;
	trixie-backports) echo trixie ;;
	*) die "unknown suite '$1'; choose one of: $OVL_SUITES" ;;
	esac
}

guest_cache() {
	printf '%s/guest\n' "${OVL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ovl-calm}"
}

tree_top() {
	# shellcheck disable=SC2154
	(cd "$here/../.." && pwd)
}

sha() {
	sha256sum | cut -c1-16
}

# plain_file FILE: its contents, decompressed by the looks of its name (kernel modules).
plain_file() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}
