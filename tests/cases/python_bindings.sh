#!/usr/bin/env bash
# The Python file of scopes and marks: what it says stands in the report, and without the shim it does nothing.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")/.." && pwd)
folder=$here/../bindings/python
seen=' '
for python in ${VRAMTRACK_PYTHONS-/usr/bin/python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3}; do
	[ -x "$python" ] || continue
	"$python" -c 'import ctypes, sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null || continue
	version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	case $seen in *" $version "*) continue ;; esac
	seen="$seen$version "
	scene "Python $version"
	native "$python" "$here/python/bindings.py" "$folder"
	is 'without the shim' "$status $(cat out)" '0 alone'
	preloaded "$python" "$here/python/bindings.py" "$folder"
	is 'with it' "$status $(cat out)" '0 tracked'
	holds 'purposes and labels' '[found | .purposes[]? | select(.purpose or .label) | [.purpose, .label, .bytes]] | sort ==
		[["KVCache", "inner", 2048], ["KVCache", "layer \u00e9?", 1024], ["KVCache", "layer \u00e9?", 1024], ["Weights", null, 4096]]'
	holds 'marks' '[.processes[].marks[] | [.name, .followed, .count]] | sort ==
		[["other", false, 1], ["request", true, 20], ["step", false, 20]]'
	holds 'growth by them' '[of("growth")[] | .bytes_per_mark] == [65536] and of("growth")[0].mark == "request"'
done
[ $checks -gt 0 ] || skip_all 'no CPython 3.8 or newer with ctypes is installed'

finish
