#!/usr/bin/env bash
# Wrong frees: what was wrong with each, and of which allocation it was.
. "$(dirname "$0")/lib.sh"

# case | what must be found
while IFS='|' read -r case filter; do
	scene "$case"
	native bad_frees "$case"
	is 'the program runs alone' $status 0
	mv out native.out
	tracked bad_frees "$case"
	same_files 'CUDA gives the same results' out native.out
	holds 'exactly this' "def bad: of(\"bad_free\")[0]; $filter"
done <<'TABLE'
host_pointer|count("bad_free") == 1 and bad.reason == "host_pointer" and bytes("leak") == MiB
pinned_by_free|count("bad_free") == 1 and bad.reason == "wrong_family" and bad.kind == "pinned_host" and bad.bytes == MiB and leaks == []
device_by_free_host|count("bad_free") == 1 and bad.reason == "wrong_family" and bad.kind == "linear" and any(bad.allocation_stack[]; .function == "allocate") and leaks == []
mipmap_by_array|count("bad_free") == 1 and bad.reason == "refused" and bad.kind == "mipmapped_array" and leaks == []
interior|count("bad_free") == 1 and bad.reason == "interior" and bad.bytes == MiB and any(bad.allocation_stack[]; .function == "allocate") and leaks == []
interior_of_pinned|count("bad_free") == 1 and bad.reason == "interior" and bad.kind == "pinned_host" and leaks == []
double_free_by_stream|count("bad_free") == 1 and bad.reason == "double_free" and bad.kind == "stream_ordered" and leaks == []
double_destroy_of_array|count("bad_free") == 1 and bad.reason == "double_free" and bad.kind == "array" and leaks == []
after_its_context|count("bad_free") == 1 and bad.reason == "after_reset" and bytes("freed_by_reset") == 2 * MiB
taken_by_the_driver|[found] == []
during_a_capture|only("leak") and bytes("leak") == 2 * MiB and ([leaks[].refused_frees[]] | length == 1) and (leaks[0].refused_frees[0] | .result == 900 and .result_name == "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED" and .live_count == 2 and .count == 2 and .thread > 0 and any(.stack[]; .function == "free_all") and any(.stack[]; .file and .line > 0))
at_many_places|only("leak") and bytes("leak") == 7 * MiB and (leaks[0].refused_frees | length == 5 and (map(.live_count) | add == 7) and .[0].stack == [] and .[0].count == 3 and all(.[1:][]; .count == 1 and any(.stack[]; .function == "free_at")))
captured|only("bad_free") and count("bad_free") == 1 and bad.reason == "graph_address" and bad.kind == "graph" and bad.bytes == MiB and any(bad.allocation_stack[]; .function == "define")
never_registered|count("bad_free") == 1 and bad.reason == "unknown_pointer" and bad.result == 713 and bytes("leak") == MiB
TABLE

scene 'freed on another device'
export VRAMTRACK_SIMULATE=devices=2
native bad_frees on_another_device
mv out native.out
tracked bad_frees on_another_device
same_files 'CUDA gives the same results' out native.out
holds 'what the driver took is no finding' \
	'[found] == []'
unset VRAMTRACK_SIMULATE

# What keeps physical memory, and what stands in the way of its addresses.
while IFS='|' read -r case filter; do
	scene "vmm $case"
	tracked vmm "$case"
	is 'status is 0' $status 0
	holds 'exactly this' "def bad: of(\"bad_free\")[0]; def kept: [leaks[].references[]? | [.how, .count]]; $filter"
done <<'TABLE'
never_released|bytes("leak") == 2 * MiB and kept == [["handle", 1]] and leaks[0].references[0].stack == []
released_but_mapped|kept == [["handle", 0], ["mapping", 1]] and (leaks[0].references[1] | any(.stack[]; .function == "released_but_mapped") and .bytes == 2 * MiB and (.address | startswith("0x")))
retained|kept == [["handle", 1]] and any(leaks[0].references[0].stack[]; .function == "map_and_retain")
addresses_first|count("bad_free") == 1 and bad.reason == "still_mapped" and bad.kind == "address_reservation" and any(bad.free_stack[]; .function == "map_at") and kept == [["handle", 0], ["mapping", 1]] and [leaks[].refused_frees[] | [.api, .result]] == [["cuMemUnmap", 1]]
addresses_twice|only("bad_free") and bad.reason == "double_free"
one_unmap_for_all|[found] == []
retained_and_released|[found] == []
TABLE
scene 'the same in words'
tracked vmm addresses_first
"$VRAMTRACK" report --show findings rec >text 2>/dev/null
says 'the leak' text '^  released, still mapped at 0x[0-9a-f]+; mapped here:$'
says 'the refused unmap' text '^  a free was refused here: CUDA_ERROR_INVALID_VALUE \(1\), by cuMemUnmap'
says 'the addresses' text '^BAD FREE of .*: memory is still mapped there'
says 'and by whom' text '^  mapped here:$'

scene 'a refused free stands with the leak in every format'
tracked bad_frees during_a_capture
"$VRAMTRACK" report --show findings rec >text 2>/dev/null
says 'the text has the code, the thread and how many' text \
	'a free of each of them was refused here: CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED \(900\), by .*cuMemFree_v2.*, thread [0-9]+, 2 times'
says 'and the stack' text '#.* free_all at '
"$VRAMTRACK" gate --report json=gate.json --report markdown=gate.md --report junit=gate.xml \
	--report sarif=gate.sarif rec >/dev/null 2>err
status=$?
is 'the gate finds the leak' $status 1
is 'the gate has it in JSON' "$(jq -c '[.gate.findings[].refused_frees[]?.result]' gate.json)" '[900]'
says 'in Markdown' gate.md 'was refused here'
says 'in JUnit' gate.xml 'was refused here'
is 'in SARIF it is a stack' \
	"$(jq '[.runs[].results[].stacks[] | select(.message.text == "a free was refused here")] | length' gate.sarif)" 1

finish
