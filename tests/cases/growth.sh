#!/usr/bin/env bash
# Growth: loops that rise from mark to mark are found, though they free all at
# the end, by each kind of mark; caches, saws and single steps are not.
. "$(dirname "$0")/lib.sh"

grown='def grown: of("growth");'
# The planted one: 64 KiB a step, in keep(), and nothing else.
planted="$grown (grown | length) == 1 and all(grown[];
	(.bytes_per_mark - 65536 | fabs) < 1 and .r_squared > 0.99 and .trend > 0.99 and
	any(.stack[]; .function == \"keep\"))"
told='all(.processes[]; .growth.told and .growth.reason == null)'

for way in preloaded tracked; do
	scene "a loop that keeps 64 KiB a step, $way"
	native growth leak step
	is 'the program works alone' $status 0
	mv out native.out
	$way growth leak step
	is 'status is 0' $status 0
	same_files 'same output' out native.out
	holds 'it is growth, at 64 KiB a step' "$planted"
	holds 'nothing leaked: it freed them' \
		'all(of("leak")[]; .bytes == 64 * MiB) and (of("leak") | length) == 1'
	holds 'the marks are told' "$told and ([.processes[].marks[] | [.name, .marker, .followed, .count]] ==
		[[\"step\", \"program\", true, 100]])"
	holds 'where it began and ended' "$grown all(grown[]; .first_mark > 20 and .last_mark == 100 and
		.last_bytes - .first_bytes == .bytes and .rises == 98 and .falls == 0 and
		.mark == \"step\" and .last_count - .first_count == .count)"
done
says 'the text says so' err '^GROWTH 64\.0 KiB a mark of device memory on GPU 0, by '
says 'and over what' err '^  from .* to .* over [0-9]+ marks "step" after warm-up'
says 'and that it looked' err '^growth: 1 growing call site; 100 marks "step", marked by the program$'

scene 'the library marks'
tracked growth library "${LIBVRAMTRACK_DIR:?}/libvramtrack.so"
is 'status is 0' $status 0
holds 'it is growth' "$planted and $told"

scene 'Python, by the example'
if command -v python3 >/dev/null; then
	cat >loop.py <<-'PYTHON'
		import ctypes, sys
		sys.path.insert(0, sys.argv[1])
		from step_marks import mark
		cuda = ctypes.CDLL("libcudart.so.13")
		def keep(size):
		    pointer = ctypes.c_void_p()
		    assert cuda.cudaMalloc(ctypes.byref(pointer), ctypes.c_size_t(size)) == 0
		    return pointer
		kept = [keep(1 << 20)]
		for step in range(50):
		    mark()
		    kept.append(keep(1 << 16))
		for pointer in kept:
		    assert cuda.cudaFree(pointer) == 0
		print("looped")
	PYTHON
	python=$(command -v python3)
	native "$python" loop.py "$sources/../../examples"
	is 'works without the shim' "$status $(cat out)" '0 looped'
	tracked "$python" loop.py "$sources/../../examples"
	is 'and under it' "$status $(cat out)" '0 looped'
	holds 'is growth' "$grown (grown | length) == 1 and grown[0].bytes_per_mark == 65536 and
		([.processes[].marks[] | [.name, .count]] == [[\"step\", 50]])"
else
	skip 'growth' 'there is no python3'
fi

# words of a marker, of one that keeps 64 KiB a call
calls() { echo "[.processes[].marks[] | [.name, .marker, .followed, .count]] == [[\"$1\", \"call\", true, $2]]"; }
if command -v python3 >/dev/null; then
	for name in handle Server.handle; do
		[ $name = handle ] || python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue
		scene "calls of a Python function, $name"
		run_options=(--option "growth=call:$name")
		tracked "$(command -v python3)" "$sources/../python/serving.py" 50 1
		is 'status is 0' $status 0
		holds 'each is a mark' "$(calls "$name" 50)"
		holds 'what a call keeps is growth' "$grown (grown | length) == 1 and $told and
			all(grown[]; .bytes_per_mark == 65536 and any(.stack[]; .language == \"python\" and (.function | test(\"handle$\"))))"
	done
	scene 'calls from two lines, the first of which makes objects'
	run_options=(--option growth=call:handle)
	tracked "$(command -v python3)" "$sources/../python/serving.py" 50 1 2
	holds 'each is a mark' "$(calls handle 50)"
	holds 'what a call keeps is growth' "$grown (grown | length) == 1 and $told"
	scene 'calls by several threads'
	run_options=(--option growth=call:handle)
	tracked "$(command -v python3)" "$sources/../python/serving.py" 50 4
	holds 'each is a mark' "$(calls handle 200)"
fi

cat >"$work/server.c" <<'C'
#include <cuda_runtime_api.h>
static void *kept[50];
__attribute__((noinline)) void serve_one(int number)
{
	void *inputs;
	cudaMalloc(&inputs, 1 << 20);
	cudaMalloc(&kept[number], 1 << 16);
	cudaFree(inputs);
}
int main(void)
{
	for (int i = 0; i < 50; i++)
		serve_one(i);
	for (int i = 0; i < 50; i++)
		cudaFree(kept[i]);
	return 0;
}
C
scene 'calls of an exported C function'
if gcc -g -O1 -rdynamic -fno-optimize-sibling-calls -I"${CUDA_INCLUDE:?}" -o server "$work/server.c" \
	"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" 2>build.err; then
	run_options=(--option growth=call:serve_one)
	tracked ./server
	holds 'each is a mark' "$(calls serve_one 50)"
	holds 'what a call keeps is growth' "$grown (grown | length) == 1 and all(grown[]; .bytes_per_mark == 65536)"
	run_options=(--option growth=call:nobody)
	rm -rf rec
	tracked ./server
	holds 'one that is never called is said' 'all(.processes[]; .growth.told == false and (.growth.reason | test("no such mark")))'
else failed 'it can be built' <build.err; fi
says 'as text' err '^growth: not told: no such mark was seen'
limited "$VRAMTRACK" run --simulate --option growth=call: -- true
is 'a name is needed' $status 2
says 'and which it may be' err 'call:FUNCTION'

scene 'a name that is asked for'
run_options=(--option growth=mark:batch)
tracked growth threads
is 'status is 0' $status 0
holds 'is followed' "$grown (grown | length) == 1 and all(grown[]; .mark == \"batch\" and .trend > 0.9 and
	(.bytes_per_mark - 32768 | fabs) < 4096)"
holds 'others are counted' '[.processes[].marks[] | [.name, .followed, .count]] | sort ==
	[["batch", true, 300], ["epoch", false, 31]]'

scene 'a name that is never marked'
run_options=(--option growth=mark:epoch)
tracked growth leak step
holds 'nothing is told, and why' "$grown grown == [] and
	all(.processes[]; (.growth.told | not) and .growth.reason == \"not told: no such mark was seen\")"
says 'in the text too' err '^growth: not told: no such mark was seen; 0 marks "epoch", marked by the program$'

scene 'by time'
run_options=(--option growth=every:0.02)
tracked growth timed
is 'status is 0' $status 0
holds 'it is growth' "$grown (grown | length) == 1 and all(grown[]; .marker == \"timer\" and
	.mark == \"every:0.02\" and any(.stack[]; .function == \"keep\"))"
ask
rm -rf rec
VRAMTRACK_OPTIONS='output=rec:growth=every:0.02:depth=32' preloaded growth timed
holds 'under LD_PRELOAD alone too' "$grown (grown | length) == 1"

for loop in clean plateau sawtooth once; do
	scene "a loop without growth: $loop"
	tracked growth $loop
	is 'status is 0' $status 0
	holds 'none is found, and it was looked for' "$grown grown == [] and $told"
done
says 'the text says so' err '^growth: none found; 100 marks "step"'

scene 'few marks' # the first comes before the first allocation
tracked growth few
holds 'no verdict' "$grown grown == [] and all(.processes[]; (.growth.told | not) and
	.growth.reason == \"not told: too few marks\" and .growth.marks_needed == 8)"
says 'it is said' err '^growth: not told: too few marks; 4 marks "step", marked by the program \(8 are needed\)$'

scene 'no marks'
tracked scopes all_freed
holds 'nothing is told' 'all(.processes[]; .marks == [] and (.growth.told | not))'
silent_about 'nor said' err '^growth:'

scene 'a server that is killed'
tracked growth killed
holds 'its growth is in the recording' "$planted"

scene 'a name for each step'
tracked growth many_names
is 'status is 0' $status 0
holds 'names are bounded and the rest is counted' '([.processes[].marks[]] | length) == 64 and
	[.processes[].lost[] | [.what, .count]] == [["marks", 936]] and .summary.lost == 0'

nvtx_ways='push push_event range range_event mark_text mark_event domain_mark domain_range domain_registered'
scene 'NVTX'
native nvtx push
[ $status -ne 77 ] || nvtx_ways=''
for way in $nvtx_ways; do
	scene "NVTX: $way"
	native nvtx "$way"
	is 'the program works alone' $status 0
	run_options=(--option growth=nvtx:step)
	tracked nvtx "$way"
	is 'status is 0' $status 0
	holds 'its steps are marks' "[.processes[].marks[] | [.name, .marker, .count]] == [[\"step\", \"nvtx\", 59]] or
		[.processes[].marks[] | [.name, .marker, .count]] == [[\"step\", \"nvtx\", 60]]"
	holds 'it is growth' "$planted"
done
if [ -n "$nvtx_ways" ]; then
	scene 'NVTX without the option'
	tracked nvtx push
	holds 'nothing is followed' 'all(.processes[]; .marks == [])'

	scene 'another tool of NVTX'
	run_options=(--option growth=nvtx:step)
	NVTX_INJECTION64_PATH=/opt/other/libtool.so tracked nvtx push
	is 'is not replaced' $status 2
	says 'it is said' err '^vramtrack: NVTX_INJECTION64_PATH names another tool, .*libtool\.so.*the program was not run'
	run_options=()
	NVTX_INJECTION64_PATH=$VRAMTRACK_PRELOAD native nvtx push
	is 'a process that is not tracked goes on without the shim' $status 0
fi

scene 'values that are none'
for value in mark: nvtx: every:0 every:x every:1.2.3 every:-1 steps; do
	run_options=(--option "growth=$value")
	tracked growth clean
	is "growth=$value is refused" $status 2
	says 'with the forms' err "takes mark:NAME, nvtx:NAME, call:FUNCTION or every:SECONDS, not '$value'"
done
VRAMTRACK_OPTIONS='output=rec:growth=steps' preloaded growth clean
says 'the shim goes on without' err 'growth=steps is not mark:NAME, nvtx:NAME, call:FUNCTION or every:SECONDS; it is left out'
is 'and the program runs' $status 0

finish
