# SPDX-License-Identifier: GPL-2.0-only
# Completion of fuse-floor for bash.

_fuse_floor() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	case $before in
	--add | --remove)
		# Names hold a colon, which readline takes for the end of a word.
		local names
		names=$(cd /sys/class/bdi 2> /dev/null && printf '%s ' 0:* ./*-fuseblk)
		mapfile -t COMPREPLY < <(compgen -W "${names//.\//}" -- "$word")
		;;
	--state)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		;;
	--mount | --user | --users | --total)
		COMPREPLY=()
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--apply --add --remove --undo-all --json \
			--mount --user --users --total --state --help" -- "$word")
		;;
	esac
}
complete -F _fuse_floor fuse-floor
