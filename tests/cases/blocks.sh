#!/usr/bin/env bash
# The blocks that PyTorch's cache hands out are told by themselves, with the cache on. PyTorch is a
# stand-in (tests/torch): its libraries have the names, the exported function and the locks of the
# real ones; tests/gpu/torch_blocks.sh has the same with PyTorch.
. "$(dirname "$0")/lib.sh"

: "${CUDA_INCLUDE:?}" "${VRAMTRACK_FRAMES_FOLDER:?}"
[ -x /usr/bin/python3 ] || skip_all 'there is no /usr/bin/python3'
torch=$(cd "$(dirname "$0")/../torch" && pwd)
device=("$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1")
export VRAMTRACK PYTHONPATH=$work/site-packages PYTHONDONTWRITEBYTECODE=1
mkdir -p "$work/site-packages/torch"
cp "$torch/stand_in.py" "$work/site-packages/torch/__init__.py"
unset TORCH STAND_IN
no_report=(--no-report)

# libraries FOLDER NAME-OF-LIBC10 OPTION...
libraries() {
	mkdir "$1" && g++ -g -O1 -std=c++17 -fPIC -shared "${@:3}" -Wl,-soname,"$2" -o "$1/$2" "$torch/c10.cpp" 2>build.err &&
		g++ -g -O1 -std=c++17 -fno-optimize-sibling-calls -fPIC -shared "${@:3}" "-I$CUDA_INCLUDE" -Wl,-soname,libc10_cuda.so \
			-Wl,-rpath,"$1" -o "$1/libc10_cuda.so" "$torch/c10_cuda.cpp" "$1/$2" "${device[@]}" 2>build.err
}
scene 'stand-ins'
if libraries "$work/now" libc10.so && libraries "$work/old" libc10.so -DOLD && libraries "$work/renamed" libc10-1.so; then
	passed 'are built'
else
	failed 'are built' <build.err
	finish
fi
export TORCH=$work/now

model() { tracked /usr/bin/python3 "$torch/model.py" "$@"; }
words+='
def caches: .processes[].caches[];
def blocks: .processes[].devices[].kinds[] | select(.kind == "block");
def nothing_lost: [.processes[].lost[]] == [];
def is_site($name): .stack[.site].function == $name and (.stack[.site].file | endswith("/model.py"));
'
# moments: each snapshot has what the cache said, to the byte
moments() {
	local i
	for i in 1 2 3; do
		[ -e "moment-$i.json" ] || continue
		"$VRAMTRACK" report --format=json "moment-$i.vramtrack" >moment.report 2>>err
		is "moment $i has what the cache says" \
			"$(jq -c '[.processes[].caches[] | [.state, .used_bytes, .segment_bytes, ([.segments[].used_bytes] | add), ([.segments[].bytes] | add)]]' moment.report)" \
			"$(jq -c '[["seen", .allocated, .reserved, .allocated, .reserved]]' "moment-$i.json")"
	done
}

for stand_in in '' expandable; do
	scene "three moments${stand_in:+, $stand_in}"
	STAND_IN=$stand_in model told
	is 'runs through' $status 0
	moments
	holds 'and nothing is lost' 'nothing_lost and ([blocks | .frees == .allocations and .live_bytes == 0] == [true])'
	holds 'segments are what device memory is' '[caches | .segment_bytes] == [live]'
done

for stand_in in '' expandable; do
	scene "a refusal while segments are in pieces${stand_in:+, $stand_in}"
	STAND_IN=$stand_in model refused
	is 'runs through' $status 0
	pieces=$(jq -c '[.processes[].caches[] | .segment_bytes, .used_bytes]' <("$VRAMTRACK" report --format=json moment-1.vramtrack 2>/dev/null))
	holds 'it tells the pieces as they were then' "[of(\"out_of_memory\")[].fragments | .bytes, .used_bytes] == $pieces and
		all(of(\"out_of_memory\")[].fragments; .segments >= (.rows | length) and .largest_free_bytes == .rows[0].largest_free_bytes and
		.largest_free_bytes >= MiB and .largest_free_bytes < .bytes and ([.rows[].blocks] | add) >= 8)"
	"$VRAMTRACK" report --show findings rec >text 2>/dev/null
	says 'in text too' text '^  then [0-9]+ segments? of caches, .* had .* free inside, the largest piece .*: .* of .* \([0-9]+ blocks?\)'
done

scene 'reports are passed on'
limited env LD_LIBRARY_PATH="$SIMULATE_DIR" /usr/bin/python3 "$torch/model.py" clean
mv out native
model clean
same_files 'each of them, those of the CPU too' out native
says 'which are many' native '^calls 402 sum [0-9]+ cpu 1$'
holds 'and the clean program is' 'nothing_lost and leaks == [] and [of("held_until_end")[]] == []'
holds 'a workspace that PyTorch keeps is told as that' '[of("retained")[] | .kind, .bytes, .kept_by.name] == ["block", MiB, "PyTorch"]'
limited "$VRAMTRACK" gate rec
is 'in the gate too' $status 0

scene 'a segment that a small block pins'
model pin
moments
is 'is told with it' "$(jq -c '[.processes[].caches[].segments[] | select(.bytes == 20971520) | .used_bytes, .blocks,
	.pinned_by.bytes, (.pinned_by | .stack[.site] | .function, .line)]' moment.report)" "[512,1,512,\"keep\",$(sed -n '/kept.append/=' "$torch/model.py")]"
