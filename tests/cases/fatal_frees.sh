#!/usr/bin/env bash
# Processes that end inside a free: the recording says what was freed, by whom, and
# that it was freed before.
. "$(dirname "$0")/lib.sh"

# With the driver that ends the process; the command sees by what signal.
fatal() {
	limited env LD_LIBRARY_PATH="$libraries/fatal_driver" \
		"$VRAMTRACK" run -o rec -- "$HAZARDS/fatal_frees" "$@"
}

# case | exit code | what must be found
while IFS='|' read -r case code filter; do
	scene "$case"
	fatal "$case"
	is 'the program ends so' $status "$code"
	holds 'exactly this' "def bad: of(\"bad_free\")[0]; def open: of(\"unfinished_free\")[0]; $filter"
done <<'TABLE'
array_twice|137|only("bad_free") and count("bad_free") == 1 and bad.unfinished and bad.reason == "double_free" and bad.result == null and bad.result_name == null and bad.kind == "array" and bad.bytes == 16384 and bad.api == "cuArrayDestroy" and bad.thread > 0 and (bad | through("free_again")) and any(bad.free_stack[]; .function == "free_first") and any(bad.allocation_stack[]; .function == "make_array")
array_live|137|only("unfinished_free") and open.unfinished and open.kind == "array" and open.allocation_api == "cuArrayCreate_v2" and open.free_stack == null and (open | through("free_again"))
event_twice|137|bytes("leak") == 16384 and count("bad_free") == 1 and bad.unfinished and bad.reason == "double_free" and bad.kind == "event"
memory_twice|137|only("bad_free") and bad.unfinished and bad.reason == "double_free" and bad.kind == "linear" and bad.bytes == MiB
never_seen|137|bytes("leak") == 16384 and count("bad_free") == 0 and open.reason == "unknown_pointer" and open.allocation_stack == null
array_by_event|137|count("unfinished_free") == 1 and open.reason == "unknown_pointer"
all_well|0|[found] == []
TABLE

scene 'in words'
fatal array_twice
"$VRAMTRACK" report --show findings,processes rec >text 2>/dev/null
says 'what, by whom, and that it was freed before' text \
	'^BAD FREE of 0x[0-9a-f]+, 16.0 KiB of array, by cuArrayDestroy: the process ended inside this call; freed before \(thread [0-9]+\)'
says 'where it ended' text '^  the process ended here:'
says 'where it was freed first' text '^  freed first here:'
says 'the end of the process stands above' text 'killed by signal 9 \(SIGKILL\)'
"$VRAMTRACK" gate rec >out 2>err
status=$?
is 'the gate fails' $status 1

finish
