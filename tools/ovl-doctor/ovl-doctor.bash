# SPDX-License-Identifier: GPL-2.0-only
# bash completion for ovl-doctor
_ovl_doctor()
{
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $before in
	--prometheus | --kernel-source)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return ;;
	--root)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$current")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'always never auto' -- "$current")
		return ;;
	plan)
		mapfile -t COMPREPLY < <(compgen -W 'overlay fuse --json --root --help' -- "$current")
		return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W 'plan --json --prometheus --probe --no-initramfs --color --root
		--kernel-source --help' -- "$current")
}
complete -F _ovl_doctor ovl-doctor
