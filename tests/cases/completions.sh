#!/usr/bin/env bash
# What bash, zsh and fish offer for a line, from the tables of the command. Prints TAP.
. "$(dirname "$0")/cli_lib.sh"

completions=$(cd "$(dirname "$VRAMTRACK")" && pwd -P)/completions
[ -f "$completions/vramtrack.bash" ] || { echo '1..0 # SKIP they are made in the build tree' && exit 0; }

# a line | what is offered for its last word, sorted
lines='vramtrack r|report run
vramtrack report --sh|--show
vramtrack report --hyper|--hyperlinks
vramtrack report --bytes |exact human
vramtrack run --color |always auto never
vramtrack report --show |account all caches cards coverage findings notes objects peak processes ranks
vramtrack report --show p|peak processes
vramtrack run --source |cupti preload
vramtrack run --option gr|growth=
vramtrack run --option oo|oom=record oom=report
vramtrack run --simulate=dev|devices=
vramtrack gate --fail-on fr|freed_by_reset
vramtrack gate --report j|json= junit=
vramtrack diff --fail|--fail-on-growth
vramtrack help di|diff'

# The words behind a '=' or with the option before them are the same words.
bare() { sed 's/^--[a-z-]*=//' | sort -u | tr '\n' ' ' | sed 's/ $//'; }

in_bash() { # LINE
	local words=()
	read -ra words <<<"$1"
	[[ $1 != *' ' ]] || words+=('')
	bash -c '. "$1" && shift && COMP_WORDS=("$@") && COMP_CWORD=$(($# - 1)) &&
		_vramtrack && printf "%s\n" "${COMPREPLY[@]}"' bash "$completions/vramtrack.bash" "${words[@]}"
}
in_fish() { # LINE
	HOME=$work fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$completions/vramtrack.fish" "$1" | cut -f 1
}
in_zsh() { sed -n "s/^$1: //p" zsh.words; }

try zsh -n "$completions/_vramtrack"
if type -P zsh >/dev/null; then
	mapfile -t all < <(cut -d'|' -f 1 <<<"$lines")
	HOME=$work timeout 60 zsh -f "$source_root/tests/cases/zsh_completion" "$completions/_vramtrack" "$work/hits" "${all[@]}" >zsh.words 2>zsh.err ||
		sed "s/^/# zsh: /" zsh.err "$work/hits"
fi
for shell in bash zsh fish; do
	type -P $shell >/dev/null || { skip "completion in $shell" "$shell is missing" && continue; }
	code=0
	while IFS='|' read -r line wanted; do
		"in_$shell" "$line" 2>err | bare >out
		ok "$shell: $line" [ "$(cat out)" = "$wanted" ]
	done <<<"$lines"
done

# Words with commas between them.
in_bash 'vramtrack report --show peak,ac' >out
ok 'bash: a word behind a comma' printed 'peak,account'
in_bash 'vramtrack report --show=peak,ac' >out
ok 'bash: behind a = too' printed '--show=peak,account'
in_bash 'vramtrack run -o x ls --' >out
ok 'bash: behind the program nothing is offered of ours' [ -z "$(cat out)" ]
if type -P fish >/dev/null; then
	in_fish 'vramtrack report --show peak,ac' >out
	ok 'fish: a word behind a comma' printed 'peak,account'
fi

finish
