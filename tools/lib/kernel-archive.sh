# shellcheck shell=sh disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# SC2034, SC2154: variables shared with the caller.
#
# Reading kernel source out of tarballs and source RPMs. Part of
# tools/kernel-source, which sets STAGE (a scratch directory) and OUTPUT_PARENT
# and has die(), run() and the exit statuses.

# is_full: is there no room left? Asked because the message that says so may
# have been lost on the full disk.
is_full()
{
	! head -c 65536 /dev/zero 2>/dev/null >"$STAGE/room"
}

# io_failed SOURCE: turn the messages in $STAGE/err into one line and exit.
io_failed()
{
	if grep -q 'No space left' "$STAGE/err" || is_full; then
		die "$E_OUTPUT" "no space left in $OUTPUT_PARENT while unpacking $1; free some and run again"
	elif grep -q 'Cannot exec' "$STAGE/err"; then
		die "$E_ARCHIVE" "cannot unpack $1: the program that decompresses it is missing;" \
			"install xz-utils, bzip2 or zstd"
	fi
	if_why=$(grep -v -e 'Exiting with failure' -e 'is not recoverable' -e '^$' "$STAGE/err" |
		sed -n '1s/^[^:]*: *//p')
	[ ! -d "$1" ] || die "$E_ARCHIVE" "cannot copy from $1 (${if_why:-unreadable}); check the tree"
	die "$E_ARCHIVE" "$1 is truncated or damaged (${if_why:-unreadable}); install or fetch it again"
}

# is_cut ARCHIVE: does an uncompressed archive lack its end? tar does not mind when
# it ends between two files. Compressed ones are checked by their format.
is_cut()
{
	case $1 in
	*.tar) ;;
	*) return 1 ;;
	esac
	[ "$(tail -c 1024 "$1" | tr -d '\0' | wc -c)" -ne 0 ] || [ $(($(wc -c <"$1") % 512)) -ne 0 ]
}

# archive_prefix ARCHIVE: set ap_prefix to what stands before "Makefile" in the
# archive's names: "linux-6.1/", "./linux-6.1/", "./" or nothing.
archive_prefix()
{
	if is_cut "$1"; then
		echo 'tar: no end of archive' >"$STAGE/err"
		io_failed "$1"
	fi
	# tar dies of SIGPIPE once sed has seen enough; damage shows up later, when
	# the archive is read to its end.
	ap_names=$(tar -tf "$1" 2>"$STAGE/err" | sed -n '1,2p;2q') || :
	[ -n "$ap_names" ] || io_failed "$1"
	ap_prefix=
	case $ap_names in
	./*) ap_prefix=./ ;;
	esac
	ap_first=$(printf '%s\n' "$ap_names" | sed -n 's/^\.\///; /./{p;q;}')
	case $ap_first in
	Documentation/*|LICENSES/*|arch/*|block/*|certs/*) ;;
	*/*) ap_prefix=$ap_prefix${ap_first%%/*}/ ;;
	esac
}

# tarball_name: of the names on stdin, print that of the kernel's tarball. RHEL
# ships kernel-abi-*.tar beside it.
tarball_name()
{
	awk '{
		base = $0
		sub(/.*\//, "", base)
		if (base !~ /\.tar(\.[a-z0-9]+)?$/)
			next
		rank = base ~ /^linux/ ? 3 : base ~ /^kernel\.tar/ ? 2 : base ~ /^kernel-[0-9]/ ? 1 : 0
		if (rank > best) {
			best = rank
			name = $0
		}
	}
	END { print name }'
}

# srpm_tarball SRPM: unpack the kernel's tarball out of a source RPM into the
# stage and set st_path.
srpm_tarball()
{
	st_dir=$STAGE/srpm
	rm -rf "$st_dir"
	mkdir "$st_dir" 2>"$STAGE/err" || io_failed "$1"
	if command -v bsdtar >/dev/null; then
		bsdtar -tf "$1" >"$STAGE/names" 2>"$STAGE/err" || io_failed "$1"
		st_name=$(tarball_name <"$STAGE/names")
		[ -z "$st_name" ] || run bsdtar -xf "$1" -C "$st_dir" "$st_name" 2>"$STAGE/err" ||
			io_failed "$1"
	elif command -v rpm2cpio >/dev/null && command -v cpio >/dev/null; then
		run rpm2cpio "$1" >"$STAGE/cpio" 2>"$STAGE/err" || io_failed "$1"
		cpio -it --quiet <"$STAGE/cpio" >"$STAGE/names" 2>"$STAGE/err" || io_failed "$1"
		st_name=$(tarball_name <"$STAGE/names")
		[ -z "$st_name" ] ||
			(cd "$st_dir" && cpio -i --quiet "$st_name" <"$STAGE/cpio") 2>"$STAGE/err" ||
			io_failed "$1"
		rm -f "$STAGE/cpio"
	else
		die "$E_ARCHIVE" "cannot open $1: neither bsdtar nor rpm2cpio with cpio is installed;" \
			"install one, or pass the kernel tarball inside it with KSRC="
	fi
	[ -n "$st_name" ] || die "$E_ARCHIVE" \
		"$1 holds no linux*.tar or kernel*.tar; pass the tarball with KSRC="
	st_path=$st_dir/$st_name
}
