#!/usr/bin/env bash
# What vramtrack run and report do with recordings. Prints TAP.
. "$(dirname "$0")/cli_lib.sh"
echo text >plain

# ---- recordings ------------------------------------------------------------

# A program that writes a recording as the shim would: a header, and with
# FINDINGS=1 one record: a bad free, or with CLASS=2 out of memory. Offsets are those of recording/format.h.
cat >recorder <<'SCRIPT'
#!/bin/bash
number() { # value bytes
	local value=$1 left=$2
	while ((left-- > 0)); do
		printf "\\x$(printf %02x $((value & 255)))"
		value=$((value >> 8))
	done
}
ticks=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
folder=${VRAMTRACK_OPTIONS##*output=}
folder=${folder%%:*}
none=0xffffffff
{
	printf 'VRAMTRK\n'
	number 2 4; number 0x01020304 4; number 16384 4; number ${FINDINGS:-0} 4; number 0 8
	number $$ 4; number $PPID 4; number "$ticks" 8; number 0 16; number 0x$VRAMTRACK_RUN 8
	for field in command program host folder tool; do number $none 4; done
	number 0 4; number ${STARTED:-1000} 8; number 0 8; number 0 8
	number 0 4; number 0x80000000 4; number 1 4; number $none 4; number 64 4; number 0 4
	number 0 4; number 0 4; number 0 128 # source, audited, doors
	number $none 4; number 0 4 # launch, reserved
	number 0 256
	if [ "${FINDINGS:-0}" = 1 ]; then
		number 8 4; number 120 4; number 16384 8; number 1 8; number 1 8
	fi
} >header.$$
if [ "${FINDINGS:-0}" = 1 ]; then
	{
		number ${CLASS:-1} 4; number 0 4; number $none 4; number 2 4; number 0 4; number $none 4
		number $none 4; number $none 4; number $none 4; number 1 4
		number 0 8; number 4096 8; number 1 8; number 1000 8; number 0 24; number $none 4; number $none 4
		number 0 8; number $none 4; number 0 4
	} >record.$$
fi
truncate -s 16384 header.$$
[ -e record.$$ ] && truncate -s 4096 record.$$
cat header.$$ $([ -e record.$$ ] && echo record.$$) >"$folder/${NAME:-recorder}.$$.vramtrack"
rm -f header.$$ record.$$
[ -z "${THEN:-}" ] || eval "$THEN"
SCRIPT
chmod +x recorder

wait_status() { od -An -td4 -j124 -N4 "$1" | tr -d ' '; }
recorded_status() { # folder status
	set -- "$1"/recorder.*.vramtrack "$2"
	[ $# -eq 2 ] && [ "$(wait_status "$1")" = "$2" ]
}

try run -o 'a folder/with spaces' ./recorder
ok 'a recording in a folder with spaces, which was made' \
	eval 'exited 0 && recorded_status "a folder/with spaces" 0'
THEN='exit 9' try run --output=nine ./recorder
ok 'the exit status is entered' eval 'exited 9 && recorded_status nine $((9 << 8))'
THEN='kill -KILL $$' try run --output=killed ./recorder
ok 'the signal is entered' eval 'exited 137 && recorded_status killed 9'
try run --output=other sh -c './recorder; exit 3'
ok 'a child'\''s recording is not given the program'\''s status' \
	eval 'exited 3 && recorded_status other -2147483648'
NAME=b STARTED=1 THEN='NAME=a STARTED=2 THEN="exit 2" exec ./recorder' try run -o exec ./recorder
ok 'of a process that called exec, the program that ended has the status' \
	eval '[ "$(wait_status exec/a.*)" = 512 ] && [ "$(wait_status exec/b.*)" = -2147483648 ]'
mkdir links
ln -s "$work"/nine/recorder.*.vramtrack links/link.vramtrack
mkfifo links/pipe.vramtrack
echo 'no recording' >links/text.vramtrack
try run -o links --no-report ./recorder
ok 'links, pipes and foreign files in the folder are passed over' \
	is 0 "vramtrack: the recording is $work/links/recorder\.[0-9]+\.vramtrack"
VRAMTRACK_OPTIONS=depth=8:output=$work/variable:free_stacks=0 try run --no-report ./recorder
ok 'output= of the user'\''s variable is honoured' recorded_status variable 0
VRAMTRACK_OPTIONS=output=$work/variable2 try run --option output=option --no-report ./recorder
ok '--option output= comes before it' recorded_status option 0
try run -o 'co:lon' sh -c 'echo "$VRAMTRACK_OPTIONS"'
ok 'a colon in the folder is quoted' printed "output=$work/co\\:lon:report=0"
VRAMTRACK_OPTIONS='output=an\:other' try run --option 'depth=9' sh -c 'echo "$VRAMTRACK_OPTIONS"'
ok 'and read from the user'\''s variable' \
	printed "output=an\\:other:depth=9:output=$work/an\\:other:report=0"
if ldd "$VRAMTRACK" | grep -q libasan; then
	skip 'the environment is composed' 'AddressSanitizer allows the command no LD_PRELOAD'
else
	VRAMTRACK_OPTIONS=depth=8 LD_PRELOAD=libc.so.6 try run -o env --option depth=9 \
		sh -c 'echo "$VRAMTRACK_OPTIONS"; echo "${LD_PRELOAD%:*}"; echo ${#VRAMTRACK_RUN}'
	ok 'the environment is composed: the user'\''s own, then ours' \
		printed "depth=8:depth=9:output=$work/env:report=0"$'\nlibc.so.6\n16'
	LD_PRELOAD=$work/libmysan.so.1:libc.so.6 \
		try run sh -c 'echo "${LD_PRELOAD%:*}"'
	ok 'the shim comes after what was in LD_PRELOAD' \
		printed "$work/libmysan.so.1:libc.so.6"
fi
try run --option depth=9 sh -c 'env | grep -c ^LD_PRELOAD='
ok 'LD_PRELOAD is set once' printed 1

FINDINGS=1 try run --no-report --error-exitcode=42 -o found ./recorder
ok '--error-exitcode with a finding' exited 42
FINDINGS=1 THEN='exit 6' try run --no-report --error-exitcode=42 -o found2 ./recorder
ok '--error-exitcode leaves the program'\''s own failure' exited 6
CLASS=2 FINDINGS=1 try run --no-report --error-exitcode=42 -o found5 ./recorder
ok '--error-exitcode with what fails no gate' exited 0
try run --no-report --error-exitcode=42 -o found3 ./recorder
ok '--error-exitcode without a finding' exited 0
FINDINGS=1 try run -o found4 ./recorder
ok 'a finding without --error-exitcode' eval 'exited 0 && [ -s err ]'
THEN='printf garbage >"$folder/recorder.$$.vramtrack"' \
	try run --error-exitcode=42 -o garbage.d ./recorder
ok 'a recording that was destroyed is not this run'\''s' exited 0
try run --format=json --report-file='the report.json' -o json ./recorder
ok '--report-file holds the report' eval 'exited 0 && grep -q vramtrack-report/1 "the report.json"'
try run --format=json --report-file=empty.json true
ok 'a document also where nothing was recorded' \
	eval 'exited 0 && grep -q vramtrack-report/1 empty.json'
try run --report-file=/nonexistent/report touch was-run
ok 'a report file that cannot be made, before the program runs' eval \
	'is 5 "vramtrack: cannot write the report to /nonexistent/report: .*; the program was not run" &&
	[ ! -e was-run ]'
try run --report-file=/dev/full --format=json ./recorder
ok 'a report file that is full' has 5 'vramtrack: cannot write the report to /dev/full: .*'

stand_in='; they go to /tmp/vramtrack\.[A-Za-z0-9]{6} instead'
try run -o plain ./recorder
ok 'an output folder that is a file' has 0 \
	"vramtrack: cannot write recordings in plain: Not a directory$stand_in"
recording=$(sed -n 's/^vramtrack: the recording is //p' err)
ok 'the stand-in holds the recording' test -s "$recording"
rm -rf "$(dirname "${recording:-/nonexistent/x}")"
try run -o /proc/nonexistent echo still
ok 'an output folder that cannot be made; the program runs' eval \
	'has 0 "vramtrack: cannot write recordings in /proc/nonexistent: .*$stand_in" && printed still'
ok 'a stand-in that stays empty is removed' eval \
	'made=$(sed -n "s/.*they go to \(.*\) instead/\1/p" err) && [ -n "$made" ] && [ ! -e "$made" ]'
if [ "$(id -u)" -eq 0 ]; then
	skip 'an output folder without permission' 'root may write everywhere'
else
	mkdir -m 555 readonly
	try run -o readonly true
	ok 'an output folder without permission' has 0 \
		"vramtrack: cannot write recordings in readonly: Permission denied$stand_in"
fi

# ---- report ----------------------------------------------------------------

mkdir reports
cp nine/recorder.*.vramtrack reports/a.vramtrack
cp killed/recorder.*.vramtrack reports/b.vramtrack
try "$VRAMTRACK" report nine/recorder.*.vramtrack
ok 'a recording' silent 0
try "$VRAMTRACK" report reports --format=json
ok 'a folder, and an option behind it' eval 'silent 0 && grep -q vramtrack-report/1 out'
try "$VRAMTRACK" report -o written reports
ok 'into a file' eval 'silent 0 && [ -s written ] && [ ! -s out ]'
try "$VRAMTRACK" report -o reports/a.vramtrack reports
ok 'never onto a recording' eval \
	'is 2 "vramtrack report: --output reports/a.vramtrack is one of the recordings; .*" &&
	cmp -s nine/recorder.*.vramtrack reports/a.vramtrack'
try "$VRAMTRACK" report nosuch.vramtrack
ok 'a missing recording' has 4 'vramtrack: .*nosuch.vramtrack.*'
try "$VRAMTRACK" report plain reports/a.vramtrack
ok 'a file that is no recording is named, the other is shown' eval \
	'has 4 "vramtrack: .*plain.*" && [ -s out ]'
mkdir empty
try "$VRAMTRACK" report empty
ok 'a folder without a recording' is 4 \
	'vramtrack: there is no recording .* in folder empty; -r looks into the folders in it too'
try "$VRAMTRACK" report empty/
ok 'the same with a slash' is 4 'vramtrack: there is no recording .* in folder empty/; -r .*'
try "$VRAMTRACK" report -r empty
ok 'nothing in its folders either' is 4 'vramtrack: there is no recording .* in folder empty'
"$VRAMTRACK" report reports >/dev/full 2>err
code=$?
ok 'a full standard output' is 5 'vramtrack: cannot write .*: No space left on device'
"$VRAMTRACK" --help >/dev/full 2>err
code=$?
ok 'a full standard output under --help' is 5 'vramtrack: cannot write to standard output: No space.*'
: >out
(trap '' PIPE && { sleep 0.2 && "$VRAMTRACK" report reports 2>err; echo $? >pipe-code; } | true)
code=$(cat pipe-code)
ok 'a closed pipe where SIGPIPE was ignored' eval '[ ! -s err ] && [ "$code" -ne 0 ]'
escapes() { grep -q $'\033' "$1"; }
plain_text() { [ -s "$1" ] && ! escapes "$1"; }
try "$VRAMTRACK" report --color=always found
ok '--color=always' escapes out
try "$VRAMTRACK" report found
ok 'no colour in a file' plain_text out
if type -P script >/dev/null; then
	pty() { TERM=xterm command script -qec "$1" /dev/null >out 2>err </dev/null; }
	shown=$(printf '%q report %q' "$VRAMTRACK" found)
	pty "$shown"
	ok 'colour on a terminal' escapes out
	NO_COLOR=1 pty "$shown"
	ok 'NO_COLOR is honoured' plain_text out
	NO_COLOR=1 pty "$shown --color=always"
	ok '--color=always comes before NO_COLOR' escapes out
	TERM=dumb command script -qec "$shown" /dev/null >out 2>err </dev/null
	ok 'no colour on a dumb terminal' plain_text out
else
	skip 'colour on a terminal' 'script(1) is missing'
fi

finish
