#!/usr/bin/env bash
# A recording is right at every moment, however and whenever the process ends.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

# Memory freed after main has returned is not a leak, in both modes.
while read -r case leaked; do
	for way in tracked preloaded; do
		scene "late_frees $case, $way"
		if [[ $case == last_thread && $sanitizer_runtime == *libtsan* ]]; then
			skip 'status is 0' 'under ThreadSanitizer it does not end without the shim either'
			continue
		fi
		late_frees=1
		$way late_frees "$case"
		is 'status is 0' $status 0
		holds "$leaked MiB leak" "bytes(\"leak\") == $leaked * MiB and
			all(found; .class == \"leak\" or .class == \"late_free\")"
		[ "$case" != static_destructor ] || holds 'the late free is told, with both stacks' \
			'count("late_free") == 1 and bytes("late_free") == MiB and
			 all(of("late_free")[]; (.allocation_stack | length) > 0 and (.stack | length) > 0)'
		[ $way = preloaded ] || continue
		if [ "$leaked" = 0 ]; then
			silent_about 'the printed report speaks of no leak' err \
				'LEAK|[1-9][0-9]* allocations? not freed'
		else
			says 'the printed report speaks of the leak' err \
				'LEAK 1\.0 MiB|1048576 bytes in 1 allocations? not freed'
		fi
	done
done <<'TABLE'
static_destructor       0
local_static            0
at_exit                 0
at_exit_first           0
library_destructor      0
thread_local_destructor 0
last_thread             0
leaks_beside_destructor 1
leaks_at_exit           1
TABLE

# Every ending. The status is what a shell gives: 128 + n for signal n.
while read -r case wanted; do
	for way in tracked preloaded; do
		scene "endings $case, $way"
		$way endings "$case"
		is "status is $wanted" $status "$wanted"
		is 'one recording' "$(recordings)" 1
		holds 'exactly 3 MiB of `keeps` leak' \
			'bytes("leak") == 3 * MiB and count("leak") == 1 and (leaked_by("keeps") | length) == 1'
		[ $way = preloaded ] || holds 'the report has the exit status' \
			".processes[0].exit == $wanted"
	done
done <<'TABLE'
returns      3
immediate    3
quick        3
thread_exits 3
aborts       134
faults       139
killed       137
terminated   143
TABLE

scene 'exit while other threads allocate'
under_way=4
for attempt in 1 2 3 4 5; do
	tracked endings exit_amid_threads
	[ $status -eq 3 ] || break
done
is "status is 3 five times (attempt $attempt)" $status 3
holds 'what main keeps is a leak in each' '(leaked_by("keeps") | map(.bytes)) == [range(5) | 3 * MiB]'

scene 'read while the program runs'
mkfifo input
env LD_PRELOAD="$(preloads "$VRAMTRACK_PRELOAD")" LD_LIBRARY_PATH="$SIMULATE_DIR" VRAMTRACK_OPTIONS=output=rec \
	"$HAZARDS/endings" waits <input >out 2>err &
child=$!
exec 9>input
for _ in $(seq 100); do grep -q ready out && break; sleep 0.1; done
holds 'live bytes are there' 'live == 3 * MiB'
holds 'nothing is called a leak yet' 'leaks == []'
holds 'there is no exit status yet' '.processes[0].exit == null'
ask
exec 9>&-
wait $child
status=$?
is 'the program ends as alone' $status 3
holds 'now it is a leak' 'bytes("leak") == 3 * MiB'

scene 'read again and again while the program allocates, then killed'
env LD_PRELOAD="$(preloads "$VRAMTRACK_PRELOAD")" LD_LIBRARY_PATH="$SIMULATE_DIR" VRAMTRACK_OPTIONS=output=rec \
	"$HAZARDS/endings" busy >out 2>err &
child=$!
for _ in $(seq 100); do grep -q ready out && break; sleep 0.1; done
bad=0
for _ in $(seq 20); do
	read_report
	jq -e "$words live >= 3 * MiB and live <= 3 * MiB + 65536" report.json >/dev/null || bad=$((bad + 1))
done
is 'every one of 20 reports is consistent' $bad 0
kill -KILL $child
wait $child 2>/dev/null
status=137
holds 'after SIGKILL `keeps` is a leak' '(leaked_by("keeps") | sum) == 3 * MiB'
holds 'at most one allocation more is live' 'live <= 3 * MiB + 65536'

# The report at the end under LD_PRELOAD alone, and the options about it.
scene 'report at exit'
PATH=$(dirname "$VRAMTRACK"):$PATH preloaded endings returns
is 'status is 3' $status 3
says 'it has the leak' err 'LEAK 3\.0 MiB'
says 'and its function' err ' keeps '
is 'standard output is the program'\''s' "$(cat out)" ''

scene 'report at exit without the command'
if [ -x "${INSTALLED_COMMAND:-}" ]; then
	skip 'the plain report' "the command is installed: $INSTALLED_COMMAND"
else
	preloaded /usr/bin/env PATH=/nowhere "$HAZARDS/endings" returns
	is 'status is 3' $status 3
	says 'the totals are there' err '3145728 bytes in 1 allocation'
	says 'and where the recording is' err "$PWD/rec/endings\\.[0-9]+\\.vramtrack"
fi

scene 'option report=0'
VRAMTRACK_OPTIONS=output=rec:report=0 preloaded endings returns
is 'nothing is printed' "$(cat err)" ''
is 'the recording is there' "$(recordings)" 1

scene 'option keep=0'
unaccounted='the recording is removed'
PATH=$(dirname "$VRAMTRACK"):$PATH VRAMTRACK_OPTIONS=output=rec:keep=0 preloaded endings returns
says 'the report is there' err 'LEAK 3\.0 MiB'
is 'the recording is gone' "$(recordings)" 0

scene 'option announce=1'
VRAMTRACK_OPTIONS=output=rec:announce=1 preloaded endings killed
says 'says where the recording is, although the program is killed' err \
	"$PWD/rec/endings\\.[0-9]+\\.vramtrack"

scene 'option free_stacks=0'
VRAMTRACK_OPTIONS=output=rec:free_stacks=0 preloaded findings double_free
holds 'the first free has no stack, the allocation has' \
	'of("bad_free") | length == 1 and all(.[]; .free_stack == null and (.allocation_stack | length) > 0)'

# Threads that free each other's memory.
for way in tracked preloaded; do
	scene "threads exchange, $way"
	$way threads exchange
	is 'status is 0' $status 0
	holds 'exactly the five that were kept leak' \
		'bytes("leak") == 5 * 4096 and count("leak") == 5 and only("leak")'
	holds 'every allocation and free was counted' \
		'[.processes[].devices[] | [.allocations, .frees]] | add == [32000, 31995]'
	holds 'nothing was lost' 'all(.processes[]; .lost == [])'
done

scene 'many short-lived threads'
tracked threads short_lived
holds 'one leak' 'bytes("leak") == 4096 and count("leak") == 1 and only("leak")'

# Stacks after dlclose and dlopen at the same address.
scene 'reopen alternate'
tracked reopen alternate "$libraries/libplugin_a.so" "$libraries/libplugin_b.so"
is 'status is 0' $status 0
for plugin in a b; do
	holds "plugin $plugin has its own four leaks" \
		"(leaked_by(\"plugin_${plugin}_inner\") | map(.count) | add) == 4 and
		 all(leaked_by(\"plugin_${plugin}_inner\")[];
		     through(\"plugin_${plugin}_allocates\") and through(\"main\"))"
done
holds 'no leak has both plugins in its stack' \
	'all(leaks[]; (through("plugin_a_inner") and through("plugin_b_allocates")) | not)'

scene 'reopen stays'
tracked reopen stays "$libraries/libplugin_a.so" "$libraries/libplugin_b.so"
holds 'one leak for each plugin' \
	'(leaked_by("plugin_a_inner") | length) == 1 and (leaked_by("plugin_b_inner") | length) == 1'

finish
