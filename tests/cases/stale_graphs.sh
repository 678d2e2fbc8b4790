#!/usr/bin/env bash
# Memory is freed while its address stands in an executable graph: that is told, and fails where the
# graph is launched after it.
# shellcheck source=tests/cases/lib.sh
. "$(dirname "$0")/lib.sh"

facts='def stale: of("stale_graph"); def idle: of("stale_graph_idle");
	def is_whole: .bytes == 4 * MiB and .kind == "linear" and .device == 0 and
		any(.stack[]; .function == "drop_cache") and any(.allocation_stack[]; .function == "make_cache") and
		any(.graph_stack[]; .function == "make_exec");'

for node in kernel copy fill child; do
	scene "in a $node, launched after it"
	tracked stale_graphs launched $node
	is 'status is 0' $status 0
	holds 'one finding, with its three stacks' "$facts (stale | length) == 1 and (stale[0] | is_whole and .launched and .count == 1) and idle == []"
	limited "$VRAMTRACK" gate --fail-on stale_graph rec
	is 'the gate fails by it' $status 1
done
says 'in a sentence' err '^STALE GRAPH 4\.0 MiB of device memory on GPU 0 freed while its address stands in an executable graph, which was launched after that'
limited "$VRAMTRACK" report --show all rec
says 'with where the graph came from' out '^  the graph was made executable here:'

scene 'not launched since'
tracked stale_graphs idle
holds 'is no finding' "$facts stale == [] and (idle | length) == 1 and (idle[0] | is_whole and (.launched | not))"
limited "$VRAMTRACK" gate rec
is 'the gate is clean' $status 0
limited "$VRAMTRACK" gate --fail-on stale_graph_idle rec
is 'unless it is named' $status 1

scene 'the graph is destroyed, before or after'
tracked stale_graphs destroyed
holds 'nothing is told' "$facts stale == [] and idle == []"

for way in '' own; do
	scene "its ${way:-primary} context ended, and the graph with it"
	# shellcheck disable=SC2086 # none or one
	tracked stale_graphs reset $way
	is 'status is 0' $status 0
	holds 'nothing is told' "$facts stale == [] and idle == []"
done

scene 'the graph is updated to other addresses'
tracked stale_graphs updated
holds 'only what it has now counts' "$facts (stale | length) == 1 and (stale[0] | is_whole and .launched and .count == 1)"

scene 'a node is given other addresses'
tracked stale_graphs set
holds 'what it had is forgotten' "$facts stale == [] and idle == []"

scene 'a thousand graphs'
tracked stale_graphs many
holds 'one finding for one place' "$facts (stale | length) == 1 and (stale[0] | is_whole) and all(.processes[]; .lost == [])"

finish
