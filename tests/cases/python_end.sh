#!/usr/bin/env bash
# What was live when a Python interpreter began to end is told apart from leaks, for every CPython of the machine.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")/../python" && pwd)
pythons=()
for python in ${VRAMTRACK_PYTHONS-/usr/bin/python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3}; do
	[ -x "$python" ] && "$python" -c 'import ctypes, sys; sys.exit(sys.version_info < (3, 8))' \
		2>/dev/null && pythons+=("$python")
done
[ ${#pythons[@]} -ne 0 ] || skip_all 'no CPython 3.8 or newer with ctypes is installed'

words+='
def only_held: only("held_until_end") and bytes("held_until_end") == 4 * MiB and
	all(of("held_until_end")[]; .count == 1 and ([.stack[] | select(.language == "python").function] |
		index("serve") != null));
'

seen=' '
for python in "${pythons[@]}"; do
	version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
	case $seen in *" $version "*) continue ;; esac
	seen="$seen$version "

	# case, filter
	while IFS='|' read -r case filter; do
		scene "Python $version, $case"
		preloaded "$python" "$here/ending.py" "$case"
		holds 'exactly this' "$filter"
	done <<'TABLE'
module|only_held
registered|only_held
exited|only_held
raised|only_held
worker|only_held
leaked|bytes("leak") == MiB and count("leak") == 1 and bytes("held_until_end") == 4 * MiB
clean|[found] == []
killed|only("leak") and bytes("leak") == 4 * MiB
killed_while_it_ends|bytes("leak") == 4 * MiB and bytes("held_until_end") == 2 * MiB
TABLE
done

python=${pythons[0]}
scene 'without stacks of frees, from when the exit handlers have run'
VRAMTRACK_OPTIONS=output=rec:free_stacks=0 preloaded "$python" "$here/ending.py" module
holds 'it is held' 'only_held'

scene 'as text'
preloaded "$python" "$here/ending.py" leaked
limited "$VRAMTRACK" report rec
says 'apart from leaks' out '^HELD UNTIL THE END 4\.0 MiB of device memory on GPU 0, by '
says 'and in the first line' out '^vramtrack: 1 leak, 1\.0 MiB in 1 allocation; 1 held until the interpreter ended, 4\.0 MiB in 1 allocation$'

scene 'in the gate'
preloaded "$python" "$here/ending.py" module
limited "$VRAMTRACK" gate rec
is 'it does not fail' $status 0
says 'and is told' err 'HELD UNTIL THE END|held until the interpreter ended'
limited "$VRAMTRACK" gate --fail-on leak --fail-on 'held_until_end:>1M' rec
is 'unless it is named' $status 1
limited "$VRAMTRACK" gate --fail-on 'held_until_end:>4M' rec
is 'with its terms' $status 0

finish
