#!/usr/bin/env bash
# The declarations in toolkit/include: a CUDA toolkit has the same, and they are all that the
# sources need. Whoever uses a new name of CUDA runs scripts/declarations.
set -u
cd "$(dirname "$0")/.." || exit 99
: "${CUDA_INCLUDE:?folder of the headers of CUDA}" "${HAZARDS:?folder of the hazard programs}"
export LC_ALL=C
build=${HAZARDS%/tests/hazards}
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-toolkit.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
status=0 number=0

result() { # STATUS WHAT; what was seen is in $work/seen
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else
		echo "not ok $number - $2"
		grep -m 20 -E 'error|warning|the toolkit has' "$work/seen" | cut -c1-300 | sed 's/^/#   /'
		status=1
	fi
}

agrees() { # FOLDER c|c++|macros: the compiler finds nothing that differs
	local language=c gcc=(gcc -std=gnu11) header=$work/$2.h
	[ "$2" != c++ ] || language=c++ gcc=(g++ -std=c++17)
	gcc+=(-w -isystem "$CUDA_INCLUDE")
	python3 tests/toolkit_facts.py "$2" "$1" "$CUDA_INCLUDE" >"$work/facts" || exit 99
	# The toolkit's headers, with which all of them begin, are read once.
	if [ ! -e "$header" ]; then
		sed '/^#/!Q' "$work/facts" >"$header"
		"${gcc[@]}" -x $language-header "$header" -o "$header.gch" || exit 99
	fi
	sed -i "1,$(wc -l <"$header")d" "$work/facts"
	if [ "$2" = macros ]; then
		"${gcc[@]}" -include "$header" -o "$work/macros" -x c "$work/facts" && "$work/macros"
	else
		"${gcc[@]}" -include "$header" -fsyntax-only -x $language "$work/facts"
	fi >"$work/seen" 2>&1
}

# Why the declarations, which are those of 13.0, are not compared.
unlike=
grep -q '^#define CUDA_VERSION  *12' "$CUDA_INCLUDE/cuda.h" && unlike='the toolkit is of CUDA 12'
[ "$(realpath "$CUDA_INCLUDE")" != "$(realpath toolkit/include)" ] || unlike='there is no CUDA toolkit here'
while IFS='|' read -r kind what; do
	if [ -n "$unlike" ]; then
		number=$((number + 1))
		echo "ok $number - $what # SKIP $unlike"
		continue
	fi
	agrees toolkit/include "$kind"
	result $? "$what"
done <<'TABLE'
c|functions, types and versions of functions are the toolkit's
c++|structs, enums and constants are the toolkit's
macros|macros are the toolkit's
TABLE

# Each of these makes one thing wrong: file, kind of check, what sed does.
while IFS='|' read -r file kind change; do
	[ -z "$unlike" ] || break
	rm -rf "$work/wrong" && cp -R toolkit/include "$work/wrong" && chmod -R u+w "$work/wrong" || exit 99
	sed -i "$change" "$work/wrong/$file"
	! cmp -s "toolkit/include/$file" "$work/wrong/$file" && ! agrees "$work/wrong" "$kind"
	result $? "$file with $change is seen to differ"
