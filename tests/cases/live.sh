#!/usr/bin/env bash
# What is done with a process while it runs: a snapshot of its recording, a mark from outside.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/live_lib.sh"

offset=10784 # of the places for requests: src/recording/format.h

scene 'a process that allocates all the time'
live endings busy
asks mark "$pid" 'phase 2'
is 'a mark is taken' $status 0
is 'at once: nothing is said' "$(cat asked asked.err)" ''
asks mark "$recording" 'phase 2'
is 'one by the recording too' $status 0
asks snapshot "$pid" -o copy.vramtrack
is 'a snapshot is made' $status 0
says 'and named' asked.err '^vramtrack: the snapshot is copy\.vramtrack$'
is 'nothing else is said: it is whole' "$(wc -l <asked.err)" 1
asks snapshot "$recording"
is 'one without a name gets one' "$status $(echo ./*.snapshot.vramtrack)" "0 ./endings.$pid.snapshot.vramtrack"
asks snapshot "$recording" -o "$recording"
is 'the recording itself is not written over' $status 2
ends KILL
holds 'the marks are in the recording' '[.processes[0].marks[] | [.name, .marker, .count]] == [["phase 2", "outside", 2]]'
asks report --format=json copy.vramtrack
is 'the snapshot is a recording' $status 0
is 'of a process that ran; what is live is no leak' "$(jq -c '.processes[0] | [.state, .pid] +
	([.findings[].class] | unique) + [.marks[0].count] + [any(.notes[]; test("snapshot"))]' asked)" "[\"running\",$pid,\"live\",2,true]"
is 'its sums agree' "$(jq -c '[.processes[0].lost, .processes[0].devices[0].live_bytes >= 3145728]' asked)" '[[],true]'
asks mark "$pid" late
is 'a process that has ended takes no mark' $status 4
asks mark "$recording" late
is 'nor does its recording' $status 4
says 'that is said' asked.err 'its process has ended: a mark would not be seen'
asks snapshot copy.vramtrack -o again.vramtrack
is 'a snapshot of a snapshot is the same' "$status $(cmp copy.vramtrack again.vramtrack && echo same)" '0 same'

scene 'a process that allocates nothing now'
live endings waits
asks mark "$pid" quiet
is 'the mark is left for it' $status 0
says 'that is said' asked.err '^vramtrack: the process does not allocate now: it takes the mark at its next allocation, or at its end$'
markers=()
for i in 2 3 4 5 6 7 8; do
	"$VRAMTRACK" mark "$pid" "quiet $i" 2>/dev/null &
	markers+=($!)
done
wait "${markers[@]}"
asks mark "$pid" 'one too many'
is 'places are bounded' $status 5
says 'that is said' asked.err 'has 8 marks that wait'
asks snapshot "$pid" -o copy.vramtrack
is 'a snapshot needs nobody who hears' $status 0
ends
holds 'each is there once the process is over' '.processes[0].marks | length == 8 and all(.[]; .count == 1 and .marker == "outside")'

scene 'what somebody else wrote into the places'
live endings busy
# state 1 of every place, no end of a name; then states that do not exist
for i in 0 1 2 3 4 5 6 7; do
	{ printf '\001\0\0\0\0\0\0\0'; head -c 120 /dev/zero | tr '\0' '\377'; } |
		dd of="$recording" bs=128 seek=$((offset + i * 128)) iflag=fullblock oflag=seek_bytes conv=notrunc 2>/dev/null
done
sleep 0.3
ends KILL
holds 'it is a name cut short, and the recording is whole' '.processes[0].lost == [] and
	all(.processes[0].marks[]; .marker == "outside") and (.processes[0].marks | length) <= 1'

scene 'bad input'
asks mark 4194304999 x
is 'no such process' $status 4
asks mark $$ x
is 'a process that is not tracked' $status 4
says 'that is said' asked.err "process $$ has no recording: it is not tracked"
asks mark $$
is 'no name' $status 2
asks mark $$ ''
is 'an empty name' $status 2
asks mark $$ "$(head -c 120 /dev/zero | tr '\0' x)"
is 'a long name' $status 2
echo text >no.vramtrack
asks mark no.vramtrack x
is 'no recording' $status 4
mkfifo pipe.vramtrack
asks mark pipe.vramtrack x
is 'a pipe' $status 4
asks snapshot pipe.vramtrack
is 'a pipe has no snapshot' $status 4
asks snapshot
is 'no process' $status 2
if [ "$(id -u)" = 0 ]; then
	live endings busy
	chown 65534 "$recording"
	for command in "mark $recording x" "snapshot $recording -o c.vramtrack"; do
		# shellcheck disable=SC2086 # words
		asks $command
		is "${command%% *} of another user's" $status 4
		says 'that is said' asked.err 'belongs to another user'
	done
	chown 0 "$recording"
	ends KILL
else
	skip "another user's recording" 'only root can make one'
fi

finish
