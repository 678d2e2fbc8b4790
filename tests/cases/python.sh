#!/usr/bin/env bash
# Python frames stand in stacks as Python itself tells them, for every CPython of the machine.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")/../python" && pwd)
seconds=120
plugin=$libraries/libpython_plugin.so

# Every interpreter with ctypes: those of the path, and of pyenv. VRAMTRACK_PYTHONS names others.
pythons=()
for python in ${VRAMTRACK_PYTHONS-/usr/bin/python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3}; do
	[ -x "$python" ] && "$python" -c 'import ctypes, sys; sys.exit(sys.version_info < (3, 8))' \
		2>/dev/null && pythons+=("$python")
done
[ ${#pythons[@]} -ne 0 ] || skip_all 'no CPython 3.8 or newer with ctypes is installed'

version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'; }
minor() { "$1" -c 'import sys; print(sys.version_info[1])'; }

# Words for filters: the Python functions of a stack, innermost first.
words+='
def python: [.stack[] | select(.language == "python") | .function];
def of_size($bytes): [leaks[] | select(.bytes / .count == $bytes)];
def lost($what): [.processes[].lost[] | select(.what == $what) | .count] | add // 0;
'

seen=' '
for python in "${pythons[@]}"; do
	version=$(version "$python") minor=$(minor "$python")
	case $seen in *" $version "*) continue ;; esac
	seen="$seen$version "

	scene "Python $version, as traceback tells it"
	preloaded "$python" "$here/frames.py" "$PWD/wanted"
	is 'status is 0' $status 0
	read_report
	python3 "$here/compare.py" report.json wanted "$minor" >differences 2>&1
	is 'every frame of every stack, and its place' "$? $(tail -n 1 differences | cut -c 1-200)" \
		"0 $(wc -l <wanted) allocations, $(jq -c .stack wanted | sort -u | wc -l) stacks, 0 differ, 0 were not wanted, 0 misplaced"
	sed 's/^/# /' differences | cut -c 1-400 | head -n 12
	holds 'nothing was lost' 'lost("python_frames") == 0 and lost("python_unknown") == 0'

	scene "Python $version, after a library was unloaded"
	library_path=$libraries/hooked_driver
	preloaded "$python" "$here/unloaded.py" "$plugin"
	is 'status is 0' $status 0
	holds 'the Python frames are there still' \
		'of_size(1048576) | length == 2 and ([.[] | python] | sort) == [["after", "<module>"], ["before", "<module>"]]'

	scene "Python $version, C handlers at any moment"
	library_path=$libraries/hooked_driver
	preloaded "$python" "$here/signals.py" "$plugin" 0.7
	is 'status is 0' "$status $(cat out)" '0 True'
	holds 'what the handler allocated has no Python frames, and that is counted' \
		'all(of_size(4096)[]; python == []) and lost("python_frames") > 50'
	holds 'what others allocate has them' \
		'of_size(1048576) | length == 2 and all(.[]; python == ["before", "<module>"])'

	scene "Python $version ends while its threads allocate"
	library_path=$libraries/hooked_driver
	export MALLOC_PERTURB_=165 PYTHONMALLOC=malloc
	for _ in 1 2 3; do
		preloaded "$python" "$here/daemons.py" "$plugin"
		[ $status -eq 0 ] || break
	done
	unset MALLOC_PERTURB_ PYTHONMALLOC
	is 'status is 0' $status 0

	scene "Python $version, a forked child"
	library_path=$libraries/hooked_driver
	preloaded "$python" "$here/others.py" forked "$plugin"
	is 'status is 0' $status 0
	holds 'all have their frames' 'of_size(4096) | length == 3 and
		all(.[]; python == ["serve", "forked", "<module>"])'

	scene "Python $version, a thread of C"
	library_path=$libraries/hooked_driver
	preloaded "$python" "$here/others.py" c_thread "$plugin"
	holds 'frames of the callback alone' '(of_size(4096) | map(python)) == [["serve"]] and
		(of_size(1024) | map(python) | add) == []'

	scene "Python $version, deeper C than a stack keeps"
	preloaded "$python" "$here/others.py" deep_c "$plugin"
	holds 'Python frames are kept' '(of_size(4096) | map(python)) == [["deep_c", "<module>"]]'

	scene "Python $version, an interpreter in the interpreter"
	preloaded "$python" "$here/others.py" inner "$plugin"
	is 'status is 0' $status 0
	if [ "$minor" -ge 12 ]; then
		holds 'its frames' '(of_size(4096) | map(python)) == [["within", "<module>"]]'
	else
		holds 'the frames of the outer one' '(of_size(4096) | map(python)) == [["inner", "<module>"]]'
	fi

	scene "Python $version, more threads than have a memory"
	preloaded "$python" "$here/others.py" many_threads "$plugin"
	is 'status is 0' $status 0
	holds 'all have their frames' '[of_size(256)[] | select(python[0] | test("work$"))] | map(.count) | add == 800'

	scene "Python $version, one function from many lines"
	preload_last=$libraries/libmask_count.so preloaded "$python" "$here/others.py" many_lines "$plugin"
	is 'all are remembered' "$(cat out)" '0 stacks of the last turn were taken anew'

	library=$("$python" -c 'import os, sysconfig as s
print(os.path.join(s.get_config_var("LIBDIR"), s.get_config_var("INSTSONAME") or "none"))')
	scene "Python $version, embedded"
	if [ ! -e "$library" ] || [[ $library != *.so* ]]; then
		skip 'a library that nobody else sees' "there is no shared $library"
		continue
	fi
	export PYTHONHOME=${python%/bin/*}
	preloaded embedder "$library" $'def f():\n allocate()\n\ndef g():\n f()\ng()'
	unset PYTHONHOME
	is 'status is 0' $status 0
	holds 'the first stack has its frames' '(of_size(4096) | map(python)) == [["f", "g", "<module>"]]'
	holds 'what is outside has none' 'of_size(512) | map(python) | add == []'
done

# A tool that changed the file laid its tables across segments.
scene 'a program that patchelf changed'
if ! command -v patchelf >/dev/null; then
	skip 'its frames' 'patchelf is not installed (package patchelf)'
else
	cp "$(readlink -f "${pythons[0]}")" changed
	patchelf --force-rpath --set-rpath /lib:"$PWD" changed
	export PYTHONHOME=${pythons[0]%/bin/*}
	preloaded ./changed "$here/plain.py"
	unset PYTHONHOME
	is 'status is 0' $status 0
	holds 'its frames are there' 'of_size(1048576) | length == 3 and all(.[]; python[0] == "serve")'
fi

scene 'greenlets'
if ! /usr/bin/python3 -c 'import greenlet' 2>/dev/null; then
	skip 'their frames' 'greenlet is not installed (package python3-greenlet)'
else
	preloaded /usr/bin/python3 "$here/greenlets.py"
	is 'status is 0' "$status $(cat out)" '0 done 3'
	holds 'each has the frames up to its own function' '(of_size(2048) + of_size(4096) + of_size(8192) | map(python) | unique) ==
		[["allocate", "inside", "deep", "deep", "deep", "deep", "body"]] and
		(of_size(16384) | map(python)) == [["allocate", "raises"]] and (of_size(256) | map(python)) == [["allocate", "outside"]]'
	holds 'the main one has its own in between' '(of_size(1024) | length == 4 and all(.[]; python == ["allocate", "outside", "<module>"]))'
	holds 'all are counted' 'bytes("leak") == 4 * 1024 + 2 * 2048 + 2 * 4096 + 8192 + 16384 + 500 * 256 + 100 * 512'
	holds 'nothing is lost' 'lost("python_frames") == 0'
fi

scene 'PyPy'
if ! command -v pypy3 >/dev/null; then
	skip 'stacks of C' 'PyPy is not installed (package pypy3)'
else
	preloaded "$(command -v pypy3)" "$here/plain.py"
	is 'status is 0' "$status $(cat out)" '0 done'
	is 'it is said once' "$(grep -c '^vramtrack: no Python frames: PyPy' err)" 1
	holds 'counted once, and all is seen' 'lost("python_unknown") == 1 and of_size(1048576) != [] and bytes("leak") == 3 * MiB and
		all(leaks[]; python == [] and (.stack | length) > 0)'
fi

python=${pythons[0]}
scene 'without Python frames'
library_path=$libraries/hooked_driver
VRAMTRACK_OPTIONS=output=rec:python=0 preloaded "$python" "$here/others.py" forked "$plugin"
holds 'there are none' 'all(leaks[]; python == [])'

scene 'a limit of Python frames'
library_path=$libraries/hooked_driver
VRAMTRACK_OPTIONS=output=rec:python=2 preloaded "$python" "$here/others.py" forked "$plugin"
holds 'the innermost are kept, and it is said' 'of_size(4096) | length == 3 and
	all(.[]; python == ["serve", "forked"] and .stack_truncated)'

scene 'more chains than a thread remembers'
library_path=$libraries/hooked_driver
preloaded "$python" "$here/others.py" more_chains "$plugin"
is 'status is 0' $status 0
holds 'each has its line' '[leaks[] | select(.stack[.site].function == "serve")] | length == 1200 and
	all(.[]; .count == 3 and .bytes / 3 / 256 == (.stack[] | select(.function == "run") | .line))'

scene 'as text'
preloaded "$python" "$here/others.py" forked "$plugin"
"$VRAMTRACK" report rec/*.vramtrack >text 2>&1
says 'function, file and line' text "serve at .*others\.py:[0-9]+\$"

# library, words of the message
while IFS='|' read -r odd why; do
	scene "$odd"
	preload_last=$libraries/lib$odd.so preloaded linked driver
	is 'status is 0' $status 0
	is 'it is said once' "$(grep -c "^vramtrack: no Python frames: .*$why" err)" 1
	holds 'and counted' 'lost("python_unknown") > 0 and bytes("leak") == 2 * MiB'
done <<'TABLE'
odd_python_layout|Python 3\.12\.1.*its code objects are of another size
odd_python_version|Python 3\.99\.0.*of a version that is not known
TABLE
for old in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/{2.7,3.6,3.7}*/bin/python; do
	[ -x "$old" ] || continue
	scene "$("$old" --version 2>&1), too old"
	preloaded "$old" -c 'import ctypes
d = ctypes.CDLL("libcuda.so.1")
d.cuInit(0)
c, a = ctypes.c_void_p(), ctypes.c_uint64()
d.cuDevicePrimaryCtxRetain(ctypes.byref(c), 0)
d.cuCtxSetCurrent(c)
d.cuMemAlloc_v2(ctypes.byref(a), ctypes.c_size_t(4096))'
	is 'status is 0' $status 0
	says 'it is said' err '^vramtrack: no Python frames: '
	holds 'its stacks are those of C' '(of_size(4096) | length) == 1 and all(leaks[]; python == [])'
done

finish
