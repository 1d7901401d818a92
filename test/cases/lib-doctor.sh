# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For cases of ovl-doctor. Source lib.sh first; then ours is installed as dkms does it, also when another
# case took it away.

[ -z "${OVL_ANY_KERNEL:-}" ] || skip_all "no dkms for a kernel of the caller's"
have_ours || skip_all "our module is not in this guest"
[ -x "$OVL_BIN/ovl-doctor" ] || die "ovl-doctor was not built for this guest"
command -v jq > /dev/null || die "jq is not installed"
PATH=$OVL_BIN:$PATH
export PATH

# shellcheck disable=SC2034 # for the cases
kernel=$(uname -r)
version=$(cat /ovl-test/ours/version)
# shellcheck disable=SC2034 # for the cases
ours=ovl-calm-$version
doctor_prepared=$OVL_CASES/../prepared/doctor-kernels

# on_request: skips the case in a run that does not set it.
on_request() {
	[ "${OVL_TOOLS:-}" = all ] || skip_all "takes more than half a minute: make test-tools"
}

# Unless it is there.
need_installation() {
	if [ ! -e "/var/lib/dkms/ovl-calm/$version" ] || ! modinfo -n overlay | grep -q /updates/dkms/; then
		restore_installation
	fi
}

restore_installation() {
	tar -C / -xf "$doctor_prepared/installed.tar"
}

# stock_back: the kernel's own module, where dkms has put that away (dkms remove would bring it back).
# stock_away: undoes that.
stock_back() {
	: > stock.back
	: > stock.away
	away=/var/lib/dkms/ovl-calm/original_module/$kernel
	[ ! -d "$away" ] || find "$away" -name 'overlay.ko*' ! -name '*.origin' > stock.away
	while read -r file; do
		cp "$file" "/lib/modules/$kernel/kernel/fs/overlayfs/"
		echo "/lib/modules/$kernel/kernel/fs/overlayfs/${file##*/}" >> stock.back
	done < stock.away
}

stock_away() {
	while read -r file; do
		rm -f "$file"
	done < stock.back
}

# doctor WORDS...: its report is in the file report, its exit status in $status. With --no-initramfs,
# which is all that is slow, wherever that is not the point.
doctor() {
	status=0
	ovl-doctor "$@" --json > report 2> complaint || status=$?
	jq -e .schema report > parsed 2>&1 || die "no JSON (exit status $status): $(cat complaint)"
}

quick() {
	doctor --no-initramfs "$@"
}

# finding CODE: its objects, one a line; nothing when there is no such finding.
finding() {
	jq -r --arg code "$1" '.findings[] | select(.code == $code) | .object' report
}

codes() {
	jq -r '[.findings[].code] | join(" ")' report
}

fact() {
	jq -r "$1" report
}
