#!/usr/bin/env bash
# What was held when: the history in each recording, and events where they are asked for.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

# Of the only process; the history of its device 0.
h='def h: .processes[0].devices[] | select(.ordinal == 0) | .history;'
increases='def increases: . == sort;'
whole="$h $increases h as \$t | (\$t.begin_seconds | increases) and (\$t.begin_seconds[1:] == \$t.end_seconds[:-1]) and
	([\$t.begin_seconds, \$t.end_seconds, \$t.vram[], \$t.sites[].bytes] | map(length) | unique | length) == 1"
peak="$h (h.vram.most | max) == (.processes[0].devices[] | select(.ordinal == 0) | .peak_bytes)"

for way in preloaded tracked; do
	scene "a loop in time, $way"
	$way growth timed
	is 'status is 0' $status 0
	holds 'the history is whole' "$whole"
	holds 'it has points' "$h (h.begin_seconds | length) > 5"
	holds 'the most of all is the peak' "$peak"
	holds 'what was made first comes first' "$h h.vram.least[0] == 0 and first(h.vram.most[] | select(. > 0)) >= 64 * MiB"
	holds 'nothing is lost' "all(.processes[]; .lost == [] and .events == null)"
	holds 'the sites are there, and are parts of it' "$h h as \$t | (\$t.sites | length) >= 2 and
		all(range(\$t.begin_seconds | length); . as \$i |
			([\$t.sites[].bytes[\$i] // 0] | add) <= \$t.vram.last[\$i])"
	holds 'one of them rises' "$h any(h.sites[]; any(.stack[]; .function == \"keep\") and
		(.bytes | map(. // 0) | max) > 10 * 65536)"
done

scene 'marks have times'
tracked growth leak step
holds 'each second, or fourth, ...' '.processes[0].marks[0] | (.times_seconds | length) >= 32 and
	(.times_seconds | . == sort) and .times_every * (.times_seconds | length) >= 100 and
	.times_every * ((.times_seconds | length) - 1) < 100'

scene 'a process that is killed'
tracked growth killed
holds 'the history is whole' "$whole"
holds 'the most of all is the peak' "$peak"

scene 'events'
run_options=(--timeline=events)
tracked growth leak step
is 'status is 0' $status 0
holds 'each allocation and free is one' '.processes[0] | .events.dropped == 0 and .events.kept ==
	([.devices[].kinds[] | .allocations + .frees] | add)'
holds 'the history is whole' "$whole"

scene 'events, and room for a hundred'
run_options=(--timeline=events --option events=4000)
tracked growth leak step
holds 'the oldest are dropped' '.processes[0] | .events.kept == 100 and .events.dropped > 100 and
	.events.kept + .events.dropped == ([.devices[].kinds[] | .allocations + .frees] | add)'
holds 'that is said' 'any(.processes[0].notes[]; test("^events: the last 100 are kept, the [0-9]+ before them were dropped"))'

scene 'a limit that leaves no room for sites'
run_options=(--option recording=100K)
tracked growth timed
holds 'the history of the device is whole' "$whole"
holds 'that of sites is said to be missing' "$h h.sites == [] and any(.processes[0].lost[]; .what == \"timeline\")"

scene 'options'
tracked growth leak step
"$VRAMTRACK" run --timeline=never -- true >out 2>err
is 'a word that is none is refused' $? 2
says 'and those that are some are named' err "takes one of history, events, not 'never'"
VRAMTRACK_OPTIONS=output=rec:timeline=never preloaded growth leak step
says 'the shim says so too' err 'timeline=never is not history|events'

finish
