# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# SC2034: variables shared with the caller.
#
# What a kernel's configuration says about the modules that we rebuild. Part of tools/build-module and
# tools/dkms-pre-build.

# config_of KDIR: sets CONFIG to the file that holds the configuration of that build tree.
config_of()
{
	CONFIG=$1/include/config/auto.conf
	[ -r "$CONFIG" ] || CONFIG=$1/.config
}

# config_is OPTION VALUE
config_is()
{
	grep -q "^CONFIG_$1=$2" "$CONFIG" 2>/dev/null
}

# release_since KVER MAJOR MINOR: that release, as uname -r prints it, is of this series or a later one.
release_since()
{
	series=${1%%[!0-9.]*}.0
	major=${series%%.*} minor=${series#*.}
	minor=${minor%%.*}
	[ "${major:-0}" -gt "$2" ] || { [ "${major:-0}" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

# why_not DIR KVER: prints why the modules of that directory of ours are not for this kernel; nothing when they are.
why_not()
{
	case $1 in
	ovl)
		! config_is OVERLAY_FS y ||
			echo "overlayfs is built into kernel $2 and no module can replace it" ;;
	fuse)
		if config_is FUSE_FS y; then
			echo "FUSE is built into kernel $2 and no module can replace it: tools/fuse-floor sets the writeback floor from outside"
		elif ! config_is FUSE_FS m; then
			echo "kernel $2 has no FUSE"
		fi ;;
	# Idle time counts in the estimated bandwidth from 5.14 on; 7.3 no longer pauses a writer for it, and 7.2 reads
	# the same. A FUSE that is a module is replaced as a whole.
	fuse-idle-bandwidth)
		if ! config_is FUSE_FS y; then
			echo "FUSE is not built into kernel $2: fuse-idle-bandwidth is for nothing else"
		elif ! release_since "$2" 5 14 || release_since "$2" 7 2; then
			echo "idle time costs writers nothing on kernel $2: fuse-idle-bandwidth is for 5.14 to 7.1"
		elif ! config_is TRACEPOINTS y; then
			echo "kernel $2 has no tracepoints, which fuse-idle-bandwidth needs"
		fi ;;
	esac
}
