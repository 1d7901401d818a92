# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of ovl-storm's options for bash. What follows --op is asked of the program itself.

_ovl_storm()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	case $prev in
	--op)
		local done=''
		[[ $cur != *,* ]] || done=${cur%,*},
		mapfile -t COMPREPLY < <(compgen -P "$done" -W \
			"$(ovl-storm --list 2> /dev/null | awk '{ print $1 }')" -- "${cur##*,}")
		return ;;
	--base | --path | --raw)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return ;;
	--json)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W '--op --tasks --threads --shared --layers --entries --base
		--path --raw --mount-option --samples --duration --warm-up --iterations --batch --json
		--c2c --no-locks --require-locks --self-test --list --help' -- "$cur")
}
complete -F _ovl_storm ovl-storm
