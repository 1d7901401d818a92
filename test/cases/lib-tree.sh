# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What a tree is, so that two of them can be compared.

# fingerprint DIR: one line for each fact that user space can tell of each entry below DIR: type, mode,
# owner, links, size, time, target, device number, content, extended attributes. Sorted. Not the
# same from run to run, and so replaced:
#   times of now        "new"; times before 2020, which images bring along and copy-up must keep,
#                       are shown exactly
#   inode numbers       the first name of the inode, for files with several names
#   directory sizes     left out: they depend on the order of creation
#   overlay.origin, overlay.upper, overlay.uuid   "(set)": file handles and random numbers
fingerprint() {
	[ -d "$1" ] || die "$1 is no directory: nothing to compare"
	(cd "$1" && {
		find . -xdev -printf '%P\t%y\t%m\t%U:%G\t%n\t%s\t%T@\t%i\t%l\n' | LC_ALL=C sort | awk -F '\t' '
			{ size = $6; links = $5; if ($2 == "d") size = links = "-" }
			$2 != "d" && $5 > 1 && !($8 in first) { first[$8] = $1 }
			{
				time = $7 < 1577836800 ? sprintf("%d", $7) : "new"
				same = $2 != "d" && $5 > 1 ? " =" first[$8] : ""
				print "entry /" $1 " " $2 " " $3 " " $4 " links=" links " size=" size " " time same ($9 == "" ? "" : " -> " $9)
			}'
		find . -xdev \( -type b -o -type c \) -exec stat -c 'device %n %t:%T' {} + | LC_ALL=C sort
		find . -xdev -type f -exec sha256sum {} + | sed 's/^/content /' | LC_ALL=C sort -k 3
		getfattr -R -h -d -m - -e hex . 2> /dev/null | awk '
			/^# file: / { file = substr($0, 9); next }
			/=/ {
				sub(/overlay\.(origin|upper|uuid)=.*/, "&(set)")
				sub(/=.*\(set\)$/, "=(set)")
				print "xattr /" file " " $0
			}' | LC_ALL=C sort
	})
}

# same_tree WANTED GOT TEXT: two files that fingerprint wrote. An empty one is no fingerprint.
same_tree() {
	if [ ! -s "$1" ] || [ ! -s "$2" ]; then
		not_ok "$3"
		diag "nothing was recorded in $1 or $2"
	elif diff "$1" "$2" > tree.diff; then
		ok "$3 ($(wc -l < "$1") facts)"
	else
		not_ok "$3"
		head -n 30 tree.diff | sed 's/^/# /'
	fi
}
