# shellcheck shell=sh disable=SC2016,SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# SC2016: ${Version} is for dpkg-query. SC2034, SC2154: shared with the caller.
#
# What the machine says about its distribution, its packages and the version of
# a kernel. Part of tools/kernel-source, which sets ROOT, KVER, KDIR and SERIES
# and has die() and the exit statuses.

# Set OS_ID and OS_LIKE (space-separated, both lower case) from os-release.
read_os_release()
{
	OS_ID=unknown
	OS_LIKE=
	for ror_file in "$ROOT/etc/os-release" "$ROOT/usr/lib/os-release"; do
		[ -r "$ror_file" ] || continue
		OS_ID=$(sed -n 's/^ID=//p' "$ror_file" | tr -d "\"'" | tr '[:upper:]' '[:lower:]')
		OS_LIKE=$(sed -n 's/^ID_LIKE=//p' "$ror_file" | tr -d "\"'" | tr '[:upper:]' '[:lower:]')
		return 0
	done
}

# Print the family of the distribution: debian, ubuntu, rhel, suse or unknown.
os_family()
{
	for of_id in $OS_ID $OS_LIKE; do
		case $of_id in
		ubuntu) echo ubuntu; return ;;
		debian) echo debian; return ;;
		rhel|fedora|centos|rocky|almalinux|ol|openeuler|anolis|alinux|opencloudos|tencentos)
			echo rhel; return ;;
		suse|opensuse*|sles) echo suse; return ;;
		esac
	done
	echo unknown
}

dpkg_query()
{
	dpkg-query --admindir="$ROOT/var/lib/dpkg" "$@" 2>/dev/null
}

# package_of PATH: set po_name and po_version of the package that owns PATH
# (a path below ROOT), or clear both.
package_of()
{
	po_name=
	po_version=
	case $1 in
	"$ROOT"/*) po_path=${1#"$ROOT"} ;;
	*) return 0 ;;
	esac
	if [ -f "$ROOT/var/lib/dpkg/status" ] && command -v dpkg-query >/dev/null; then
		po_name=$(dpkg_query -S "$po_path" | sed -n '1s/[:,].*//p') || :
		[ -z "$po_name" ] ||
			po_version=$(dpkg_query -W -f '${Version}' "$po_name") || po_version=
	fi
	if [ -z "$po_version" ] && [ -d "$ROOT/var/lib/rpm" ] && command -v rpm >/dev/null; then
		po_line=$(rpm --root "${ROOT:-/}" -qf --qf '%{NAME} %{VERSION}-%{RELEASE}\n' \
			"$po_path" 2>/dev/null | sed -n 1p) || po_line=
		case $po_line in
		*' is not owned'*) ;;
		*' '*) po_name=${po_line%% *} po_version=${po_line#* } ;;
		esac
	fi
	[ -n "$po_version" ] || po_name=
}

# Print the source package the distribution has for KVER.
source_package()
{
	case $(os_family) in
	debian) echo "linux-source-$SERIES" ;;
	ubuntu)
		# Kernels of a newer series (linux-hwe-6.8) are packaged under the name
		# of their own source package.
		sp_src=$(dpkg_query -W -f '${source:Package}' "linux-headers-$KVER") || sp_src=
		case $sp_src in
		linux-hwe*|linux-lowlatency-hwe*) echo "$sp_src-source-$SERIES.0" ;;
		*) echo "linux-source-$SERIES.0" ;;
		esac ;;
	rhel) echo "kernel-${KVER%.*}.src" ;;
	suse) echo "kernel-source" ;;
	*) echo "the source of Linux $HEADERS" ;;
	esac
}

# Print what to do when the source is not there.
source_advice()
{
	sa_package=$(source_package)
	case $(os_family) in
	debian|ubuntu)
		echo "run: apt install $sa_package" ;;
	rhel)
		case $KVER in
		*.el[67]*) sa_get="yumdownloader --source kernel-${KVER%.*}" ;;
		*) sa_get="dnf download --source kernel-$KVER" ;;
		esac
		echo "run: $sa_get, and pass the file with KSRC=" ;;
	suse)
		echo "run: zypper install $sa_package" ;;
	*)
		echo "get $sa_package and pass the tree or tarball with KSRC=" ;;
	esac
}

