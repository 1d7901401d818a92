# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# TAP for test programs in shell: source this file, report each test with ok,
# not_ok, skip or check, and call tap_end last; its status is the program's.

passed=0 failed=0 skipped=0

ok()
{
	passed=$((passed + 1))
	echo "ok $((passed + failed + skipped)) - $1"
}

# not_ok TEXT WHY
not_ok()
{
	failed=$((failed + 1))
	echo "not ok $((passed + failed + skipped)) - $1"
	printf '%s\n' "$2" | sed 's/^/# /'
}

skip()
{
	skipped=$((skipped + 1))
	echo "ok $((passed + failed + skipped)) - $1 # SKIP $2"
}

# check TEXT COMMAND...: ok when the command succeeds.
check()
{
	check_text=$1
	shift
	if check_out=$("$@" 2>&1); then
		ok "$check_text"
	else
		not_ok "$check_text" "failed: $* $check_out"
	fi
}

# Print the plan and the totals; fails unless something passed and nothing failed.
tap_end()
{
	echo "1..$((passed + failed + skipped))"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
