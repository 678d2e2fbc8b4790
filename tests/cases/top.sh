#!/usr/bin/env bash
# vramtrack top: the screen in a terminal of many sizes, and the text where there is none.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/live_lib.sh"

scene 'as text'
live endings paced
asks top --once "$pid"
is 'it is printed once' $status 0
is 'nothing else is said' "$(cat asked.err)" ''
says 'what is live by device' asked "^ +$pid +0 +3\.[01] MiB +4\.0 MiB .* [0-9]+ +[0-9]+ - +endings paced$"
says 'and by call site' asked "^ +$pid +0 +3\.0 MiB +1 +3\.0 MiB +0 .* keeps endings\.c:[0-9]+, by [a-z_]+:[0-9]+$"
says 'with rates' asked "^ +$pid +0 .* [1-9][0-9]+ .* paced endings\.c:[0-9]+, by [a-z_]+:[0-9]+$"
asks mark "$pid" 'phase 2'
asks top --sort=allocations
says 'a pipe is no terminal: the same; all processes' asked "phase 2 1 +endings paced$"
is 'those that allocate most come first' "$(awk -v p="$pid" '/SITE$/ {on = 1; next} on && $1 == p {print $(NF - 3); exit}' asked)" paced
TERM=dumb asks top "$recording"
says 'by the recording' asked "^ +$pid .* endings paced$"
asks top rec
says 'by the folder' asked "^ +$pid .* endings paced$"
ends KILL
asks top --once "$recording"
says 'a process that has ended is said to have' asked '\(ended\) endings paced$'
asks top "$pid"
is 'it is no more by its pid' $status 4
asks top --sort=nothing
is 'a key that is none' $status 2
mkdir empty
asks top --once empty
is 'a folder without recordings' $status 4

if ! command -v tmux >/dev/null; then
	skip 'a screen' 'tmux is not installed (package tmux)'
	finish
	exit
fi
# A server of its own for each terminal: one that is told to end may still be there for the next.
terminal() { tmux -L "vramtrack-top-$$-$terminals" -f /dev/null "$@"; }
terminals=0
screen() { terminal capture-pane -p >screen; }
# until WHAT PATTERN: a line of the screen matches within some seconds
until_shown() {
	for _ in {1..100}; do
		screen
		grep -qE "$2" screen && break
		sleep 0.1
	done
	says "$1" screen "$2"
}
widest() { awk '{ if (length > most) most = length } END { print most + 0 }' screen; }

scene 'on a screen'
live endings paced
terminal new-session -d -x 100 -y 20 "$VRAMTRACK top $PWD/rec 2>$PWD/top.err; echo code \$? >$PWD/code"
until_shown 'the process' "^ +$pid .* endings paced$"
until_shown 'its call sites, with rates' "^ +$pid .* [1-9][0-9]+ .* paced endings\.c:[0-9]+"
says 'what the keys are' screen '^q: quit'
says 'what it is sorted by' screen ', by live$'
terminal send-keys p
until_shown 'a key sorts anew' ', by peak$'
terminal resize-window -x 40 -y 10
until_shown 'a small one has the essential' '^ +[0-9.]+ [KM]iB .* keeps endings\.c:[0-9]+'
is 'nothing is wider' "$([ "$(widest)" -le 40 ] && echo fits)" fits
terminal resize-window -x 12 -y 3
until_shown 'a tiny one has what there is room for' '^vramtrack to$'
terminal resize-window -x 200 -y 50
until_shown 'a large one has all' ' MARK .* PROGRAM$'
until_shown 'all of it' ' KIND .* SITE$'
: >rec/broken.vramtrack
until_shown 'a recording that cannot be read is left out' "^ +$pid .* endings paced$"
ends KILL
until_shown 'a process that dies while it is watched is said to have ended' '\(ended\) endings paced'
rm -r rec
until_shown 'recordings that go are no more' '^no process of yours|endings'
terminal send-keys q
for _ in {1..50}; do [ -s code ] && break; sleep 0.1; done
is 'q ends it' "$(cat code)" 'code 0'
is 'nothing was said' "$(cat top.err)" ''
terminal kill-server 2>/dev/null
terminals=$((terminals + 1))

scene 'a terminal that has no screen'
mkdir -p rec
live endings paced
terminal new-session -d -x 100 -y 20 "TERM=dumb $VRAMTRACK top $PWD/rec; echo code \$?; sleep 60"
until_shown 'it is printed once' '^code 0$'
says 'as text' screen ' endings paced$'
terminal kill-server 2>/dev/null
terminals=$((terminals + 1))
terminal new-session -d -x 100 -y 20 "TERM=no-such-terminal $VRAMTRACK top $PWD/rec; echo code \$?; sleep 60"
until_shown 'one that nobody knows too' '^code 0$'
terminal kill-server 2>/dev/null
terminals=$((terminals + 1))
ends KILL

finish