done <<'TABLE'
vt_driver_functions.h|c|s/FUNCTION(cuMemFree_v2, \([0-9]*\), (CUdeviceptr,/FUNCTION(cuMemFree_v2, \1, (CUdeviceptr *,/
vt_driver_versions.h|c|s/LEGACY(cuMemAlloc, 3020, cuMemAlloc_v2)/LEGACY(cuMemAlloc, 3020, cuMemAlloc)/
vt_driver_versions.h|c|s/LEGACY(cuMemCreate, 10020/LEGACY(cuMemCreate, 10000/
vt_driver_versions.h|c|/LEGACY(cuMemCreate, 10020/d
vt_driver_functions.h|c++|s/FUNCTION(cuMemFree_v2, [0-9]*/FUNCTION(cuMemFree_v2, 9999/
vt_driver_functions.h|c++|s/\(FUNCTION(cuMemAlloc_v2, [0-9]*, ([^)]*), (\)size_t/\1int/
cuda_runtime_api.h|c|s/cudaMalloc(void \*\*devPtr, size_t size)/cudaMalloc(void **devPtr, unsigned int size)/
cuda.h|c++|s/CUDA_ERROR_OUT_OF_MEMORY = 2,/CUDA_ERROR_OUT_OF_MEMORY = 3,/
cuda.h|c++|s/size_t WidthInBytes;/int WidthInBytes;/
cuda.h|macros|s/CU_IPC_HANDLE_SIZE 64/CU_IPC_HANDLE_SIZE 65/
TABLE

# What the simulated runtime of CUDA 12 exports is what the headers of 12 declare: old functions, and
# the fields of a device's properties.
of_12() {
	local fields
	fields=$(sed -n '/^struct vt__device_properties/,/^};/p' simulate/runtime/release_12.h | sed 1d | tr ',;\n\t' '\n' |
		grep -oE '[a-zA-Z]\w*(\[[0-9]+\])?$' | sed 's/\[.*//')
	echo '#include <cuda.h>'
	echo '#include <cuda_runtime_api.h>'
	echo '#undef cudaGetDeviceProperties'
	sed -n '/^struct vt__device_properties/,/^};/p' simulate/runtime/release_12.h
	for field in $fields; do
		[ "$field" = reserved ] || printf '_Static_assert(__builtin_offsetof(struct vt__device_properties, %s) == %s, "%s");\n' \
			"$field" "__builtin_offsetof(struct cudaDeviceProp, $field)" "$field"
	done
	echo '_Static_assert(sizeof(struct vt__device_properties) == sizeof(struct cudaDeviceProp), "size");'
	echo '#define OLD(symbol, parameters) __typeof__(cudaError_t(*) parameters) symbol##_of_ours = symbol;'
	# One has the struct above, one is newer than 12.4, and those of the other stream mode are not declared.
	awk '/^OLD\(/ { inside = !/cudaGetDeviceProperties,|_v2,|_ptsz,/ } inside { print } /\)\)$/ { inside = 0 }' \
		simulate/runtime/release_12.c
}
what="the simulated runtime of CUDA 12 is as the toolkit's"
if [ "$unlike" = 'the toolkit is of CUDA 12' ]; then
	of_12 >"$work/of_12.c"
	gcc -std=gnu11 -Werror=incompatible-pointer-types -Wno-deprecated-declarations -isystem "$CUDA_INCLUDE" -fsyntax-only \
		"$work/of_12.c" >"$work/seen" 2>&1
	result $? "$what"
	{ cat "$work/of_12.c"; echo 'OLD(cudaMemAdvise, (const void *memory, size_t bytes, enum cudaMemoryAdvise advice, long device))'; } >"$work/wrong.c"
	sed -i 's/int maxThreadsPerBlock, /int /; s/int major, /int maxThreadsPerBlock, major, /' "$work/wrong.c"
	gcc -std=gnu11 -Werror=incompatible-pointer-types -isystem "$CUDA_INCLUDE" -fsyntax-only "$work/wrong.c" >"$work/seen" 2>&1
	grep -q 'error: static assertion failed: "maxThreadsPerBlock"' "$work/seen" && grep -q 'error: .*incompatible pointer type' "$work/seen"
	result $? 'a field in another place, and another parameter, are seen to differ'
else
	number=$((number + 1))
	echo "ok $number - $what # SKIP the toolkit is not of CUDA 12"
fi

# The library is compiled with headers of any 12, too: here with the declarations, less what 12.0 lacks.
twelve=$work/12.0
cp -r toolkit/include "$twelve"
newer=$(grep -v '^#' tests/newer_than_12_0.txt | xargs | tr ' ' '|')
sed -E -i "s/\\b($newer)\\b/\\1_is_newer/g; s/^(#define CUDA(RT)?_VERSION) .*/\\1 12000/" "$twelve"/*.h
with_twelve() { # FILE
	gcc -std=gnu11 -fsyntax-only -Wall -Wextra -Werror -isystem "$twelve" -Iinclude -Isrc -I. -I"$build" -D_GNU_SOURCE "$1"
}
for file in src/library/*.c; do with_twelve "$file" || break; done >"$work/seen" 2>&1
[ ! -s "$work/seen" ]
result $? 'the library needs nothing that CUDA 12.0 lacks'
sed 's/VT_CAP_POOL(properties, most_bytes)/properties.maxSize = most_bytes/' src/library/cuda_calls.c >"$work/newer.c"
with_twelve "$work/newer.c" >"$work/seen" 2>&1
grep -q "no member named .maxSize" "$work/seen"
result $? 'what it lacks would be seen'

# Sources that need another generated name are compiled with it defined to nothing.
compiles() { # FILE
	local compiler='gcc -std=gnu11'
	case $1 in *.cpp) compiler='g++ -std=c++17' ;; esac
	$compiler -fsyntax-only -w -isystem toolkit/include -Iinclude -Isrc -I. -Itests -I"$build" -D_GNU_SOURCE \
		-DPLUGIN=a -DPLUGIN_FRAME=64 -DRUNPATH_PART=1 -DFRAME_BYTES=64 -DPKGLIBDIR_FROM_BINDIR='""' -DBINDIR_FROM_PKGLIBDIR='""' \
		-DPKGDATADIR_FROM_BINDIR='""' -DLEDGER_MODULES='""' -DSIMULATE_MODULES='""' -DUNWIND_MODULES='""' "$1" 2>&1
}
export -f compiles
export build
# What includes CUDA's headers, itself or by a header of ours.
mapfile -t ours < <(find preload simulate -name '*.c')
grep -lE '#include [<"](cuda|cupti|generated_cuda|preload/|simulate/|simulate_|vramtrack/.*hpp|device_facts|hazard|graphics_api|keeper|tap)' \
	"${ours[@]}" tests/*.c tests/*.cpp tests/hazards/*.c tests/hazards/*.cpp \
	examples/*.cpp examples/library/*.cpp examples/ci/*/*.c |
	grep -v /memory_resource.cpp >"$work/sources" # which needs CUDA C++ (CCCL)
xargs -P "$(nproc)" -I{} bash -c 'compiles {}' <"$work/sources" >"$work/seen"
! grep -q ' error: ' "$work/seen" && [ "$(wc -l <"$work/sources")" -gt 150 ]
result $? 'all sources compile with them alone (else run scripts/declarations)'

echo "1..$number"
exit $status
