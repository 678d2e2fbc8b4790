#!/usr/bin/env bash
# vramtrack diff: two recordings, two runs.
. "$(dirname "$0")/lib.sh"

findings=$HAZARDS/findings

# The comparison as diff.json; sets $status.
compare() {
	timeout 60 "$VRAMTRACK" diff --format=json "$@" >diff.json 2>err
	status=$?
}

compared() { # WHAT JQ-FILTER
	local seen
	if seen=$(jq -e "$2" diff.json 2>&1); then passed "$1"; else
		failed "$1" < <(echo "not so: $2 (gives: $seen)"; head -c 2500 diff.json)
	fi
}

# run FOLDER CASE: a run of its own folder
run() {
	tracked "$findings" "$2"
	mv rec "$1" && mkdir rec
}

scene 'the same program twice'
run a leaks
run b leaks
compare a b
is 'exit code 0' $status 0
compared 'nothing changed' '.changes == [] and .summary.growth == false and .summary.same > 0'
compared 'peaks are there' '.peaks | length > 0 and all(.[]; .change == "same" and .bytes == 0)'
compare --fail-on-growth a b
is 'no growth' $status 0

scene 'a leak that is new'
run a clean
run b leaks
compare a b
is 'exit code 0 all the same' $status 0
compared 'it is new, the largest first' \
	'[.changes[] | select(.class == "leak")] | length > 0 and all(.[]; .change == "new" and .before_bytes == 0 and
	.bytes == .after_bytes) and ([.[].bytes] | . == (sort | reverse))'
compared 'with its stack and identity' \
	'.changes[] | select(.class == "leak") | any(.stack[]; .function == "first_allocation") and (.identity | length) == 32'
compare --fail-on-growth a b
is '--fail-on-growth: exit code 1' $status 1
compare b a
compared 'the other way round it is gone' \
	'[.changes[] | select(.class == "leak")] | length > 0 and all(.[]; .change == "gone" and .bytes < 0)'
compare --fail-on-growth b a
is 'a leak that is gone is no growth' $status 0
compare --fail-on-growth --min-bytes=1000000000 a b
is 'nor one below --min-bytes' $status 0
compare --fail-on-growth --min-bytes=1G a b
is 'which has a unit as everywhere' $status 0
compare --min-bytes=1Q a b
is 'and no other' $status 2
"$VRAMTRACK" diff a b >text 2>err
says 'text: new, with bytes and count' text '^  new +leak: 0 B -> .*\(\+.*\), 0 -> [0-9]+ allocations'
says 'text: where' text '^ +first_allocation.* at .*, by '
says 'text: peaks' text '^  [a-z]+ +device memory on GPU 0: '

