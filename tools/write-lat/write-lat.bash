# SPDX-License-Identifier: GPL-2.0-only
# bash completion of write-lat

_write_lat()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} i

	# What follows -- is another command's line.
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			if ((i + 1 == COMP_CWORD)); then
				mapfile -t COMPREPLY < <(compgen -c -- "$cur")
			else
				compopt -o default
				COMPREPLY=()
			fi
			return
		fi
	done
	case $prev in
	-p | --pid)
		mapfile -t COMPREPLY < <(cd /proc && compgen -W "$(echo [0-9]*)" -- "$cur")
		return
		;;
	-c | --cgroup)
		[[ -n $cur ]] || cur=/sys/fs/cgroup/
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -d -S / -- "$cur")
		return
		;;
	-f | --file | --json)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-t | --threshold | -d | --duration | -n | --worst | --buffer)
		COMPREPLY=()
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "--pid --cgroup --file --threshold --duration --worst --stacks
		--json --buffer --causes --cleanup --help --" -- "$cur")
}

complete -F _write_lat write-lat
