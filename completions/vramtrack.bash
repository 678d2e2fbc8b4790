# Completion of vramtrack for bash. tests/cases/cli.sh compares it with --help.

# Completes from a list of words. Where readline has cut "--format=j" into three words, the
# candidates are what follows the '='; where it has not, the whole word.
_vramtrack_words() { # prefix words
	local prefix=$1
	[[ $cur == "$prefix"* && -n $prefix ]] || prefix=
	mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$2" -- "${cur#"$prefix"}")
}

# The keys of an option as --help has them, "depth=", with the values where those are few.
_vramtrack_keys() { # option or simulate
	local term value
	"${COMP_WORDS[0]/#\~/$HOME}" run --help 2>/dev/null |
		sed -n "/^Keys of --$1 /,/^\$/s/^  \([a-z_]*=[^ ]*\).*/\1/p" |
		while IFS= read -r term; do
			case ${term#*=} in
			*'|'*) for value in ${term#*=}; do echo "${term%%=*}=${value//|/ ${term%%=*}=}"; done ;;
			*) echo "${term%%=*}=" ;;
			esac
		done
}

_vramtrack_value() { # option; fails if the option takes no argument
	case $1 in
	--format)
		case ${COMP_WORDS[1]} in
		diff) _vramtrack_words --format= 'text json' ;;
		*) _vramtrack_words --format= 'text json pprof folded speedscope perfetto memory-viz openmetrics sqlite csv' ;;
		esac
		;;
	--of) _vramtrack_words --of= 'leaked live peak allocated' ;;
	--memory) _vramtrack_words --memory= 'vram managed host imported address registered held' ;;
	--source) _vramtrack_words --source= 'preload cupti' ;;
	--route) _vramtrack_words --route= 'preload audit' ;;
	--timeline) _vramtrack_words --timeline= 'history events' ;;
	--color) _vramtrack_words --color= 'auto always never' ;;
	--report)
		compopt -o nospace 2>/dev/null
		_vramtrack_words --report= 'text= json= markdown= junit= sarif= github= gitlab='
		;;
	--fail-on)
		_vramtrack_words --fail-on= 'leak bad_free growth freed_by_reset out_of_memory imported registered late_free unfinished_free retained cached held_until_end live any none'
		;;
	-o | --output | --report-file | --baseline | --suppressions | --frame-rules | --policy)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "${cur#"$1="}")
		;;
	--option)
		compopt -o nospace 2>/dev/null
		_vramtrack_words --option= "$(_vramtrack_keys option)"
		;;
	--simulate)
		compopt -o nospace 2>/dev/null
		_vramtrack_words --simulate= "$(_vramtrack_keys simulate)"
		;;
	--error-exitcode | --findings-exitcode | --uncovered-exitcode | --min-bytes | --tolerance)
		COMPREPLY=()
		;;
	*) return 1 ;;
	esac
}

_vramtrack_run() {
	local i
	# the first word that is neither an option nor its argument is the program
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) ((i++)) && break ;;
		-o | --output | --report-file | --frame-rules | --format | --option | --error-exitcode | --source | --route | --timeline)
			((i++))
			[[ ${COMP_WORDS[i]-} == = ]] && ((i++))
			;;
		= | -*) ;;
		*) break ;;
		esac
	done
	if ((i < COMP_CWORD)); then
		_vramtrack_program "$i"
	elif [[ $cur == -* && ${COMP_WORDS[COMP_CWORD - 1]} != -- ]]; then
		_vramtrack_words '' '--output --format --report-file --no-report --error-exitcode
			--simulate --source --route --timeline --no-caching --verify --option --frame-rules --full-stacks --help'
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -c -- "$cur" && compgen -d -- "$cur")
	fi
}

_vramtrack_program() { # the number of the program's word
	if declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

_vramtrack_gate() {
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -- ]] && _vramtrack_program $((i + 1)) && return
	done
	if [[ $cur == -* ]]; then
		_vramtrack_words '' '--baseline --update-baseline --tolerance --suppressions
			--debuginfod --no-default-suppressions --print-suppressions --policy --fail-on --report
			--findings-exitcode --uncovered-exitcode --allow-no-cuda --allow-unwatched-end
			--allow-unseen --frame-rules --full-stacks
			--output --simulate --source --route --timeline --no-caching --option --help --'
	else
		_vramtrack_recordings
	fi
}

_vramtrack_report() {
	if [[ $cur == -* ]]; then
		_vramtrack_words '' '--format --of --memory --output --color --merge --recursive --frame-rules
			--full-stacks --help'
	else
		_vramtrack_recordings
	fi
}

_vramtrack_doctor() {
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) ((i++)) && break ;;
		-o | --output | --format)
			((i++))
			[[ ${COMP_WORDS[i]-} == = ]] && ((i++))
			;;
		= | -*) ;;
		*) break ;;
		esac
	done
	if ((i < COMP_CWORD)); then
		_vramtrack_program "$i"
	elif [[ $cur == -* && ${COMP_WORDS[COMP_CWORD - 1]} != -- ]]; then
		_vramtrack_words '' '--format --output --simulate --help'
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -c -- "$cur" && compgen -d -- "$cur")
	fi
}

_vramtrack_recordings() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -X '!*.vramtrack' -- "$cur" && compgen -d -- "$cur")
}

_vramtrack_diff() {
	if [[ $cur == -* ]]; then
		_vramtrack_words '' '--format --output --color --min-bytes --tolerance
			--fail-on-growth --recursive --frame-rules --help'
	else
		_vramtrack_recordings
	fi
}

_vramtrack() {
	local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_vramtrack_words '' 'run report gate diff doctor help --help --version'
		return 0
	fi
	# readline takes '=' for a word of its own
	if [[ $cur == = ]]; then
		cur=
		_vramtrack_value "$previous" && return 0
	elif [[ $previous == = ]]; then
		_vramtrack_value "${COMP_WORDS[COMP_CWORD - 2]}" && return 0
	elif [[ $cur == --*=* ]]; then
		_vramtrack_value "${cur%%=*}" && return 0
	else
		_vramtrack_value "$previous" && return 0
	fi
	case ${COMP_WORDS[1]} in
	run) _vramtrack_run ;;
	report) _vramtrack_report ;;
	gate) _vramtrack_gate ;;
	diff) _vramtrack_diff ;;
	doctor) _vramtrack_doctor ;;
	help) _vramtrack_words '' 'run report gate diff doctor help --help' ;;
	esac
}

complete -F _vramtrack vramtrack
