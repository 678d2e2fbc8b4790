#!/usr/bin/env bash
# Jumps out of the recorder itself: no later call hangs, in no thread, and every call that the
# driver saw is recorded or counted as lost.
. "$(dirname "$0")/lib.sh"

[ "$(uname -m)" = x86_64 ] || skip_all 'the trap flag is that of x86-64'

# A call that was left may be in the record as well, or never have come to the driver.
accounted='[.processes[] | . as $p | ($calls[] | select(.pid == $p.pid) | .calls) as $seen |
	(([$p.devices[].kinds[] | select(.bucket != "held") | .allocations + .frees] | add // 0) +
	 ([$p.lost[] | select(.what == "jumps" or .what == "nested_calls" or .what == "recorder_left") |
	  .count] | add // 0)) - $seen | select(. < 0 or . > 1)] == []'

# case | places | the least that must have a recording
while IFS='|' read -r case places least; do
	scene "$case"
	library_path=$libraries/hooked_driver
	seconds=120 preloaded recorder_left "$case" "$places"
	is 'status is 0' $status 0
	silent_about 'no process hangs or dies' err '^step'
	is 'each process goes on to its end' "$(wc -l <out)" $((places + 1))
	jq -Rn '[inputs | split(" ") | {pid: (.[0] | tonumber), calls: (.[1] | tonumber)}]' <out >calls.json
	read_report
	is 'all calls are recorded or lost' \
		"$(jq --argjson calls "$(cat calls.json)" "$accounted" report.json 2>&1 | head -c 300)" true
	is "at least $least recordings" "$(($(jq '.processes | length' report.json) >= least))" 1
	[ "$case" = later_call ] || continue
	is 'some left it half changed' \
		"$(jq '[.processes[].lost[] | select(.what == "recorder_left")] | length > 0' report.json)" true
	"$VRAMTRACK" gate rec >out 2>err
	status=$?
	is 'the gate says not covered' $status 3
	says 'and why' err 'left the recorder in the middle'
done <<'TABLE'
later_call|40|41
other_waits|5|6
first_call|10|2
thread_ends|10|11
TABLE

finish
