#!/usr/bin/env bash
# The recording is taken away while the program runs: the program goes on as it would
# alone, the loss is said, and the gate is not green.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$here/../../data/suppressions}"
export VRAMTRACK_SUPPRESSIONS_FOLDER
ulimit -c 0

same_as_alone() { # CASE...
	native taken_away "$@"
	local alone=$status
	mv out alone
	tracked taken_away "$@"
	is "taken_away $*: ends as alone" $status "$alone"
	same_files "taken_away $*: says the same" alone out
}
gated() {
	seconds=20 limited "$VRAMTRACK" gate --simulate --fail-on none -o rec -- \
		"$HAZARDS/taken_away" "$@"
}

# how | what the shim says, empty for nothing | what the gate says
while IFS='|' read -r how shim gate; do
	scene "the recording: $how"
	unaccounted='what follows is in no recording'
	same_as_alone file "$how"
	if [ -n "$shim" ]; then says 'the shim says it' err "^vramtrack: the recording .* $shim"
	else silent_about 'the shim says nothing of it' err 'vramtrack: the recording '; fi
	VRAMTRACK_OPTIONS=output=rec:report=0 preloaded taken_away file "$how"
	is 'under LD_PRELOAD alone too' $status 0
	rm -rf rec; mkdir rec
	gated file "$how"
	is 'the gate is not green' "$([ $status = 3 ] || [ $status = 4 ] || echo $status)" ''
	says 'and says why' err "$gate"
done <<'TABLE'
empty|was shortened while the program ran|taken_away, process [0-9]+: its recording .*was emptied
half|was shortened while the program ran|its recording .*was shortened
header|was shortened while the program ran|its recording .*was shortened
again|was written over, or its disk failed, while|its recording .*was written over
tail||lost: 1 recording shortened or written over while the program ran
removed||its recording in .*/rec is not there any more
moved||its recording in .*/rec is not there any more
short_junk|was shortened while the program ran|its recording .*is no recording any more
junk|was written over, or its disk failed, while|its recording .*is no recording any more
new_junk|was written over, or its disk failed, while|its recording .*is no recording any more
TABLE

for setup in handler signal ignored blocked; do
	scene "a program with SIGBUS $setup"
	unaccounted='what follows is in no recording'
	for late in '' late; do
		for how in empty half; do
			same_as_alone file $how $setup $late
		done
	done
done

scene 'faults that are not ours'
seconds=20 # each is over at once, or never
for setup in handler once none signal blocked ignored; do
	[ $setup = signal ] || same_as_alone own $setup # returns to the fault for ever
	same_as_alone kill $setup
done
same_as_alone own vfork
for setup in bsd_signal ssignal sysv_signal __sysv_signal; do same_as_alone kill $setup; done
unset seconds

scene 'killed with SIGKILL after so many calls'
under_way=1
for calls in 1 2 3 10 100 1000; do
	ask
	rm -rf rec; mkdir rec
	tracked taken_away pairs $calls
	is "after $calls: killed" $status 137
	holds "and $calls allocations are there" "bytes(\"leak\") == 64 * $calls"
done

finish
