#!/usr/bin/env bash
# What is found: classes, reasons, both stacks, the exact peak, names and lines.
. "$(dirname "$0")/lib.sh"

# case | what must be found
while IFS='|' read -r case filter; do
	for way in tracked preloaded; do
		scene "findings $case, $way"
		native findings "$case"
		mv out native.out
		$way findings "$case"
		same_files 'CUDA gives the same results' out native.out
		holds 'exactly this' "$filter"
	done
done <<'TABLE'
double_free|leaks == [] and (of("bad_free") | length) == 1 and count("bad_free") == 1 and all(of("bad_free")[]; .bytes == MiB and .kind == "linear" and .reason == "double_free" and through("second_free"))
double_free_often|(of("bad_free") | length) == 1 and count("bad_free") == 5
freed_and_reused|[found] == []
invalid_free|leaks == [] and count("bad_free") == 1 and all(of("bad_free")[]; .reason == "unknown_pointer" and through("second_free"))
inner_free|leaks == [] and count("bad_free") == 1
reset|leaks == [] and bytes("freed_by_reset") == 3 * MiB and all(of("freed_by_reset")[]; .count == 1 and through("first_allocation"))
free_after_reset|bytes("freed_by_reset") == 3 * MiB and count("bad_free") == 1 and all(of("bad_free")[]; .reason == "after_reset")
reset_keeps_stream_ordered|bytes("leak") == 5 * MiB and of("freed_by_reset") == []
out_of_memory|bytes("leak") == 3 * MiB and count("out_of_memory") == 1 and all(of("out_of_memory")[]; .bytes == 32 * 1048576 * MiB and through("refused_allocation"))
clean|[found] == []
leaks|bytes("leak") == 3 * MiB and only("leak")
TABLE

scene 'a double free shows all three stacks'
tracked findings double_free
stack_has='def has($name): any(.[]?; (.function // "") | test($name));'
holds 'where it was allocated' \
	"$stack_has all(of(\"bad_free\")[]; .allocation_stack | has(\"first_allocation\"))"
holds 'where it was freed first' \
	"$stack_has all(of(\"bad_free\")[]; .free_stack | has(\"first_free\"))"
says 'the text shows the double free' err 'double'
says 'and the function that freed first' err 'first_free'

scene 'the device is full'
export VRAMTRACK_SIMULATE=memory=256M
native findings until_full
mv out native.out
tracked findings until_full
unset VRAMTRACK_SIMULATE
same_files 'after as many allocations as alone' out native.out
holds 'one refusal' 'count("out_of_memory") == 1'
holds 'the rest leaks' "bytes(\"leak\") == $(grep -o '[0-9]*$' out) * 16 * MiB"

scene 'the third allocation is refused'
export VRAMTRACK_SIMULATE=fail_allocation=3
tracked findings until_full
unset VRAMTRACK_SIMULATE
is 'the program saw it' "$(cat out)" 'refused after 2'
holds 'one refusal of 16 MiB' 'count("out_of_memory") == 1 and bytes("out_of_memory") == 16 * MiB'

scene 'a reset by another thread'
export VRAMTRACK_SIMULATE=reset_at=1
tracked findings leaks
unset VRAMTRACK_SIMULATE
is 'the program ends' $status 0

scene 'the peak'
tracked peak
holds 'is exact' '.processes[0].devices[0].peak_bytes == 10 * MiB'
holds 'what was live at the end' 'live == 7 * MiB'
holds 'all allocations were counted' \
	'.processes[0].devices[0] | [.allocations, .frees] == [6, 3]'
holds 'leaks by call site' \
	'(leaked_by("weights") | sum) == 6 * MiB and (leaked_by("late") | sum) == MiB'
peak_by='def peak_by($name): [.processes[0].peak[] | select(through($name)) | .bytes] | add // 0;'
holds 'the peak is 6 MiB of weights and 4 MiB of scratch, nothing else' \
	"$peak_by peak_by(\"weights\") == 6 * MiB and peak_by(\"scratch\") == 4 * MiB and
	 ([.processes[0].peak[].bytes] | add) == 10 * MiB"
says 'the text says the peak' err '10(\.0+)? MiB'

scene 'C++ names, inline frames and lines'
tracked symbols
line_of() { grep -n "line $1" "$sources/symbols.cpp" | cut -d: -f1; }
holds 'an inline frame, with the line of the call in it' \
	"any(leaked_by(\"inlined_helper\")[0].stack[]; .inlined == true and
	     (.function | test(\"inlined_helper\")) and .line == $(line_of inlined) and (.file | test(\"symbols.cpp\$\")))"
holds 'and its caller, with its line' \
	"any(leaked_by(\"inlined_helper\")[0].stack[]; (.function | test(\"tensors::not_inlined\")) and
	     .inlined == false and .line == $(line_of caller))"
holds 'a template is demangled' 'leaked_by("tensors::tensor<double>::tensor") | length == 1'
holds 'a lambda is demangled' '[leaks[] | select(.bytes == 4 * MiB)] |
	all(.[]; any(.stack[]; (.function // "") | test("lambda"))) and length == 1'

scene 'Rust names'
tracked rust_names
holds 'legacy mangling' 'leaked_by("worker::cache::allocate") | length == 1 and .[0].bytes == MiB'
holds 'v0 mangling' 'leaked_by("worker::weights::load") | length == 1 and .[0].bytes == 2 * MiB'
holds 'what is no name stays as it is' '[leaks[] | select(any(.stack[]; .function == "_ZN_this_is_no_name"))] | length == 1'

scene 'a library without symbols'
tracked stripped
holds 'the frames on both sides are named' 'leaks | length == 1 and (.[0] | through("called_back") and through("main"))'
holds 'its own frames are module and offset' \
	'any(leaks[0].stack[]; (.module | test("libstripped.so$")) and .offset > 0)'

scene 'depth of stacks'
run_options=(--option depth=2)
tracked findings leaks
holds 'two frames are kept' 'leaks | length == 1 and (.[0].stack | map(select(.inlined | not)) | length) <= 2'

finish
