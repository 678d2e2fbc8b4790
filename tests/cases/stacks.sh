#!/usr/bin/env bash
# Stacks that are easily cut short, and what other tools say of how they are taken.
. "$(dirname "$0")/lib.sh"

scene 'coroutines between pages that cannot be read'
tracked stacks guarded
is 'status is 0' $status 0
holds 'four leaks with four stacks' 'leaks | length == 4'
for function in load_weights load_cache load_table load_scratch; do
	holds "$function has its own" "leaked_by(\"allocate\") | any(.[]; through(\"$function\"))"
done
holds 'each is whole' 'all(leaks[]; .stack_unfinished == false)'
silent_about 'none is said to end early' err 'the stack ends here'

scene 'code without call frame information'
tracked stacks untabled
is 'status is 0' $status 0
if [ "$(uname -m)" = x86_64 ]; then
	holds 'what cannot be told apart is said to end early' \
		'leaked_by("allocate") | length == 1 and .[0].count == 2 and .[0].stack_unfinished'
	says 'so does the text' err '^    the stack ends here: no unwind information'
else
	skip 'what cannot be told apart is said to end early' 'the code in here is x86-64 code'
fi
scene 'the same in the text of a gate'
tracked stacks untabled
"$VRAMTRACK" gate rec >gate.txt 2>&1
[ "$(uname -m)" != x86_64 ] || says 'it is said there' gate.txt 'the stack ends here: no unwind'

scene 'a driver call while the loader is locked'
tracked stacks locked "$libraries/libstacks_plugin.so"
is 'status is 0' $status 0
holds 'both threads are recorded, with their stacks' \
	'[leaked_by("allocate")[] | select(through("allocate_in_thread")) | .count] | add == 3'
scene 'the first driver call while the loader is locked'
tracked stacks locked_first "$libraries/libstacks_plugin.so"
is 'status is 0' $status 0
holds 'it is recorded' 'leaked_by("call_driver_first") | length == 1'

scene 'valgrind'
if [ -n "$sanitizer_runtime" ]; then
	skip 'reports nothing' 'a sanitizer and valgrind do not go together'
elif command -v valgrind >/dev/null; then
	for case in 'threads short_lived' 'stacks untabled' 'findings leaks'; do
		read -r -a words <<<"$case"
		limited "$VRAMTRACK" run --simulate -o rec -- valgrind -q --log-file=valgrind.log \
			--error-exitcode=9 "$HAZARDS/${words[0]}" "${words[@]:1}"
		is "reports nothing of $case" $status 0
		is "and says nothing of $case" "$(wc -c <valgrind.log)" 0
	done
else
	skip 'reports nothing' 'valgrind is not installed (package valgrind)'
fi
finish
