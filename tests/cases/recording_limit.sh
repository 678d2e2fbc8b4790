#!/usr/bin/env bash
# The limit of a recording: stacks without end get shorter, then one; what is live stays
# exact, the loss is said, and the gate is not green.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$here/../../data/suppressions}"
export VRAMTRACK_SUPPRESSIONS_FOLDER
count=60000
lost='[.processes[].lost[] | select(.what == "recording_limit") | .count] | add // 0'
totals="bytes(\"leak\") == $((count / 1000 * 1000)) and live == $((count / 1000 * 1000)) and
	([.processes[].devices[].allocations] | add) == $((count + count / 1000))"
size() { stat -c %s rec/*.vramtrack; }

scene "$count distinct stacks in 4 MiB"
run_options=(--option recording=4M)
tracked many_stacks run $count
is 'the program ends' $status 0
resident=$(head -n 1 out)
is "the file keeps to its limit ($(size) bytes)" $(($(size) <= 4 * 1024 * 1024)) 1
says 'the report says it' err '[0-9]+ calls whose stack was cut short.*option recording'
holds 'totals are exact' "$totals"
holds 'most calls lost their stack' "($lost) > $count"
# each of the 8 is two in the report: one is inlined
holds 'a stack that was cut short has 8 frames' \
	'[leaks[] | select(.stack_truncated) | .stack | length] | any(. > 0 and . <= 16)'
is "resident memory of the program stays small ($resident KiB)" $((resident < 40000)) 1

scene 'and in 64 KiB: one call site for all others'
run_options=(--option recording=64K)
tracked many_stacks run $count
holds 'totals are exact' "$totals"
holds 'the rest is one call site' '[leaks[] | select(.stack | length == 0)] | length == 1'
says 'which the report names' err '\(other call sites: the recording came to its limit, option recording\)'

scene 'the same without a limit'
run_options=(--option recording=0)
tracked many_stacks run $count
is "the file is larger ($(size) bytes)" $(($(size) > 16 * 1024 * 1024)) 1
holds 'no loss' "($lost) == 0"
holds 'totals are the same' "$totals"

# Each thread comes by more stacks than it remembers (2048, in 10 MB) before the middle of the run.
scene 'four threads, 40000 stacks, 400000 pairs'
run_options=(--option recording=4M)
tracked soak 4e5 4e4 4
is 'nothing grew in the second half' $status 0
says 'and it was looked at' out '^did not grow in the second half: -?[0-9]+ KiB private, 0 KiB of the recording$'
holds 'each call is counted' '[.processes[].devices[].allocations] | add >= 400000'
run_options=(--option recording=0)
no_report=(--no-report)
tracked soak 4e5 4e4 4
is 'without the limit it grows' $status 1
no_report=()

scene 'and the gate'
seconds=30 limited "$VRAMTRACK" gate --simulate --fail-on none --option recording=1M -o rec -- \
	"$HAZARDS/many_stacks" run 20000
is 'not covered' $status 3
says 'by this name' err 'lost: [0-9]+ calls whose stack was cut short'

finish
