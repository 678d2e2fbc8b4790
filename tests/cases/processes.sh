#!/usr/bin/env bash
# Several processes under one command: fork, exec, spawn, shell scripts.
. "$(dirname "$0")/lib.sh"

findings=$HAZARDS/findings

# case, status, recordings, then what must hold
while IFS='|' read -r case wanted files filter; do
	for way in tracked preloaded; do
		scene "fork $case, $way"
		$way fork "$case"
		is "status is $wanted" $status "$wanted"
		is "recordings: $files" "$(recordings)" "$files"
		holds 'each process has exactly its own leaks' "$filter"
	done
done <<'TABLE'
both|0|2|(leaked_by("parent_allocates") | sum) == MiB and (leaked_by("child_allocates") | sum) == 2 * MiB and bytes("leak") == 3 * MiB
child_only|0|1|bytes("leak") == 2 * MiB and (leaked_by("child_allocates") | length) == 1
live_parent|0|1|bytes("leak") == 5 * MiB and (.processes | length) == 1
old_kernel|0|1|bytes("leak") == 5 * MiB and (.processes | length) == 1
live_parent_killed|137|1|bytes("leak") == 5 * MiB
double_fork|0|1|bytes("leak") == 2 * MiB
many|0|8|bytes("leak") == 36 * MiB and ([.processes[].pid] | unique | length) == 8
TABLE

scene 'fork, each with its exit status'
tracked fork both
holds 'the child of exit 3 is not given the status of its parent' \
	'[.processes[] | select(any(.findings[]; through("child_allocates"))) | .exit] | all(. == null or . == 3)'

scene 'exec after nothing was allocated'
tracked exec replace "$findings" leaks
is 'status is 0' $status 0
is 'one recording' "$(recordings)" 1
holds 'of the program that took over' 'bytes("leak") == 3 * MiB and (leaked_by("first_allocation") | length) == 1'

# Its constructor runs before ours: it is to the left of nothing.
scene 'exec before our constructor'
cp /bin/true not_in_PATH
touch may_not_be_run
export EARLY_EXEC=yes preload_last=$libraries/libearly_exec.so
preloaded fork child_only
unset EARLY_EXEC preload_last
is 'status is 0' $status 0
is 'each way to start a program starts it' "$(grep -cE '^early exec [0-9]+: 7$' out)" 13
is 'what PATH has not is not taken from the current folder' "$(grep -c '^early exec 11: 99$' out)" 1
holds 'and what follows is recorded' 'bytes("leak") == 2 * MiB'

scene 'exec with memory live'
tracked exec allocate_and_replace "$findings" leaks_and_fails
is 'status is that of the last program' $status 7
is 'two recordings' "$(recordings)" 2
holds 'both are shown' '(leaked_by("before_exec") | sum) == MiB and (leaked_by("first_allocation") | sum) == 3 * MiB'

scene 'exec that fails'
tracked exec failing_exec "$findings"
is 'status is 0' $status 0
holds 'recording went on' '(leaked_by("before_exec") | map(.count) | add) == 2'

# case, MiB that leak in this program itself
while read -r case own; do
	for way in tracked preloaded; do
		scene "exec $case, $way"
		$way exec "$case" "$findings" leaks_and_fails
		is 'status is passed on' $status 7
		holds 'the other program is seen' '(leaked_by("first_allocation") | sum) == 3 * MiB'
		holds "$own MiB are this program's" "(leaked_by(\"before_exec\") | sum) == $own * MiB"
	done
done <<'TABLE'
fork_exec  0
vfork_exec 1
spawn      1
TABLE

scene 'vfork and _exit'
tracked exec vfork_and_exit
is 'status is 0' $status 0
holds 'the parent is recorded to the end' 'count("leak") == 2 and (.processes | length) == 1'

scene 'system()'
tracked exec shell "$findings leaks_and_fails"
is 'status is passed on' $status 7
is 'the shell leaves no recording' "$(recordings)" 2
holds 'both programs are seen' 'bytes("leak") == 4 * MiB'

scene 'exec without our variables'
if [ -n "$sanitizer_runtime" ]; then
	skip 'status is passed on' "the simulated device does not start without the sanitizer's runtime"
else
	tracked exec empty_environment "$findings" leaks_and_fails
	is 'status is passed on' $status 7
fi

scene 'a shell script with several programs'
cat >script.sh <<SCRIPT
#!/bin/sh
"$findings" leaks >/dev/null
"$findings" clean >/dev/null
echo text | tr a-z A-Z
"$HAZARDS/peak" &
wait
"$findings" reset | cat
exit 4
SCRIPT
chmod +x script.sh
tracked ./script.sh
is 'status is that of the script' $status 4
is 'its output is whole' "$(cat out)" TEXT
is 'a recording for each program that allocates' "$(recordings)" 4
holds 'leaks of all' 'bytes("leak") == 10 * MiB and bytes("freed_by_reset") == 3 * MiB'
holds 'one process each' '[.processes[].command | tostring | test("findings|peak")] == [true, true, true, true]'

scene 'twelve processes with the same leak'
run_options=(--show processes)
tracked /bin/sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do "$1" leaks; done' sh "$findings"
is 'status is 0' $status 0
is 'twelve recordings' "$(recordings)" 12
is 'the leak is printed once' "$(grep -c '^LEAK' err)" 1
says 'with the sum of all' err '^LEAK in 12 processes: 36\.0 MiB in 12 allocations of device memory on GPU 0, by cudaMalloc'
is 'and its stack' "$(grep -c '^    #.* first_allocation' err)" 1
is 'each process has its line of totals' \
	"$(grep -cE '^  process [0-9]+ .*exited, status 0.*; GPU 0: 3\.0 MiB live, 3\.0 MiB peak, 1 allocation, 0 frees$' err)" 12
is 'and the command is named once' "$(grep -cE '/findings leaks$' err)" 1
says 'the verdict counts both, first' <(head -n 1 err) '^vramtrack: 12 leaks \(1 distinct\), 36\.0 MiB in 12 allocations'
"$VRAMTRACK" report rec >again
is 'report says it as run did' "$(grep -c '^LEAK in 12 processes' again)" 1

scene 'what one of two processes has alone'
tracked /bin/sh -c '"$1" leaks; "$1" leaks; "$1" leaks_and_fails; "$1" double_free; exit 0' sh "$findings"
is 'status is 0' $status 0
says 'the leak of two' err '^LEAK in [23] processes: '
says 'the bad free of one stands with its process' err '^BAD FREE in process [0-9]+: of '

finish
