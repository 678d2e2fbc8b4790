#!/usr/bin/env bash
# What stayed behind between two marks: by owner and call site, and a rule of the gate.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/live_lib.sh"
no_report=(--no-report)

# reported [OPTION...]: what became of memory between the marks
reported() { "$VRAMTRACK" report "$@" rec >text 2>err; status=$?; }
# judged RULE
judged() {
	printf '[gate]\nfail-on = none\nmust-release: %s\n' "$1" >policy
	"$VRAMTRACK" gate --policy policy rec >text 2>err
	status=$?
}

for case in releases forgets; do
	scene "$case"
	VRAMTRACK_SIMULATE=model=h200 tracked sleeper $case
	is 'status is 0' $status 0
	left=$([ $case = forgets ] && echo 268435456 || echo 0)
	reported --format=json --between awake,asleep
	is 'the report is made' $status 0
	is 'what the program held at both, and the context' "$(jq -c '
		[.processes[].between[] | (.owners[] | select(.owner == "the program") | .before_bytes, .after_bytes),
		 .after_bytes - .before_bytes]' text)" \
		"[805306368,$left,$((left - 805306368))]"
	judged 'awake..asleep >= 800M'
	is 'the gate asks for more than it released' $status 1
	says 'and says so, with file and line' err \
		'^vramtrack gate: findings: policy:3: must-release awake\.\.asleep >= 800\.0 MiB: process [0-9]+ released [0-9.]+ MiB of 1\.3 GiB, [0-9.]+ MiB is still held .*'
	judged 'awake..asleep >= 500M'
	is 'and for no more than that' $status 0
	judged 'awake..asleep >= 58%'
	is 'a share is one of what was held' $status $((left > 0))
done

scene 'in text'
VRAMTRACK_SIMULATE=model=h200 tracked sleeper forgets
reported --between awake,asleep
says 'what was released, and what is left' text \
	'^GPU 0, from awake to asleep: 512\.0 MiB released \(40 %\), 774\.0 MiB still held$'
says 'an owner in a line' text '^ +768\.0 MiB +256\.0 MiB +-512\.0 MiB  the program \(tracked\)$'
says 'who holds it' text '^ +256\.0 MiB +256\.0 MiB +0 B  take_workspace at .*sleeper\.c:[0-9]+, by cuMemAlloc_v2$'
reported --between asleep,'awake again'
says 'the other way it is taken' text '^ +256\.0 MiB +768\.0 MiB +\+512\.0 MiB  the program \(tracked\)$'

scene 'two marks of one name'
VRAMTRACK_SIMULATE=model=h200 tracked charges requests
reported --between request,request
says 'from the first to the latest, by owner' text '^ +2\.0 MiB +18\.0 MiB +\+16\.0 MiB  executable graphs \(measured\)$'
says 'the rest too' text '^ +5\.6 MiB +5\.6 MiB +0 B  not attributed$'

scene 'one of two processes never comes to the second mark'
VRAMTRACK_SIMULATE=model=h200 tracked sleeper releases
judged 'awake..asleep >= 500M'
is 'one that does is clean' $status 0
VRAMTRACK_SIMULATE=model=h200 tracked sleeper stays_awake
judged 'awake..asleep >= 500M'
is 'of the other it is not known' $status 3
says 'which is told' err \
	'^vramtrack gate: not covered: policy:3: must-release .*: process [0-9]+ has an account of the mark awake and none of asleep: what it released is not known$'
judged 'awake..asleep >= 800M'
is 'too little is a finding all the same' $status 1

scene 'the second mark comes only before the first'
VRAMTRACK_SIMULATE=model=h200 tracked sleeper wakes
judged 'awake..asleep >= 500M'
is 'what was held before is nothing that was released' $status 3
says 'which is told' err \
	'^vramtrack gate: not covered: policy:3: must-release .*: process [0-9]+ has an account of the mark awake and none of asleep after it: what it released is not known$'
judged 'asleep..awake >= 500M'
is 'the other way it holds more' $status 1

scene 'a part of what is asked about was not read'
VRAMTRACK_SIMULATE=model=h200 tracked sleeper releases
reported --between awake,asleep
silent_about 'all of it was read: no doubt' text 'of what was seen'
echo text >rec/text.vramtrack
reported --between awake,asleep
is 'it is bad input' $status 4
says 'and said' text '^vramtrack: this is of what was seen; 1 recording could not be read$'
reported --address 0x1000
says 'of an address too' text '^vramtrack: this is of what was seen; 1 recording could not be read$'

scene 'wrong names'
VRAMTRACK_SIMULATE=model=h200 tracked sleeper releases
reported --between awake,aslep
is 'a mark that is not there is bad input' $status 4
says 'the text says which there are' text '^has no account of both awake and aslep; marks with an account: awake, asleep, awake again$'
reported --between awake
is 'one mark is a wrong option' $status 2
judged 'awake..aslep >= 1G'
is 'of a mark that nobody saw the gate says: not covered' $status 3
says 'and which there are' err '^vramtrack gate: not covered: policy:3: must-release .*: no process has an account of both marks; there are: awake, asleep, awake again$'
for rule in 'awake-asleep >= 1G' 'awake..asleep > 1G' 'awake..asleep >= 0' 'awake..asleep >= 101%' '..asleep >= 1G' ''; do
	judged "$rule"
	is "a wrong rule ($rule) is refused" $status 4
	says 'with file, line and what was expected' err '^vramtrack gate: policy:3(:[0-9]+)?: expected MARK\.\.MARK >= BYTES or N%.*'
done

scene 'a mark from outside'
live endings busy
asks mark "$pid" outside
is 'a mark is taken' $status 0
sleep 0.3 # for the call that finds it
ends KILL
reported --format=json
is 'it has a statement' "$(jq -c '[.processes[].statements[] | select(.moment == "mark") | .label]' text)" '["outside"]'

scene 'physical memory that goes and comes again at its address, sixteen times'
VRAMTRACK_SIMULATE=model=h200 tracked charges suspend
is 'status is 0' $status 0
holds 'is no leak, no bad free and no growth' '[found] == [] and ([.processes[].unattributed[].verdict] == ["steady"])'
reported --format=json --between awake,asleep
is 'what was released is told' "$(jq -c '[.processes[].between[] | .before_bytes - .after_bytes]' text)" '[67108864]'
judged 'awake..asleep >= 64M'
is 'and is enough' $status 0
reported --format=json --between asleep,awake
is 'and it is there again' "$(jq -c '[.processes[].between[] | .before_bytes - .after_bytes >= -67108864]' text)" '[true]'

finish
