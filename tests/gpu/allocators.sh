#!/usr/bin/env bash
# Frameworks whose memory the library gives: allocators.sh PREFIX FOLDER [--simulate]
#   PREFIX  has bin/vramtrack, include/vramtrack and lib/libvramtrack.so (make install)
# Builds and runs docs/library.md's example of a memory resource, and examples/frameworks with
# PyTorch and CuPy where they are, and with RMM as RMM_PROGRAM (made by rmm_build.sh), under the gate.
# Prints TAP.
set -u
. "$(dirname "$0")/lib.sh"
examples=$here/../../examples
library=$(find "$prefix" -name libvramtrack.so | head -n 1)
[ -n "$library" ] || { echo "no libvramtrack.so in $prefix" >&2; exit 2; }
[ -z "${RMM_PROGRAM:-}" ] || RMM_PROGRAM=$(realpath -e "$RMM_PROGRAM") || exit 2
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

rmm() {
	title='RMM'
	[ -n "${RMM_PROGRAM:-}" ] || { skip "$title" 'RMM_PROGRAM is not set: tests/gpu/rmm_build.sh makes it, and says of what'; return; }
	clean 60 "$RMM_PROGRAM"
	check "$title: the budget refuses, as std::bad_alloc" "$(grep -c "^refused: .*within the tracker's budget" out)" 1
	sed -i '/^refused: /d' out # it has a path and a line of RMM
	shown 'a device_uvector: 8 MiB of weights, [7] = 0.25
two device_buffers: 6 MiB of intermediate buffers
a pool: 16 MiB of it are RMM'"'s, 16 of KV cache
a buffer of RMM's memory: the tracker counts 4 MiB
RMM counts a peak of 4 MiB, and now 0
0 allocations are left"
}

for name in resource torch cupy rmm; do job "$name" "$name" & done
wait
finish