# makefile_version FILE...: read the kernel's top Makefile (and Makefile.rhelver
# beside it); set mv_version to X.Y.Z, or to nothing when that is not what the
# files hold, and mv_release to the vendor's release (RHEL: 1160.119.1).
makefile_version()
{
	mv_line=$(cat "$@" 2>/dev/null | awk '
		$2 == "=" && $1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL|RHEL_RELEASE)$/ && !($1 in v) {
			v[$1] = $3
		}
		END {
			if (v["VERSION"] ~ /^[0-9]+$/ && v["PATCHLEVEL"] ~ /^[0-9]+$/ &&
			    v["SUBLEVEL"] ~ /^[0-9]+$/)
				printf "%s.%s.%s ", v["VERSION"], v["PATCHLEVEL"], v["SUBLEVEL"]
			else
				printf "- "
			print v["RHEL_RELEASE"] ~ /^[0-9][0-9.]*$/ ? v["RHEL_RELEASE"] : "-"
		}')
	mv_version=${mv_line%% *}
	mv_release=${mv_line#* }
	[ "$mv_version" != - ] || mv_version=
	[ "$mv_release" != - ] || mv_release=
}

# release_in NAME: print the vendor's release in a name such as
# 4.18.0-147.3.1.el8_1.x86_64 or linux-3.10.0-1160.el7.tar.xz, if it has one.
release_in()
{
	printf '%s\n' "$1" |
		sed -n 's/^[^0-9]*[0-9][0-9.]*-\([0-9][0-9.]*\)\.\(el\|oe\|an\|al\|fc\|tl\)[0-9].*/\1/p'
}

# Follow one symbolic link whose absolute target is meant to be below ROOT.
below_root()
{
	br_path=$1
	if [ -n "$ROOT" ] && [ -L "$1" ]; then
		br_target=$(readlink "$1")
		case $br_target in
		"$ROOT"/*) ;;
		/*) br_path=$ROOT$br_target ;;
		esac
	fi
	printf '%s\n' "$br_path"
}

# Set HEADERS (X.Y.Z) and HEADERS_RELEASE (vendor's release or nothing) from
# KDIR. A KDIR that was made from another directory (Debian's flavour headers,
# an O= build) names that directory in its Makefile or in its link "source".
read_headers_version()
{
	makefile_version "$KDIR/Makefile" "$KDIR/Makefile.rhelver"
	if [ -z "$mv_version" ]; then
		rh_inc=$(sed -n 's/^include \(.*\)\/Makefile$/\1/p' "$KDIR/Makefile" 2>/dev/null |
			sed -n 1p)
		case $rh_inc in
		'') rh_inc=$(below_root "$KDIR/source") ;;
		/*) [ -e "$rh_inc" ] && [ -z "$ROOT" ] || rh_inc=$ROOT$rh_inc ;;
		*) rh_inc=$KDIR/$rh_inc ;;
		esac
		makefile_version "$rh_inc/Makefile" "$rh_inc/Makefile.rhelver"
	fi
	if [ -z "$mv_version" ] && [ -r "$KDIR/include/config/kernel.release" ]; then
		mv_version=$(sed -n '1s/^\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p' \
			"$KDIR/include/config/kernel.release")
	fi
	# Debian's 6.1.0-56-amd64 is 6.1.192; there only the package tells.
	if [ -z "$mv_version" ]; then
		mv_version=$(dpkg_query -W -f '${Version}\n' "linux-headers-$KVER" |
			sed -n 's/^\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p') || mv_version=
	fi
	if [ -z "$mv_version" ] && [ -r "$KDIR/include/generated/utsrelease.h" ]; then
		mv_version=$(sed -n 's/^#define UTS_RELEASE "\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p' \
			"$KDIR/include/generated/utsrelease.h")
	fi
	[ -n "$mv_version" ] || die "$E_KERNEL" "$KDIR holds no kernel version (no usable Makefile," \
		"kernel.release or utsrelease.h); install the headers of $KVER or pass its build tree"
	HEADERS=$mv_version
	HEADERS_RELEASE=$(release_in "$KVER")
	[ -n "$HEADERS_RELEASE" ] || HEADERS_RELEASE=$mv_release
	# Ubuntu's 5.15.0-91-generic comes from version 5.15.0-91.101 of the source package.
	[ "$(os_family)" != ubuntu ] ||
		HEADERS_RELEASE=$(printf '%s\n' "$KVER" | sed -n 's/^[0-9.]*-\([0-9]*\)-.*/\1/p')
}

# full_version VERSION RELEASE
full_version()
{
	printf '%s\n' "$1${2:+-$2}"
}
