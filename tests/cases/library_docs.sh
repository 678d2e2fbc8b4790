#!/usr/bin/env bash
# docs/library.md: its examples are files, which compile, run on the simulated
# device and print what the page says. Prints TAP.
set -u
: "${LIBVRAMTRACK_DIR:?folder of libvramtrack.so}" "${SIMULATE_DIR:?folder of the simulated device}" "${CUDART:=libcudart.so.13}"
root=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$root/tests/cases/page_blocks.sh"
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
if readelf -d "$LIBVRAMTRACK_DIR/libvramtrack.so" 2>/dev/null | grep -q 'NEEDED.*lib[at]san'; then
	skip_all 'the library is built with a sanitizer, whose runtime must be loaded first'
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-docs.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
unset VRAMTRACK_SIMULATE LD_PRELOAD
export LC_ALL=C

count=0 failed=0
ok() { # DESCRIPTION STATUS; what was seen is in $work/seen
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then echo "ok $count - $1"; else
		failed=1
		echo "not ok $count - $1"
		head -n 40 "$work/seen" | sed 's/^/#   /'
	fi
}

# The toolkit's headers: from CUDA_HOME, or as the build tree was configured.
cuda_include() {
	local makefile=${VRAMTRACK:+${VRAMTRACK%/*}/Makefile}
	local home=${CUDA_HOME:-$(sed -n 's/^CUDA_HOME = //p' "${makefile:-/dev/null}" 2>/dev/null)}
	[ -r "$home/include/cuda_runtime.h" ] && echo "$home/include"
}

strict=(-O1 -g -Wall -Wextra -Wpedantic -Wshadow -Werror -I"$root/include")
library=(-L"$LIBVRAMTRACK_DIR" -lvramtrack "-Wl,-rpath-link,$SIMULATE_DIR")

# Not named where the compiler looks by itself: C++ finds no <stdlib.h> after it.
cuda_headers=(-isystem "$(cuda_include)/cccl" -isystem "$(cuda_include)")
[ "$(cuda_include)" != /usr/include ] || cuda_headers=()

compile() { # FILE PROGRAM
	case $1 in
	*.c) ${CC:-cc} -std=gnu11 "${strict[@]}" -o "$2" "$1" "${library[@]}" ;;
	*.cpp) ${CXX:-c++} -std=c++17 "${strict[@]}" "${cuda_headers[@]}" -o "$2" "$1" \
		"${library[@]}" "$SIMULATE_DIR/$CUDART" ;;
	esac >"$work/seen" 2>&1
}

# CCCL before 3.1 has memory resources for who asks for them: the header says so, in one error.
asks_for_the_macro() {
	printf '#include <cuda/std/version>\n#if CCCL_VERSION >= 3001000\n#error newer\n#endif\n' |
		${CXX:-c++} -std=c++17 "${cuda_headers[@]}" -E -x c++ - >/dev/null 2>&1 || return 0
	sed '/^#define LIBCUDACXX_ENABLE_EXPERIMENTAL_MEMORY_RESOURCE/d' "$root/examples/library/memory_resource.cpp" >"$work/unasked.cpp"
	! compile "$work/unasked.cpp" "$work/program" && grep -q 'error: .*define LIBCUDACXX_ENABLE_EXPERIMENTAL_MEMORY_RESOURCE' "$work/seen"
	ok 'without the macro that an older CCCL wants the header says which' $?
}

run() { # PROGRAM
	LD_LIBRARY_PATH=$LIBVRAMTRACK_DIR:$SIMULATE_DIR timeout -k 5 60 "$1" >"$work/out" 2>"$work/err"
}

# Every block that names a file is that file, and every example is shown.
while read -r name; do
	case $name in 'output of '*) continue ;; esac
	block "$name" | diff "$root/$name" - >"$work/seen" 2>&1
	ok "the page shows $name as it is" $?
done < <(block_names)
for file in "$root"/examples/library/*.* "$root"/bindings/rust/examples/*.rs; do
	name=${file#"$root"/}
	block_names >"$work/seen"
	grep -qxF "$name" "$work/seen"
	ok "$name is on the page" $?
	grep -qxF "output of $name" "$work/seen"
	ok "so is its output" $?
done

for file in "$root"/examples/library/*.*; do
	name=${file#"$root"/}
	if [[ $file = */memory_resource.cpp ]] && ! find "$(cuda_include)"/{,cccl/}cuda/memory_resource 2>/dev/null | grep -q .; then
		count=$((count + 1))
		echo "ok $count - $name # SKIP the headers of CUDA C++ (CCCL) were not found; they are the toolkit's"
		continue
	fi
	if [[ $file = *.cpp ]] && [ -z "$(cuda_include)" ]; then
		count=$((count + 1))
		echo "ok $count - $name # SKIP the toolkit's headers were not found; set CUDA_HOME"
		continue
	fi
	compile "$file" "$work/program"
	ok "$name compiles without a warning" $?
	run "$work/program"
	status=$?
	cp "$work/err" "$work/seen"
	ok "$name runs" $status
	block "output of $name" | diff - "$work/out" >"$work/seen"
	ok "$name prints what the page says" $?
	[[ $file = */memory_resource.cpp ]] && asks_for_the_macro
	cp "$work/err" "$work/$(basename "$name").err"
done

# What tracker.c narrates: JSON, a line for each event.
cp "$work/tracker.c.err" "$work/seen"
! grep -qvE '^\{"actor":"vram-residency",.*\}$' "$work/seen"
ok 'every line is an event' $?
for action in vram_allocate vram_deallocate verify; do
	grep -q "\"action\":\"$action\"" "$work/seen"
	ok "$action is narrated" $?
done
if command -v jq >/dev/null; then
	jq -es 'length >= 9 and all(.human | length <= 100)' "$work/tracker.c.err" >"$work/seen" 2>&1
	ok 'which a JSON parser reads' $?
fi

# Links to files of the tree.
while read -r target; do
	ls "$root/docs/$target" >"$work/seen" 2>&1
	ok "the link to $target leads somewhere" $?
done < <(grep -oE '\]\([^)#:]+[^)]*\)' "$page" | grep -v '://' | sed 's/^](//; s/[#)].*//' | sort -u)

# Every public function is named on the page or shown in an example of it.
for name in $(grep -ohE '\bvt_[a-z_]+\(' "$root"/include/vramtrack/{allocator,buffer,memory_source,narration,purpose,scope,status,tracker}.h |
	tr -d '(' | sort -u | grep -v '^vt_buffer_cleanup$'); do
	grep -qE "\b$name\b" "$page" || echo "$name"
done >"$work/seen"
! [ -s "$work/seen" ]
ok 'every public function is on the page' $?

echo "1..$count"
exit $failed
