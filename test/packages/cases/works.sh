# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the cases of packages: `run` leaves lib.sh of test/cases here too.
. "${0%/*}/lib.sh"

# works VERSION: modprobe loads that module, "stock" or the version of ours; an overlay can be mounted, written
# and read; ovl-doctor, where it is installed, names the same module.
works() {
	runs "$1: modprobe overlay" modprobe overlay
	is "$(overlay_version)" "$1" "$1: it is the module that is loaded"
	mk_layers 2
	mount_overlay 2
	is "$(cat merged/shared)" "from 1" "$1: the upper of two layers is read"
	echo changed > merged/only2
	rm merged/only1
	is "$(cat upper/only2) $(stat -c %F upper/only1)" "changed character special file" \
		"$1: copy-up and whiteout"
	if command -v ovl-doctor > /dev/null; then
		ovl-doctor > doctor 2>&1 || diag "ovl-doctor: exit status $?"
		sed 's/^/# /' doctor
		ovl-doctor --json > doctor.json || diag "ovl-doctor --json: exit status $?"
		is "$(jq -r '.modules[] | select(.name == "overlay") | "\(.origin) \(.version) \(.replaced)"' doctor.json)" \
			"$([ "$1" = stock ] && echo in-tree null || echo "ovl-calm $1") false" "$1: ovl-doctor agrees"
		is "$(jq -r '.findings[] | select(.code == "initramfs-stale") | .object' doctor.json)" "" \
			"$1: and finds no old module in an initramfs"
	elif [ "$1" != stock ]; then
		not_ok "$1: ovl-doctor agrees"
		diag "the package brought no ovl-doctor"
	fi
	umount merged
	rm -rf upper work merged lower*
	unload
}
