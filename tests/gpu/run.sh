#!/usr/bin/env bash
# All tests that need a GPU, in one call: run.sh PREFIX FOLDER
#   PREFIX  where vramtrack is installed or unpacked (bin/vramtrack is in it)
#   FOLDER  takes the logs; it is made
# Needs nvcc; compute-sanitizer and the Python frameworks are used where they
# are. Prints TAP, and at last "N passed, N failed, N skipped"; the exit status
# is 1 if a test failed.
set -u
. "$(dirname "$0")/lib.sh"

# tracked SECONDS PROGRAM...: as native(), output in tracked.out
tracked() {
	limited "$1" "$vramtrack" run -o rec --format=json --report-file=report.json -- "${@:2}"
	mv out tracked.out && mv err tracked.err
}
facts() { python3 "$here/report_facts.py" report.json "$@"; }

# Both ways, with equal output, and the status that is wanted in $expected (0 if not said).
compared() { # SECONDS PROGRAM...
	native "$@"
	check "$title: status alone" "$status" "${expected:-0}"
	tracked "$@"
	check "$title: status tracked" "$status" "${expected:-0}"
	same "$title: same output" tracked.out native.out
}

# ---- planted leaks, beside compute-sanitizer in the same run ------------------
flavour() { # NAME OPTION...
	local planted seen
	title="planted leaks, $1"
	build leaks leaks.cu "${@:2}" || return
	compared 60 ./leaks
	planted=$(sed -n 's/^planted //p' native.out)
	check "$title: exactly those" "$(facts class=leak)" "$planted"
	check "$title: no other finding" "$(facts)" "$planted"
	check "$title: three call sites in forgotten_*" \
		"$(facts class=leak function=forgotten_)" "$planted"
	if ! command -v compute-sanitizer >/dev/null; then
		skip "$title: compute-sanitizer agrees" 'compute-sanitizer is not here'
		return
	fi
	timeout 120 compute-sanitizer --leak-check full ./leaks >sanitizer.log 2>&1
	seen=$(sed -nE 's/.*LEAK SUMMARY: ([0-9]+) bytes leaked in ([0-9]+) allocations.*/\2 \1/p' sanitizer.log)
	check "$title: compute-sanitizer says the same" "$seen" "$(facts class=leak)"
}

vmm() {
	title='cuMemCreate never released'
	build routes routes.cu -lcuda -ldl || return
	compared 60 ./routes vmm_never_released
	check "$title: reported" "$(facts class=leak kind=vmm)" '1 67108864'
	command -v compute-sanitizer >/dev/null || return 0
	timeout 120 compute-sanitizer --leak-check full ./routes vmm_never_released >sanitizer.log 2>&1
	note "compute-sanitizer on the same program: $(grep -E 'LEAK SUMMARY' sanitizer.log || echo 'no leak summary')"
}