scene 'single recordings'
run a leaks
run b leaks_and_fails
compare a/*.vramtrack b/*.vramtrack
is 'exit code 0' $status 0
compared 'one process each' '.before.processes == 1 and .after.processes == 1'

scene 'more of the same'
run a leaks
run b leaks
tracked "$findings" leaks
mv rec/*.vramtrack b/
compare a b
compared 'grown, with counts' \
	'[.changes[] | select(.class == "leak")] | length > 0 and all(.[]; .change == "grown" and
	.after_bytes == 2 * .before_bytes and .after_count == 2 * .before_count)'
compared 'the largest peak of a process is the same' 'all(.peaks[]; .change == "same")'
compare --tolerance=100x a b
is 'a share is a number or N%' $status 2
compare --tolerance=100% a b
compared 'as much again is within 100 percent' '[.changes[] | select(.class == "leak")] == []'
compare b a
compared 'shrunk' '[.changes[] | select(.class == "leak")] | length > 0 and all(.[]; .change == "shrunk")'

scene 'paths, and what is not shown'
cat >small.c <<'C'
#include <cuda_runtime_api.h>
#include <stdlib.h>
static size_t unit;
#define LEAK(n) static __attribute__((noinline)) void leak_##n(void) { void *p; cudaMalloc(&p, unit * (n)); __asm__ volatile(""); }
#define CALL(n) leak_##n();
#define TEN(each, n) each(n##1) each(n##2) each(n##3) each(n##4) each(n##5) each(n##6) each(n##7) each(n##8) each(n##9)
TEN(LEAK, 1) TEN(LEAK, 2) TEN(LEAK, 3)
int main(int count, char **arguments) { unit = atoi(arguments[count - 1]); TEN(CALL, 1) TEN(CALL, 2) TEN(CALL, 3) return 0; }
C
small() { tracked ./small "$2" && mv rec "$1" && mkdir rec; } # FOLDER UNIT
if gcc -g -O1 -I"${CUDA_INCLUDE:?}" -o small small.c "$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" \
	2>build.err && small a 1024 && small b 2048; then
	limited "$VRAMTRACK" diff a b
	says 'a file is named from the folder of the run' out ' at small\.c:7, by '
	silent_about 'and by no absolute path' out " at $PWD/"
	says 'the rest is summed' out '^  \.\.\. 7 more: 98\.0 KiB -> 196\.0 KiB \(\+98\.0 KiB\) \(to see all: --format=json\)$'
	timeout 60 "$VRAMTRACK" report --merge a b >text 2>&1
	says 'so it is where processes are merged' text '^  leak_[0-9]+ at small\.c:7, by '
else failed 'it can be built' <build.err; fi

scene 'bad input'
run a leaks
run b leaks
cp a/*.vramtrack b/copy.vramtrack
echo text >b/text.vramtrack
compare a b
is 'exit code 4' $status 4
says 'it is named' err 'text\.vramtrack: not a recording'
compared 'the others are compared' '.after.processes == 2 and .after.unreadable == 1'
compare a missing
is 'a run that is not there' $status 4
compared 'nothing is called gone that was not seen' '.changes == [] and .peaks == [] and .after.unreadable == 1'
"$VRAMTRACK" diff missing b >text 2>&1
says 'nor new' text '^vramtrack: nothing is compared: of missing nothing could be read$'
silent_about 'not one change' text '^  (new|gone) '

scene 'a run of which a part was not seen'
run a leaks
run b clean
compare --fail-on-growth a b
is 'all was seen: no growth' $status 0
echo text >b/text.vramtrack
compare --fail-on-growth a b
is 'exit code 4' $status 4
compared 'what may be in the rest is not called gone' \
	'[.changes[] | select(.before_bytes > .after_bytes).change] | length > 1 and all(. == "unsure")'
compared 'nor counted so' '.summary.gone == 0 and .summary.shrunk == 0 and .summary.unsure > 0 and .summary.growth_unsure'
compared 'the side is named' '.before.all_seen and (.after.all_seen | not)'
limited "$VRAMTRACK" report b
says 'the report of it says only what was seen' out '^vramtrack: nothing leaked that was seen: [0-9]+ allocations?, all freed; 1 recording could not be read'
compare b a
compared 'nor new, the other way round' '[.changes[] | select(.before_bytes < .after_bytes).change] | length > 1 and all(. == "unsure")'
compared 'and no growth' '.summary.new == 0 and .summary.unsure > 0 and (.summary.growth | not) and .summary.growth_unsure'
"$VRAMTRACK" diff a b >text 2>err
says 'text says unsure' text '^  unsure  leak: .* -> 0 B'
says 'and why' text '^not all of b was seen: it has at least what is shown, and what it seems to have less of is unsure$'
silent_about 'and nothing else' text '^  (gone|shrunk) '
silent_about 'not in the verdict either' text '^vramtrack: .*gone'
for _ in 1 2; do tracked "$findings" leaks && mv rec/*.vramtrack b/; done
compare a b
compared 'growth that is sure stays growth' \
	'[.changes[] | select(.class == "leak").change] | length > 0 and all(. == "grown")'

scene 'a run that came to the limit of its recording'
run a leaks
run_options=(--option recording=64K)
tracked many_stacks run 2000 && mv rec b && mkdir rec
compare a b
compared 'it has lost something' '.after.lost > 0 and .after.unreadable == 0'
is 'exit code 0' $status 0
compared 'what it has less of is not sure' '.summary.gone == 0 and any(.changes[]; .class == "leak" and .change == "unsure")'
compare --fail-on-growth --min-bytes=1G a b
is 'growth is not ruled out: exit code 3' $status 3
compare --fail-on-growth b a
is 'nor is it seen, the other way round' $status 3
compared 'what is new may have been there' '.summary.growth == false and .summary.new == 0 and .summary.growth_unsure'

scene 'a folder that is empty'
run a leaks
mkdir empty
compare a empty
is 'a folder without a recording' $status 4
says 'is named' err 'there is no recording'
is 'nothing is compared with it' "$(wc -c <diff.json)" 0
limited "$VRAMTRACK" report a empty
is 'a report beside a folder that has nothing' $status 4
says 'says that not all was read' out '^vramtrack: .*; a folder given had no recording, or could not be read$'
is 'JSON too' "$("$VRAMTRACK" report --format=json a empty 2>err | jq -c '.summary | [.unreadable, .all_read]')" '[0,false]'
limited "$VRAMTRACK" report --merge a empty
says 'and the merged one' out '^vramtrack: .*; a folder given had no recording, or could not be read$'
compare a
is 'one run alone' $status 2
compare -o "$(echo a/*.vramtrack)" a b
is 'never onto a recording' $status 2
"$VRAMTRACK" diff a a >/dev/full 2>err
is 'a full standard output' $? 5

finish
