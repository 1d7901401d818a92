# SPDX-License-Identifier: GPL-2.0-only
# Completion of wb-top for bash.

_wb_top() {
	case ${COMP_WORDS[COMP_CWORD - 1]} in
	-d | --delay | -n | --iterations)
		COMPREPLY=()
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--delay --iterations --batch --json --no-trace --help" \
			-- "${COMP_WORDS[COMP_CWORD]}")
		;;
	esac
}
complete -F _wb_top wb-top