# ---- ways to the driver, kinds and mistakes -----------------------------------
routes() {
	build routes routes.cu -lcuda -ldl || return
	build routes_shared routes.cu -cudart shared -lcuda -ldl || return
	for case in by_dlsym by_entry_point; do
		title=$case
		compared 60 ./routes "$case"
		check "$title: two leaks" "$(facts)" '2 2097152'
	done

	title='kinds'
	compared 60 ./routes kinds
	for row in 'linear 1048576' "pitched $(cat native.out)" 'managed 2097152' \
		'stream_ordered 4194304' 'pinned_host 8388608'; do
		check "$title: ${row% *}" "$(facts class=leak "kind=${row% *}")" "1 ${row#* }"
	done
	check "$title: one array" "$(facts class=leak kind=array | cut -d' ' -f1)" 1

	title='double free'
	compared 60 ./routes double_free
	check "$title: one bad free of 1 MiB" "$(facts class=bad_free)" '1 1048576'
	check "$title: no leak" "$(facts class=leak)" '0 0'

	title='reset'
	compared 60 ./routes reset
	check "$title: linear memory freed by reset" "$(facts class=freed_by_reset)" '1 3145728'
	check "$title: stream-ordered memory leaks" "$(facts class=leak)" '1 5242880'

	title='out of memory'
	compared 60 ./routes too_large
	check "$title: one refusal" "$(facts class=out_of_memory | cut -d' ' -f1)" 1

	# The runtime is shut down by then and refuses the free without calling the driver. A shared
	# runtime is watched for that; one that is linked in cannot be, and the memory is live.
	title='freed by a static destructor, shared runtime'
	compared 60 ./routes_shared static_destructor
	check "$title: no leak" "$(facts class=leak)" '0 0'
	check "$title: told as a late free" "$(facts class=late_free)" '1 1048576'
	title='freed by a static destructor, runtime linked in'
	compared 60 ./routes static_destructor
	check "$title: still live" "$(facts class=leak)" '1 1048576'

	title='SIGKILL'
	expected=137 compared 60 ./routes killed
	check "$title: the recording is whole" "$(facts class=leak)" '1 3145728'

	title='LD_PRELOAD alone'
	LD_PRELOAD=$shim VRAMTRACK_OPTIONS=output=alone timeout 60 ./routes by_dlsym >alone.out 2>alone.err
	check "$title: status" $? 0
	if grep -q leak_two_by alone.err; then pass "$title: the report names the caller"; else
		fail "$title: the report names the caller" <alone.err
	fi
	timeout 60 "$vramtrack" report --format=json alone/*.vramtrack >report.json
	check "$title: two leaks" "$(facts)" '2 2097152'
}

math_libraries() {
	title='cuBLAS'
	build math math_libraries.cu -lcublas || return
	compared 60 ./math
	between "$title: allocations of its own static runtime" \
		"$(facts class=retained module=libcublas | cut -d' ' -f2)" 1 $((1 << 30))
	check "$title: nothing leaks" "$(facts class=leak)" '0 0'
}

# ---- frameworks ---------------------------------------------------------------
# framework TITLE MODULE PROGRAM SLACK KEY=PATTERN...: the findings that match are the
# framework's; their bytes must be its own number, or up to SLACK bytes more.
framework() {
	local own seen slack=$4
	title=$1
	have_module "$2" || { skip "$title" "there is no $2"; return; }
	native 150 python3 "$here/frameworks.py" "$3" native.facts
	check "$title: works alone" "$status" 0
	tracked 150 python3 "$here/frameworks.py" "$3" tracked.facts
	check "$title: same status" "$status" 0
	same "$title: same output" tracked.out native.out
	own=$(sed -n 's/^bytes //p' tracked.facts)
	[ -n "$own" ] || { fail "$title: it said what it holds" <tracked.err; return; }
	# blocks are within what is counted as cached
	seen=$(facts 'class=(leak|cached|retained)' 'kind=(?!block$).*' "${@:5}" | cut -d' ' -f2)
	note "$title: the framework says $own bytes, tracked as its own: $seen; all: $(facts)"
	between "$title: totals agree" "$seen" "$own" $((own + slack))
}

# PyTorch's own calls are those through its allocator's library; memory that cuBLAS
# takes for itself does not pass through it. Without caching PyTorch counts nothing,
# so living tensors are summed, and workspaces that no tensor holds are the slack.
torch_plain() {
	framework 'PyTorch' torch torch_reserved 0 module=libc10_cuda
}
torch_uncached() {
	export PYTORCH_NO_CUDA_MEMORY_CACHING=1
	framework 'PyTorch, caching off' torch torch_tensors $((80 << 20)) module=libc10_cuda
}
torch_expandable() {
	export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
	framework 'PyTorch, expandable segments' torch torch_reserved 0 module=libc10_cuda kind=vmm
}
torch_async() {
	export PYTORCH_CUDA_ALLOC_CONF=backend:cudaMallocAsync
	framework 'PyTorch, cudaMallocAsync' torch torch_used $((2 << 20)) module=libc10_cuda \
		kind=stream_ordered
}
torch_profiler() {
	title='torch.profiler'
	have_module torch || { skip "$title" 'there is no torch'; return; }
	native 150 python3 "$here/frameworks.py" torch_profiler native.facts
	tracked 150 python3 "$here/frameworks.py" torch_profiler tracked.facts
	same "$title: as many device events as alone" tracked.out native.out
	between "$title: device events recorded" "$(sed -n 's/^bytes //p' tracked.facts)" 1 100000
}
cupy() { framework 'CuPy' cupy cupy_pool 0 module=cupy kind=linear; }
# XLA takes one large block; its own streams and libraries take little beside it.
jax() {
	export XLA_PYTHON_CLIENT_MEM_FRACTION=.10
	framework 'JAX' jax jax_pool $((256 << 20)) 'module=(xla|pjrt|jax)'
}
numba() { framework 'numba' numba.cuda numba_arrays 0 kind=linear; }

# ---- all of it ----------------------------------------------------------------
# Small programs one after the other, frameworks three at a time beside one another.
job static flavour 'static runtime' &
job shared flavour 'shared runtime' -cudart shared &
job driver flavour 'driver API' -x c++ -DDRIVER_API -cudart none -lcuda &
wait
job vmm vmm &
job routes routes &
job math_libraries math_libraries &
wait
for batch in 'torch_plain torch_uncached cupy' 'torch_expandable torch_async numba' 'torch_profiler jax'; do
	for name in $batch; do job "$name" "$name" & done
	wait
done

finish
