#!/usr/bin/env bash
# Memory of graphs: what launches leave allocated, and who defined it.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

kind_live='def kind_live($kind): [.processes[].devices[].kinds[] | select(.kind == $kind) | .live_bytes] | add // 0;'
lost_none='all(.processes[]; .lost == [])'

# program and case | what the graph's memory was defined in | rows | bytes that stay
while IFS='|' read -r case definer number bytes; do
	scene "$case"
	case=${case/PLUGIN/$libraries/libcapture_plugin.so}
	# shellcheck disable=SC2086 # a program, a case, an argument
	tracked $case
	is 'status is 0' $status 0
	holds "$bytes bytes stay, by the stack of $definer" \
		"$kind_live bytes(\"leak\") == $bytes and count(\"leak\") == $number and
		 ([found | select(.class != \"leak\")] == []) and kind_live(\"graph\") == $bytes and
		 all(leaks[]; .kind == \"graph\" and through(\"$definer\") and .device == 0)"
	holds 'every node was followed' "$lost_none"
done <<'TABLE'
graphs left|allocation_node|1|3145728
graphs launched_while_live|allocation_node|1|3145728
captures freed_on_launch|captured_allocation|1|3145728
graphs generic|generic_node|2|3145728
graphs in_child|allocation_node|1|3145728
graphs freed_by_another again|allocation_node|1|3145728
captures per_thread|captured_on_own_stream|1|3145728
captures runtime|captured_by_runtime|1|3145728
captures unloaded PLUGIN|captured_by_plugin|1|3145728
TABLE

while read -r case; do
	scene "$case"
	# shellcheck disable=SC2086
	tracked $case
	is 'status is 0' $status 0
	holds 'no memory is live' "$kind_live live == 0 and kind_live(\"graph\") == 0"
	holds 'no finding' '[found | select(.class != "stale_graph_idle")] == []'
	holds 'every node was followed' "$lost_none"
done <<'TABLE'
graphs left_and_freed
graphs never_launched
graphs launched_while_live freed
captures freed_on_launch freed
captures captured
captures plain_capture
graphs freed_by_another
graphs in_child freed
graphs updated
captures captured_often
captures many_threads
TABLE

scene 'the API of a leak is what defined it'
no_report=()
tracked captures freed_on_launch
holds 'the call of the capture' 'all(leaks[]; .api == "cuMemAllocAsync")'
holds 'three launches allocated, and two freed before them' \
	'[.processes[].devices[].kinds[] | select(.kind == "graph") | .allocations, .frees] == [3, 2]'
says 'the text says what it is' err 'memory of a graph'
no_report=(--no-report)

scene 'executables are counted'
tracked captures plain_capture
holds 'two are held at the end' \
	'[.processes[].devices[].kinds[] | select(.kind == "graph_exec") | .live_count] == [2]'

while read -r case bytes; do
	scene "$case"
	export VRAMTRACK_SIMULATE=memory=256M
	tracked graphs "$case"
	unset VRAMTRACK_SIMULATE
	is 'status is 0' $status 0
	holds "one refusal of $bytes bytes of a graph, and nothing else" \
		"count(\"out_of_memory\") == 1 and bytes(\"out_of_memory\") == $bytes and only(\"out_of_memory\") and
		 all(of(\"out_of_memory\")[]; .kind == \"graph\") and live == 0"
done <<'TABLE'
too_much_for_a_launch 419430400
too_much_for_a_node   314572800
TABLE

scene 'an executable destroyed twice'
tracked graphs destroyed_twice
holds 'is a bad free' \
	'count("bad_free") == 1 and all(of("bad_free")[]; .reason == "double_free" and .kind == "graph_exec")'

finish
