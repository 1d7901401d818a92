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

# why_not FAMILY KVER: prints why no module of ours can stand in for the kernel's own; nothing when one can.
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
	esac
}
