#!/usr/bin/env bash
# A process that is checkpointed holds nothing on the card until it is restored: by whoever calls.
. "$(dirname "$0")/lib.sh"

words+='
def periods: [.processes[].checkpoints[]];
def away: [.processes[] | select(.checkpointed)];
'

scene 'by itself'
native checkpoints itself
mv out native.out
tracked checkpoints itself
is 'status is 0' $status 0
same_files 'same output as alone' out native.out
holds 'from when to when, and what' 'away == [] and (periods | length) == 1 and
	all(periods[]; .how == "call" and .bytes == 3 * MiB and .from_seconds <= .to_seconds and .times == 1 and
		(.stack | any(.function == "move_away")))'
says 'as text' err '^checkpointed: 3\.0 MiB were off the card from .* after the start, by (itself|move_away)'
holds 'its books are as they were' 'bytes("leak") == 3 * MiB and only("leak")'
ask
"$VRAMTRACK" report --format=openmetrics rec >metrics
says 'no gauge after it' metrics '^vramtrack_checkpointed\{.*\} 0$'

scene 'many times'
tracked checkpoints itself 700
is 'status is 0' $status 0
holds 'all are counted, and it is on the card' 'away == [] and ([periods[].times] | add) == 700 and (periods | length) == 256'
says 'as text' err ', the last of 700 times'

# ---- The end comes first: nothing may be asked of a driver that does not answer ------------

scene 'marks while it is away'
seconds=20
tracked checkpoints marks
is 'status is 0' $status 0
holds 'they are kept, without an account' '[.processes[].marks[] | select(.name == "away") | .count] == [3] and
	all(.processes[].accounts[]; .label == null)'

for state in locked away; do
	scene "a process that ends $state"
	seconds=20
	tracked checkpoints "ends_$state"
	is 'status is 0' $status 0
	holds 'it ended by itself' 'all(.processes[]; .state == "exited") and bytes("leak") == 3 * MiB'
	holds 'nobody was asked at its end' 'all(.processes[].accounts[]; .moment != "end")'
done
holds 'it is said' '(away | length) == 1 and all(periods[]; .how == "call" and .to_seconds == null and .bytes == 3 * MiB)'
says 'as text' err '^checkpointed: 3\.0 MiB are off the card since .*; until it is restored it holds nothing on any device'
ask
"$VRAMTRACK" report --format=openmetrics rec >metrics
says 'a gauge of it' metrics '^vramtrack_checkpointed\{.*\} 1$'
says 'and its bytes' metrics '^vramtrack_off_card_bytes\{.*\} 3145728$'

scene 'what does not succeed'
native checkpoints refusals
mv out native.out
tracked checkpoints refusals
is 'status is 0' $status 0
same_files 'same output as alone' out native.out
holds 'is nothing' 'periods == [] and away == []'

# ---- By another process ----------------------------------------------------------------------

scene 'by a parent that has no memory'
tracked checkpoints by_parent
is 'status is 0' $status 0
holds 'it is told of the child alone, with who called' '(.processes | length) == 2 and
	([.processes[] | select(.checkpoints != [])] | length) == 1 and
	all(.processes[] | select(.checkpoints != []); .pid as $pid | .devices[0].allocations > 0 and
		all(.checkpoints[]; .by != $pid and .bytes == null and .to_seconds != null and
			(.stack | any(.function == "move_away"))))'
says 'as text' err '^checkpointed: process [0-9]+: its memory was off the card from .*, by process [0-9]+ in move_away'

scene 'by a parent, to the end'
seconds=20
tracked checkpoints child_ends_away
is 'status is 0' $status 0
holds 'the child held nothing at its end' '(away | length) == 1 and all(away[].checkpoints[]; .to_seconds == null)'
ask
# The parent's recording is missing: the child itself found it at its end.
for file in rec/*.vramtrack; do
	[ "$("$VRAMTRACK" report --format=json "$file" | jq '[.processes[].devices[].allocations] | add // 0')" -gt 0 ] || rm "$file"
done
holds 'without its parent it knows that it was' '(away | length) == 1 and all(periods[]; .how == "found" and .from_seconds == null)'

scene 'while it is away'
mkfifo input
"$VRAMTRACK" run --simulate -o rec --no-report -- "$HAZARDS/checkpoints" live <input >out 2>err &
runner=$!
exec 7>input
for _ in $(seq 100); do [ -s out ] && break; sleep 0.05; done
timeout 20 "$VRAMTRACK" top --once rec >screen 2>&1
says 'top shows it' screen ' 0 B .*\[checkpointed: 3\.0 MiB off the card\]'
says 'and counts it on no device' screen '^vramtrack top .*  0 B of device memory live'
timeout 20 "$VRAMTRACK" report --format=openmetrics rec >metrics 2>/dev/null
says 'so do metrics' metrics '^vramtrack_off_card_bytes\{.*\} 3145728$'
exec 7>&-
wait $runner
is 'it goes on' $? 0
holds 'and is back' 'away == [] and (periods | length) == 1'

# ---- No checkpoint -----------------------------------------------------------------------------

scene 'a driver that opens no device'
if [ -e /dev/nvidiactl ] || [ -e /dev/dxg ] || [ -e /dev/nvmap ]; then
	skip 'it is not said to be away' "NVIDIA's devices are here"
else
	# the simulated one, which nothing tells as such
	mkdir other
	sed 's/vramtrack_simulated_driver/vramtrack_simulated_drivex/g' "$SIMULATE_DIR/libcuda.so.1" >other/libcuda.so.1
	ln -s "$SIMULATE_DIR"/libcudart.so* "$SIMULATE_DIR"/libnvidia-ml.so* other/
	library_path=$PWD/other
	unaccounted='the driver is another'
	preloaded findings leaks
	holds 'it is not said to be away' 'away == [] and periods == [] and count("leak") > 0 and
		any(.processes[].accounts[]; .moment == "end") and all(.processes[]; .simulated | not)'
fi

finish
