# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Memory allocations that fail, for cases that make them. Source lib.sh first.

# need_fail_nth: skips the case where the kernel cannot make the n'th allocation fail; else all slab
# allocations can, those that may wait included. No call trace for each: a case makes thousands of them.
need_fail_nth() {
	[ -e /proc/self/fail-nth ] || skip_all "this kernel has no /proc/self/fail-nth (CONFIG_FAULT_INJECTION)"
	failslab=/sys/kernel/debug/failslab
	[ -d $failslab ] || skip_all "this kernel has no $failslab (CONFIG_FAILSLAB)"
	echo N > $failslab/ignore-gfp-wait
	echo 0 > $failslab/verbose
	# Whole pages would each say so in the kernel log.
	pages=/sys/kernel/debug/fail_page_alloc
	[ ! -d $pages ] || echo 100 > $pages/min-order
}

# said FIELD FILE: of a line of fail-each-allocation.
said() {
	sed -n "s/.*\\<$1=\\([^ ]*\\).*/\\1/p" "$2"
}

# errors_in FILE...: the names, one on a line.
errors_in() {
	said errors "$@" | tr , '\n' | sed 's/:.*//' | sort -u
}

# least_failed FILE...: of several rounds the one in which the fewest calls failed.
least_failed() {
	for file; do said failed "$file"; done | sort -n | head -n 1
}

# every MODULE NAME ROUNDS ARGUMENT...: runs fail-each-allocation so often; MODULE "stock" comes first, and the others
# fail in no other way and, when ROUNDS is not 0, not more often. Now and then the kernel needs one more allocation
# than usual, for another page of a slab cache or a table of numbers: that is why there are rounds. ROUNDS 0 is one
# round that leaves out allocations, so that which of them fail is chance.
every() {
	every_module=$1 every_name=$2 every_rounds=$3
	shift 3
	every_out=every/$every_module/$every_name
	mkdir -p "$every_out"
	for round in $(seq $((every_rounds > 0 ? every_rounds : 1))); do
		# shellcheck disable=SC2016 # of the inner shell
		runs "$every_module: $every_name, round $round: the call after each failure works" \
			sh -c 'out=$1; shift; exec "$@" > "$out"' sh "$every_out/$round" "$OVL_BIN/fail-each-allocation" "$@"
		diag "$every_module: $every_name: $(cat "$every_out/$round")"
	done
	runs "$every_module: $every_name: allocations failed" test "$(said calls "$every_out/1")" -gt 0
	[ "$every_module" != stock ] || return 0
	{ echo ENOMEM; errors_in "every/stock/$every_name"/*; } | sort -u > every/known
	is "$(errors_in "$every_out"/* | comm -23 - every/known)" "" \
		"$every_module: $every_name: no error that the stock module does not give"
	[ "$every_rounds" != 0 ] || return 0
	more=$(($(least_failed "$every_out"/*) - $(least_failed "every/stock/$every_name"/*)))
	runs "$every_module: $every_name: none of our allocations makes it fail ($more more than stock)" test $more -le 0
}
