#!/usr/bin/env bash
# The exit status of `vramtrack run` is the program's own, or what was asked for.
. "$(dirname "$0")/lib.sh"

# status wanted | options of run | program and case
while IFS='|' read -r wanted options what; do
	scene "run $options $what"
	# shellcheck disable=SC2206
	run_options=($options)
	# shellcheck disable=SC2086
	tracked $what
	is "status is $wanted" $status "$wanted"
done <<'TABLE'
0||findings clean
0||findings leaks
7||findings leaks_and_fails
0|--error-exitcode=33|findings clean
33|--error-exitcode=33|findings leaks
33|--error-exitcode=33|findings double_free
33|--error-exitcode=33|findings invalid_free
33|--error-exitcode=33|findings out_of_memory
0|--error-exitcode=33|findings reset
7|--error-exitcode=33|findings leaks_and_fails
7|--error-exitcode=33|findings clean_but_fails
255|--error-exitcode=255|findings leaks
33|--error-exitcode=33 --no-report|findings leaks
0|--error-exitcode=33|/bin/true
1|--error-exitcode=33|/bin/false
134|--error-exitcode=33|endings aborts
137|--error-exitcode=33|endings killed
139||endings faults
3|--error-exitcode=33|endings returns
TABLE

# What fails one, fails the other: each class of findings, by both.
while read -r what; do
	scene "run --error-exitcode and gate, $what"
	# shellcheck disable=SC2086
	limited "$VRAMTRACK" gate --simulate --no-default-suppressions -o rec -- "$HAZARDS/${what%% *}" ${what#* }
	gated=$status
	run_options=(--error-exitcode=1)
	# shellcheck disable=SC2086
	tracked $what
	is 'have one status' $status "$gated"
done <<'TABLE'
findings clean
findings leaks
findings double_free
findings reset
findings out_of_memory
TABLE

scene 'report is about recordings, not about the program'
tracked findings leaks
limited "$VRAMTRACK" report rec/*.vramtrack
is 'status is 0' $status 0
says 'the text ends with a verdict' <(tail -n 3 out) '[0-9]'

scene 'a leak in a child'
run_options=(--error-exitcode=33)
tracked fork child_only
is 'status is 33' $status 33

scene 'a signal to the command goes to the program'
mkfifo input
"$VRAMTRACK" run --simulate -o rec -- "$HAZARDS/endings" waits <input >out 2>err &
child=$!
exec 9>input
for _ in $(seq 100); do grep -q ready out && break; sleep 0.1; done
kill -TERM $child
wait $child
status=$?
exec 9>&-
is 'status is 143' $status 143
holds 'the recording is complete' 'bytes("leak") == 3 * MiB and .processes[0].exit == 143'

scene 'the report of run'
tracked findings leaks
says 'is on standard error' err 'first_allocation'
silent_about 'not on standard output' out 'vramtrack|leak'
run_options=(--no-report)
tracked findings leaks
silent_about 'not there with --no-report' err 'first_allocation'
run_options=(--format=json --report-file=written.json)
tracked findings leaks
is 'JSON in a file of choice' "$(jq -r .schema written.json)" vramtrack-report/1

scene 'help'
for arguments in '--help' 'run --help' 'report --help' '--version'; do
	# shellcheck disable=SC2086
	limited "$VRAMTRACK" $arguments
	is "$arguments: status is 0" $status 0
	is "$arguments: something on standard output, nothing on standard error" \
		"$([ -s out ] && echo yes) $(wc -c <err)" 'yes 0'
done

finish
