# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by the tests beside it. OVL_STORM names the program. Prints TAP; failure is the default:
# a test that ends early has no plan line and exits with 1.

tests=0
failed=0
status=1
rc=0
scratch=
storm=${OVL_STORM:?set OVL_STORM to the program to test}

tidy_up()
{
	trap - EXIT
	if [ -n "$scratch" ]; then
		umount -l "$scratch/merged" 2>/dev/null || :
		rm -rf "$scratch"
	fi
	exit "$status"
}
trap tidy_up EXIT
trap 'exit 1' INT TERM HUP

ok()
{
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

not_ok()
{
	tests=$((tests + 1))
	failed=$((failed + 1))
	echo "not ok $tests - $1"
}

# check TEXT COMMAND...: the command must succeed
check()
{
	claim=$1
	shift
	if "$@"; then
		ok "$claim"
	else
		not_ok "$claim"
	fi
}

# is GOT EXPECTED TEXT
is()
{
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3"
		printf '%s\n' "got:      $1" "expected: $2" | sed 's/^/# /'
	fi
}

skip_all()
{
	echo "1..0 # SKIP $1"
	status=0
	exit 0
}

need_overlay()
{
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null ||
		skip_all "this kernel has no overlay"
}

done_testing()
{
	echo "1..$tests"
	[ "$failed" -gt 0 ] || status=0
	exit
}

# run ARGUMENT...: runs the program; leaves its exit status in $rc, its output in $scratch/out and err
run()
{
	# shellcheck disable=SC2034 # for the caller
	rc=0
	# shellcheck disable=SC2034
	"$storm" "$@" >"$scratch/out" 2>"$scratch/err" || rc=$?
}
