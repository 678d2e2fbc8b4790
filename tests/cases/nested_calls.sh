#!/usr/bin/env bash
# Calls that never return, and calls in the middle of others: what a driver counts is
# what was recorded and what was counted as lost.
. "$(dirname "$0")/lib.sh"

lost='def lost($what): [.processes[].lost[] | select(.what == $what) | .count] | add // 0;
def recorded: [.processes[].devices[].kinds[] | select(.bucket != "held") | .allocations + .frees] | add // 0;'

# case | calls left | in handlers and not recorded | frees among the first,
# which are in the record too | bytes that leak
while IFS='|' read -r case jumps nested twice leaks; do
	scene "$case"
	library_path=$libraries/hooked_driver
	native nested_calls "$case"
	is 'the program works alone' $status 0
	mv out native.out
	preloaded nested_calls "$case"
	is 'status is 0' $status 0
	[ "$case" = storm ] || same_files 'same output' out native.out
	holds 'every call that the driver counts is recorded or lost' \
		"$lost recorded + lost(\"jumps\") + lost(\"nested_calls\") == $(cat out) + $twice"
	[ "$case" = storm ] && continue
	# Whether the words of a frame that was left still stand decides how sure the recorder is.
	if [ "$case" = jump_from_both ]; then
		holds '2 left, and the next call is recorded or counted' "$lost lost(\"jumps\") == 2 and
			bytes(\"leak\") + lost(\"nested_calls\") * MiB == MiB"
		continue
	fi
	holds "$jumps left, $nested not recorded" \
		"$lost lost(\"jumps\") == $jumps and lost(\"nested_calls\") == $nested"
	holds "$leaks bytes leak" "bytes(\"leak\") == $leaks and only(\"leak\")"
done <<'TABLE'
jump_from_free|1|0|1|10 * MiB
jump_to_older|1|0|0|0
jump_and_retry|3|0|0|MiB
exception|5|0|0|MiB
handler_leaks|0|0|0|2000 * 1024
callback_leaks|0|0|0|1024
storm|0|0|0|0
jump_from_both|2|0|0|MiB
jump_from_inner|1|0|0|2 * MiB + 1024
coroutines|0|2|0|2 * MiB + 2 * 1024
ends_inside|1|0|0|0
thread_exits|1|0|0|MiB
thread_cancelled|1|0|0|MiB
driver_itself|0|0|0|0
TABLE

# The child's own call is not counted by the parent's driver.
scene 'exit while other threads are in a call'
library_path=$libraries/hooked_driver
preloaded nested_calls exit_amid_calls
is 'status is 0' $status 0
holds 'what they have under way is counted, in the parent alone' "$lost"'
	([.processes[] | [.lost[] | select(.what == "jumps") | .count] | add // 0] | sort) == [0, 2]'
holds 'every call that the driver counts is recorded or lost' \
	"$lost recorded + lost(\"jumps\") == $(cat out) + 1"
"$VRAMTRACK" gate --fail-on=none rec >out 2>err
is 'the gate says not covered' $? 3
says 'and why' err '2 call.*end of the thread or the process'

scene 'what was not seen is not green'
library_path=$libraries/hooked_driver
preloaded nested_calls jump_to_older
"$VRAMTRACK" gate rec >out 2>err
status=$?
is 'the gate says not covered' $status 3
says 'and why' err 'left by a jump'

finish
