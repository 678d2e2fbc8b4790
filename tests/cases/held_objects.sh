#!/usr/bin/env bash
# Objects that are never destroyed: call sites with how many, growth from mark to mark, and what is
# clean: pools that are made once, what ends with its context, what the runtime keeps for itself.
. "$(dirname "$0")/lib.sh"

facts='def grown: of("growth");
	def objects: [.processes[].held[] | select(.class == "held_object")];
	def kept: [.processes[].held[] | select(.class == "retained")];
	def only_primary: all(kept[]; .kind == "context" and .api == "cuDevicePrimaryCtxRetain" and
		.kept_by == {"name": "CUDA'"'"'s runtime", "file": null, "line": null});'

# case | kind that grows | function that makes it | left at the end
while IFS='|' read -r case kind maker left; do
	scene "a loop that keeps one a request: $case"
	# shellcheck disable=SC2086 # a case, an argument
	tracked held_objects $case
	is 'status is 0' $status 0
	holds 'is growth, of one object a mark, by its line' "$facts (grown | length) == 1 and
		all(grown[]; .kind == \"$kind\" and .objects_per_mark == 1 and .bytes_per_mark == 0 and .trend > 0.99 and
			.last_count - .first_count == .count and .last_count > 50 and .falls == 0 and
			any(.stack[]; .function == \"$maker\"))"
	holds 'which nothing leaked with it' "only(\"growth\") and live == 0"
	holds 'and what was not destroyed is told' "$facts ([objects[] | select(.kind == \"$kind\") | .count] == [$left | select(. > 0)]) and
		only_primary and .summary.held_object.occurrences == $left"
	says 'in text too' err "^GROWTH 1\.0 ${kind/graph_exec/executable graph}s a mark, by "
	limited "$VRAMTRACK" gate rec
	is 'the gate fails' $status 1
	limited "$VRAMTRACK" gate --fail-on growth:memory --fail-on leak rec
	is 'not where only memory counts' $status 0
done <<'TABLE'
graphs|graph_exec|make_exec|60
streams|stream|make_stream|60
streams until_the_end|stream|make_stream|0
TABLE
limited "$VRAMTRACK" gate --fail-on growth:objects rec
is 'only objects can count' $status 1
says 'the sentence names the kind' err '^GROWTH 1\.0 streams a mark, by cuStreamCreate'
limited "$VRAMTRACK" gate --fail-on growth:objects:memory rec
is 'both is neither' $status 2
says 'and is refused' err 'memory or objects, not .memory'

for case in 'graphs destroyed' pools other_thread million; do
	scene "no growth: $case"
	# shellcheck disable=SC2086
	tracked held_objects $case
	is 'status is 0' $status 0
	holds 'it was looked for, and there is none' "$facts [found] == [] and all(.processes[]; .growth.told)"
	holds 'the recording stays small' 'all(.processes[]; .lost == [])'
	is 'at most 1 MiB' "$(find rec -name '*.vramtrack' -size -2M | wc -l)" 1
	limited "$VRAMTRACK" gate rec
	is 'the gate is clean' $status 0
	[ "$case" = pools ] || continue
	holds 'a pool is told as it is' "$facts ([objects[] | [.kind, .count]] == [[\"stream\", 32], [\"event\", 10]])"
	says 'the gate tells it in a line' err '^  32 streams, 10 events$'
	limited "$VRAMTRACK" report rec
	says 'the report too' out '^objects: 32 streams, 10 events never destroyed \(--show objects\)$'
	limited "$VRAMTRACK" report --show objects rec
	says 'and by call site' out '^    32 streams on GPU 0, made in make_stream at .*held_objects.c:[0-9]+, by cuStreamCreate'
	says 'with what is not the program'"'"'s' out '^    1 context on GPU 0, kept by CUDA.s runtime, made in start '
	limited "$VRAMTRACK" gate --fail-on held_object rec
	is 'a policy may ask for none' $status 1
	says 'with the stack' err '^HELD OBJECT 32 streams, by cuStreamCreate'
	limited "$VRAMTRACK" gate --fail-on 'held_object:kind=event:>10x' rec
	is 'or for no more than so many' $status 0
	limited "$VRAMTRACK" gate --fail-on held_object --baseline known --update-baseline rec
	is 'a baseline keeps them' "$status $(grep -c ' held_object stream 0 32 ' known)" '0 1'
	limited "$VRAMTRACK" gate --baseline known rec
	is 'and is kept to without being asked' $status 0
	sed 's/ held_object stream 0 32 / held_object stream 0 31 /' known >fewer
	limited "$VRAMTRACK" gate --baseline fewer --fail-on held_object rec
	is 'one more than known fails' $status 1
	says 'which is said' err '^grown since the baseline, then 31 streams'
	echo 'held_object:make_stream' >rules
	limited "$VRAMTRACK" gate --fail-on held_object:kind=stream --suppressions rules rec
	is 'a rule suppresses them' $status 0
	for format in junit markdown sarif github; do
		limited "$VRAMTRACK" gate --fail-on held_object --report $format=report.$format rec
		says "as $format" report.$format '32 streams'
	done
done

scene 'with the bytes that were measured'
limited "$VRAMTRACK" run --simulate=model=h200 -o rec --no-report -- "$HAZARDS/held_objects" graphs
is 'status is 0' $status 0
holds 'growth has bytes a mark, by its line' "$facts (grown | length) == 1 and all(grown[]; .objects_per_mark == 1 and
	.bytes_per_mark > 1024 and .bytes_per_mark < 2 * MiB)"
holds 'and so have those that are left' "$facts all(objects[]; .kind == \"graph_exec\" and .bytes > 0 and .bytes % (2 * MiB) == 0)"
limited "$VRAMTRACK" report rec
says 'in text' out '^GROWTH 1\.0 executable graphs a mark \([0-9.]+ KiB\), by '
says 'of all' out '^objects: 60 executable graphs \([0-9.]+ MiB\) never destroyed'

scene 'a reset'
tracked held_objects reset
holds 'ends what lives in the context' "$facts (objects == []) and kept == []"

scene 'a context of its own, left'
tracked held_objects own_context
holds 'is told, with what is in it' "$facts ([objects[] | .kind] | sort) == [\"context\", \"stream\"]"
scene 'a context of its own, destroyed'
tracked held_objects own_context destroyed
holds 'took its stream along' "$facts objects == [] and only_primary"

scene 'odd handles'
tracked held_objects odd_handles
holds 'an unknown one is a bad free; what came after is right' \
	"$facts count(\"bad_free\") == 1 and only(\"bad_free\") and ([objects[] | [.kind, .count]] == [[\"stream\", 1]])"

scene 'a fork'
tracked held_objects forks
is 'status is 0' $status 0
holds 'the child has none of its parent' "$facts ([objects[] | [.kind, .count]] == [[\"stream\", 1]])"

finish
