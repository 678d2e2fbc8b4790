#!/usr/bin/env bash
# Frameworks whose memory the library gives: allocators.sh PREFIX FOLDER [--simulate]
#   PREFIX  has bin/vramtrack, include/vramtrack and lib/libvramtrack.so (make install)
# Builds and runs docs/library.md's example of a memory resource, and examples/frameworks with
# PyTorch and CuPy where they are, under the gate. Prints TAP.
set -u
. "$(dirname "$0")/lib.sh"
examples=$here/../../examples
library=$(find "$prefix" -name libvramtrack.so | head -n 1)
[ -n "$library" ] || { echo "no libvramtrack.so in $prefix" >&2; exit 2; }
libraries=$(dirname "$library")
export LD_LIBRARY_PATH=$libraries:$LD_LIBRARY_PATH
flags=(-std=c++17 -O1 -g "-I$prefix/include" -I"$cuda/include/cccl" -I"$cuda/include" -L"$libraries")

# shown WANTED: the program's output
shown() { check "$title: status" "$status" 0; printf '%s\n' "$1" >wanted && same "$title: what it prints" out wanted; }

# Everything that it took it gave back: nothing leaks but what libraries keep.
clean() { # SECONDS PROGRAM...
	limited "$1" "$vramtrack" run -o rec --format=json --report-file=report.json -- "${@:2}"
	check "$title: no leak" "$(python3 "$here/report_facts.py" report.json class=leak)" '0 0'
	cat err >tracked.err
}

resource() {
	title='a memory resource of CUDA C++'
	if ! g++ "${flags[@]}" -o resource "$examples/library/memory_resource.cpp" -lvramtrack \
		-L"$cuda/lib64" -lcudart 2>build.err; then
		fail "$title: is built" <build.err
		return
	fi
	clean 60 ./resource
	shown "a resource's block: 8 MiB of KV cache
a buffer from the source 'the worker's': the resource gave 2 MiB
refused: requested: 8.0 MB, available: 1.0 MB within the tracker's budget of 1.0 MB
0 allocations are left"
}

torch() {
	title='PyTorch'
	have_module torch || { skip "$title" 'there is no torch'; return; }
	if ! g++ "${flags[@]}" -fPIC -shared -o libtorch_allocator.so \
		"$examples/frameworks/torch_allocator.cpp" -lvramtrack 2>build.err; then
		fail "$title: is built" <build.err
		return
	fi
	clean 120 python3 "$examples/frameworks/torch_allocator.py" "$PWD/libtorch_allocator.so" "$library"
	check "$title: status" "$status" 0
	for line in 'weights 4 MiB, cache 8' 'sum 1.0' '    Model Weights: 4.00 MB' 'cache 0 MiB after del'; do
		if grep -qF "$line" out; then pass "$title: $line"; else fail "$title: $line" <out; fi
	done
	check "$title: the budget refuses, as an exception" "$(grep -c '^refused: .*budget' out)" 1
	[ "$status" -eq 0 ] || fail "$title: what it says" <tracked.err
}

cupy() {
	title='CuPy'
	have_module cupy || { skip "$title" 'there is no cupy'; return; }
	clean 120 python3 "$examples/frameworks/cupy_allocator.py" "$library"
	check "$title: status" "$status" 0
	for line in 'sum 1048576.0' 'array 4 MiB' 'array 0 MiB after del'; do
		if grep -qxF "$line" out; then pass "$title: $line"; else fail "$title: $line" <out; fi
	done
	check "$title: what is too much is refused" "$(grep -c '^refused: ' out)" 1
	[ "$status" -eq 0 ] || fail "$title: what it says" <tracked.err
}

for name in resource torch cupy; do job "$name" "$name" & done
wait
finish
