# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of ovl-storm's subcommands and options for bash. What follows --op is asked of the program itself.

_ovl_storm()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words

	# --in-container=ENGINE is three words for bash.
	[[ $cur != = ]] || cur='' prev=${COMP_WORDS[COMP_CWORD - 1]}
	[[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
	case $prev in
	--op)
		local done=''
		[[ $cur != *,* ]] || done=${cur%,*},
		mapfile -t COMPREPLY < <(compgen -P "$done" -W \
			"$(ovl-storm --list 2> /dev/null | awk '{ print $1 }')" -- "${cur##*,}")
		return ;;
	--in-container)
		mapfile -t COMPREPLY < <(compgen -W 'docker podman runc' -- "$cur")
		return ;;
	--base | --path | --raw)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return ;;
	--json | --output)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	esac
	case ${COMP_WORDS[1]} in
	compare) words='--tolerance --fail-if-slower --json --help' ;;
	report) words='--output --help' ;;
	*)
		words='--op --tasks --sweep --threads --shared --layers --entries --base --path --raw --mount-option
			--mounts --in-container --samples --duration --warm-up --iterations --batch --cold --json --c2c
			--no-locks --require-locks --no-latency --self-test --list --help'
		[ "$COMP_CWORD" != 1 ] || words="$words compare report" ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	# Files after a subcommand.
	[[ ${COMP_WORDS[1]} != @(compare|report) || $cur == -* ]] || mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
complete -F _ovl_storm ovl-storm
