# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154
# What a suite's root is made of: archives, pins, packages. Sourced after common.sh, with $here set
# to this directory.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# sources_list SUITE: one-line apt sources for the suite's root.
sources_list() {
	release=$(suite_release "$1")
	main=$("$here/mirror" main)
	security=$("$here/mirror" security)
	echo "deb [signed-by=$KEYRING] $main $release main"
	echo "deb [signed-by=$KEYRING] $security $release-security main"
	[ "$release" = bullseye ] || echo "deb [signed-by=$KEYRING] $main $release-updates main"
	[ "$1" = "$release" ] || echo "deb [signed-by=$KEYRING] $main $1 main"
}

# preferences SUITE: from backports take the kernel, all of the kernel, and nothing else.
preferences() {
	case $1 in
	*-backports) printf 'Package: linux-*\nPin: release n=%s\nPin-Priority: 900\n' "$1" ;;
	esac
}

# listed SUITE: the names of the suite in `packages`, as they are written there.
listed() {
	awk -v suite="$1" '
		/^#/ || NF == 0 { next }
		{ n = split($2, s, ","); for (i = 1; i <= n; i++) if (s[i] == "all" || s[i] == suite) print $1 }
	' "$here/packages"
}

package_names() {
	listed "$1" | grep -v '^+'
}

download_names() {
	listed "$1" | sed -n 's/^+//p'
}
