# shellcheck shell=sh disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# Made-up kernel trees, source RPMs and machines for tests of what looks for
# kernel source. Source this file with the scratch directory in dir.

# tree DIR X.Y.Z [RHEL_RELEASE]: a kernel tree of a dozen lines.
tree()
{
	mkdir -p "$1/fs/overlayfs/sub" "$1/Documentation" "$1/arch/x86"
	{
		echo '# a comment'
		echo "$2" | sed 's/\(.*\)\.\(.*\)\.\(.*\)/VERSION = \1\nPATCHLEVEL = \2\nSUBLEVEL = \3/'
		printf 'EXTRAVERSION =\nNAME = Test\n'
		# shellcheck disable=SC2016
		[ -z "${3-}" ] || echo 'include $(srctree)/Makefile.rhelver'
	} >"$1/Makefile"
	[ -z "${3-}" ] || printf 'RHEL_MAJOR = 8\nRHEL_RELEASE = %s\n' "$3" >"$1/Makefile.rhelver"
	echo "super $2" >"$1/fs/overlayfs/super.c"
	echo "deep $2" >"$1/fs/overlayfs/sub/deep.h"
	echo "mount $2" >"$1/fs/mount.h"
	echo doc >"$1/Documentation/doc.rst"
	echo x86 >"$1/arch/x86/x86.c"
}

# machine NAME ID KVER X.Y.Z [RHEL_RELEASE]: a root with an os-release and the
# headers of one kernel, split the way Debian does it. Sets root.
machine()
{
	root=$dir/$1
	mkdir -p "$root/etc" "$root/usr/src/headers-$3/include/config" \
		"$root/usr/src/headers-common/fs" "$root/lib/modules/$3"
	printf 'NAME="x"\nID="%s"\nVERSION_ID="1"\n' "$2" >"$root/etc/os-release"
	echo "include /usr/src/headers-common/Makefile" >"$root/usr/src/headers-$3/Makefile"
	echo "$3" >"$root/usr/src/headers-$3/include/config/kernel.release"
	tree "$dir/headers-tree" "$4" "${5-}"
	cp "$dir/headers-tree"/Makefile* "$root/usr/src/headers-common"
	rm -rf "$dir/headers-tree"
	ln -s "/usr/src/headers-$3" "$root/lib/modules/$3/build"
	ln -s /usr/src/headers-common "$root/lib/modules/$3/source"
}

# dpkg_owns ROOT PACKAGE VERSION [FILE]: enter a package into ROOT's database.
dpkg_owns()
{
	mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates"
	printf 'Package: %s\nStatus: install ok installed\nMaintainer: x\n' "$2" \
		>>"$1/var/lib/dpkg/status"
	printf 'Architecture: all\nVersion: %s\nDescription: x\n\n' "$3" >>"$1/var/lib/dpkg/status"
	printf '/.\n/usr\n/usr/src\n%s' "${4+$4
}" >"$1/var/lib/dpkg/info/$2.list"
}

# srpm FILE MEMBER...: a real source RPM where there is rpmbuild, else the least
# that libarchive takes for one: a lead, two empty headers, a compressed cpio.
srpm()
{
	srpm_file=$1
	shift
	if command -v rpmbuild >/dev/null; then
		{
			printf 'Name: kernel\nVersion: 4.18.0\nRelease: 1\nSummary: x\nLicense: x\n'
			printf 'BuildArch: noarch\n'
			printf '%s\n' "$@" | awk '{ printf "Source%d: %s\n", NR - 1, $0 }'
			printf '%%description\nx\n'
		} >kernel.spec
		rpmbuild -bs --quiet --define "_sourcedir $dir" --define "_srcrpmdir $dir/srpms" \
			--define "_topdir $dir/rpmbuild" kernel.spec
		mv "$dir/srpms"/*.src.rpm "$srpm_file"
		return
	fi
	{
		printf '\355\253\356\333\003\000\000\001'
		head -c 88 /dev/zero
		printf '\216\255\350\001\000\000\000\000\000\000\000\000\000\000\000\000'
		printf '\216\255\350\001\000\000\000\000\000\000\000\000\000\000\000\000'
		printf '%s\n' "$@" | cpio -o -H newc --quiet | gzip
	} >"$srpm_file"
}

# tools_path DIR PROGRAM...: a directory for PATH with the basic programs and
# PROGRAM... but none of those that open archives.
tools_path()
{
	tp_dir=$dir/$1
	shift
	mkdir -p "$tp_dir"
	for tp_program in sh awk cat cp cut dirname env find grep head ls mkdir mv readlink rm rmdir \
		sed sha256sum sort stat tail tar tr wc "$@"; do
		ln -sf "$(command -v "$tp_program")" "$tp_dir/$tp_program"
	done
}