limited "$VRAMTRACK" report --show caches moment-1.vramtrack
says 'in a line' out '^      20\.0 MiB, 20\.0 MiB free inside, 1 block, pinned by 512 B of keep at .*model\.py:[0-9]+$'
says 'with the door' out "^  blocks of PyTorch's cache: seen by c10::reportMemoryUsageToProfiler$"
limited "$VRAMTRACK" report moment-1.vramtrack
says 'and in short' out '^caches: PyTorch on GPU 0, 512 B in 1 block of 20\.0 MiB in 1 segment, 20\.0 MiB free inside \(--show caches\)$'

scene 'a tensor that is kept until Python ends'
model held
holds 'is told by its line' '[of("held_until_end")[] | is_site("keep"), .kind, .bytes] == [true, "block", 3 * MiB] and leaks == []'
holds 'its segment is the cache'\''s' '[of("cached")[] | .bytes] == [20 * MiB]'

scene 'a tensor that is lost'
model leaked
holds 'is the leak, by its line' '[leaks[] | is_site("keep"), .kind, .bytes] == [true, "block", 3 * MiB]'
limited "$VRAMTRACK" gate rec
is 'and fails the gate' $status 1

scene 'a process that is killed'
model killed
holds 'has its blocks in the recording' '[caches | .used_bytes, .blocks, .told_used_bytes] == [3 * MiB + 512, 2, 3 * MiB + 512]'
holds 'by their line' 'leaks | map(select(.kind == "block")) | map(is_site("keep")) == [true, true]'

scene 'growth from request to request'
run_options=(--option growth=call:serve)
model grows
holds 'is of the blocks, not of their segments' '[of("growth")[] | is_site("keep"), .kind, .bytes_per_mark] == [true, "block", MiB]'
limited "$VRAMTRACK" gate rec
is 'and fails the gate' $status 1
scene 'none where requests give back what they took'
run_options=(--option growth=call:serve)
model rests
limited "$VRAMTRACK" gate rec
is 'the gate is clean' "$status $(jq '[.processes[].growth.told] == [true]' report.json)" '0 true'

scene '8 threads with 10000 blocks each'
model threads
moments
holds 'each is recorded' 'nothing_lost and [blocks | .allocations, .frees] == [80001, 80001]'
says 'and passed on' out '^calls 160003 '

scene 'under the loader'\''s lock'
cat >plugin.c <<'C'
#include <pthread.h>
#include <stddef.h>
void *torch_empty(size_t bytes);
static void *take(void *unused) { (void)unused; return torch_empty(512); }
__attribute__((constructor)) static void begin(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, take, NULL);
	pthread_join(thread, NULL);
}
C
gcc -g -O1 -fPIC -shared -o plugin.so plugin.c "$TORCH/libc10_cuda.so" "-Wl,-rpath,$TORCH" -lpthread 2>build.err || failed 'the plugin is built' <build.err
PLUGIN=$PWD/plugin.so seconds=20 model constructed
is 'nothing waits for ever' $status 0
says 'the report is passed on' out '^calls 2 sum [0-9]+ cpu 1$'
holds 'and the block recorded' 'nothing_lost and [blocks | .allocations] == [1]'

scene 'a child that inherits the cache'
model forked
is 'runs through' $status 0
moments
holds 'has no part in the recording' '(.processes | length) == 1 and nothing_lost'

scene 'blocks of the driver'\''s pool'
STAND_IN=async model held
holds 'are told once' '[caches | .state] == ["own_allocations"] and [blocks] == [] and nothing_lost'

# reports that are no first block: what is left alone, and is said once
while IFS='|' read -r word state; do
	scene "a cache that is not understood: $word"
	STAND_IN=$word model held
	is 'runs through' $status 0
	holds 'is left alone' "[caches | .state] == [\"$word\"] and [blocks] == [] and nothing_lost"
	limited "$VRAMTRACK" report --show caches rec
	says 'and that is said' out "^cache of PyTorch on GPU 0, its blocks: left alone: $state"
	limited "$VRAMTRACK" gate rec
	says 'the gate is not green' err "not covered: .*blocks of PyTorch's cache: left alone: $state"
	is 'by its status' $status 3
done <<'TABLE'
odd_sums|its numbers are not those of a first block
odd_place|the first block lies in no allocation that was seen
TABLE

scene 'a version with another door'
TORCH=$work/old model held
holds 'is as without one' '[caches] == [] and only("cached")'
limited "$VRAMTRACK" report --show caches rec
says 'which is said' out "^PyTorch's cache on GPU 0: its blocks are not seen"
says 'and in short' <("$VRAMTRACK" report rec 2>&1) '^caches: 1 whose blocks are not seen \(--show caches\)$'

scene 'the option'
run_options=(--option blocks=0)
model held
holds 'leaves the door alone' '[caches] == [] and [blocks] == []'

scene 'a libc10 that is not found'
TORCH=$work/renamed model held
is 'runs through' $status 0
holds 'is a loss' '[.processes[].lost[] | .what] == ["reports"] and [of("held_until_end")[] | .bytes] == [3 * MiB]'

finish
