# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Memory allocations that fail, for cases that make them. Source lib.sh first.

# need_fail_nth: skips the case where the kernel cannot make the n'th allocation fail; else all slab allocations can,
# those that may wait included, and the kernel's log says of each who asked for it: the log, not the console, which
# would take longer than all the rest. Only kmemleak's records cannot, where the kernel was booted so that all other
# caches are marked (test/sanitize/run): there is one for each allocation, and no call fails for one.
need_fail_nth() {
	[ -e /proc/self/fail-nth ] || skip_all "this kernel has no /proc/self/fail-nth (CONFIG_FAULT_INJECTION)"
	failslab=/sys/kernel/debug/failslab
	[ -d $failslab ] || skip_all "this kernel has no $failslab (CONFIG_FAILSLAB)"
	echo N > $failslab/ignore-gfp-wait
	filter=N
	slab=/sys/kernel/slab
	if [ "$(cat $slab/kmemleak_object/failslab 2> /dev/null)$(cat $slab/filp/failslab 2> /dev/null)" = 01 ]; then
		filter=Y
	fi
	diag "only marked caches fail: $filter"
	echo $filter > $failslab/cache-filter
	# Whole pages would each say so in the kernel log.
	pages=/sys/kernel/debug/fail_page_alloc
	[ ! -d $pages ] || echo 100 > $pages/min-order
	console_levels=$(cat /proc/sys/kernel/printk)
	trap 'echo "$console_levels" > /proc/sys/kernel/printk; echo 0 > $failslab/verbose; echo N > $failslab/cache-filter' EXIT
	echo 1 > /proc/sys/kernel/printk
	echo 2 > $failslab/verbose
}

# said FIELD FILE: of the last line of fail-each-allocation.
said() {
	awk -v field="$1=" '/^calls=/ { for (i = 1; i <= NF; i++) if (index($i, field) == 1) print substr($i, length(field) + 1) }' "$2"
}

# errors_in FILE...: the names, one on a line.
errors_in() {
	for file; do said errors "$file"; done | tr , '\n' | sed 's/:.*//' | sort -u
}

# functions_of_modules: the names of all functions in modules now, one on a line.
functions_of_modules() {
	awk 'NF == 4 { sub(/\..*/, "", $3); print $3 }' /proc/kallsyms | sort -u
}

# functions_of_stock STOCK NOW: of two such lists, of the stock modules and of ours, which functions of ours are the stock
# modules'. Where ours takes the place of one by its name, that one is called NAME_stock.
functions_of_stock() {
	awk 'NR == FNR { now[$1] = 1; next } { print $1 (($1 "_stock") in now ? "_stock" : "") }' "$2" "$1"
}

# asked_by_us STOCK FILE: the lines "at" of FILE for allocations that a function of ours asked for, which is one
# that is not in STOCK, the functions of the stock modules; but not where it only passes the call on to a function of the
# kernel that it stands for and is named after, as calm_clone_private_mount does.
asked_by_us() {
	awk 'NR == FNR { stock[$1] = 1; next }
		$1 == "at" {
			for (i = 3; i <= NF && $i !~ /@/; i++)
				kernel = $i
			if (i > NF)
				next
			split($i, function_of, "@")
			if (!(function_of[1] in stock) && function_of[1] != "calm_" kernel)
				print
		}' "$1" "$2"
}

# every MODULE NAME ARGUMENT...: runs fail-each-allocation; MODULE "stock" comes first, and the others fail in no
# other way and not for an allocation of ours. How many fail is not compared: now and then the kernel needs one more
# than usual, for another page of a slab cache or a table of numbers.
every() {
	every_module=$1 every_name=$2
	shift 2
	mkdir -p "every/$every_module"
	every_out=every/$every_module/$every_name
	# shellcheck disable=SC2016 # of the inner shell
	runs "$every_module: $every_name: the call after each failure works" \
		sh -c 'out=$1; shift; exec "$@" > "$out"' sh "$every_out" "$OVL_BIN/fail-each-allocation" "$@"
	every_said=$(grep '^calls=' "$every_out") || die "fail-each-allocation did not get to its end"
	diag "$every_module: $every_name: $every_said"
	runs "$every_module: $every_name: allocations failed" test "$(said calls "$every_out")" -gt 0
	every_known=$(grep -c '^at [A-Z0-9]* .' "$every_out" || :)
	# Of a few that failed, all may be of those that fail silently, where which ones fail is chance.
	every_silent=0
	every_chance=no
	case " $* " in
	*' -s '[2-9]* | *' -s 1'[0-9]*) every_silent=5 every_chance=yes ;;
	esac
	runs "$every_module: $every_name: the kernel says whose they were" \
		test $((every_known > 0 || $(said failed "$every_out") <= every_silent)) = 1
	every_unknown=$(($(said failed "$every_out") - every_known))
	if [ "$every_module" = stock ]; then
		functions_of_modules > every/functions
		echo $every_unknown > "every/unknown $every_name"
		return 0
	fi
	{ echo ENOMEM; errors_in "every/stock/$every_name"; } | sort -u > every/known
	is "$(errors_in "$every_out" | comm -23 - every/known)" "" \
		"$every_module: $every_name: no error that the stock module does not give"
	[ "$every_chance" = yes ] ||
		runs "$every_module: $every_name: no more than with the stock module of which it does not ($every_unknown)" \
			test $every_unknown -le "$(cat "every/unknown $every_name")"
	functions_of_modules > every/functions-now
	functions_of_stock every/functions every/functions-now > every/functions-of-stock
	is "$(asked_by_us every/functions-of-stock "$every_out")" "" "$every_module: $every_name: none of our allocations makes it fail"
}
