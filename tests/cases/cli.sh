#!/usr/bin/env bash
# The command line of vramtrack: wrong input, exit codes, signals, files. Prints TAP.
#
# VRAMTRACK is the command. No GPU is needed: where a recording is, a shell
# script stands for the tracked program and writes the bytes itself.
set -u
set -m # jobs get the default SIGINT and a process group of their own

: "${VRAMTRACK:?the path of the command}"
[ -x "$VRAMTRACK" ] || { echo "Bail out! $VRAMTRACK is not executable"; exit 99; }
source_root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-cli.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
unset VRAMTRACK_OPTIONS VRAMTRACK_SIMULATE NO_COLOR

count=0
failed=0

# Judges what try() ran: the exit code, and a pattern (extended, whole lines) for standard error.
ok() { # description condition...
	count=$((count + 1))
	local description=$1
	shift
	if "$@"; then
		echo "ok $count - $description"
	else
		failed=1
		echo "not ok $count - $description"
		printf '# code %s\n' "$code"
		sed 's/^/# out: /' out
		sed 's/^/# err: /' err
	fi
}

skip() { # description reason
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

try() { # command...
	"$@" >out 2>err </dev/null
	code=$?
}

is() { # code pattern: exactly one line on standard error, and it matches
	[ "$code" -eq "$1" ] && [ "$(wc -l <err)" -eq 1 ] && grep -qxE -- "$2" err
}

has() { # code pattern: among other lines
	[ "$code" -eq "$1" ] && grep -qxE -- "$2" err
}

exited() { [ "$code" -eq "$1" ]; }
printed() { [ "$(cat out)" = "$1" ]; }
exited_and_printed() { exited "$1" && printed "$2"; }
silent() { exited "$1" && [ ! -s err ]; }

# Waits until a file is there, ten seconds at most.
await() { # file
	local i
	for ((i = 0; i < 200; i++)); do
		[ -e "$1" ] && return 0
		sleep 0.05
	done
	return 1
}

script() { # name lines...
	local name=$1
	shift
	{ echo '#!/bin/bash' && printf '%s\n' "$@"; } >"$name"
	chmod +x "$name"
}

run() { "$VRAMTRACK" run "$@"; }

# ---- the command line ------------------------------------------------------

try "$VRAMTRACK"
ok 'no command' is 2 'vramtrack: no command given; see vramtrack --help'
try "$VRAMTRACK" rnu
ok 'a misspelt command names the nearest' is 2 \
	"vramtrack: unknown command 'rnu', did you mean 'run'\?; see vramtrack --help"
try "$VRAMTRACK" frobnicate
ok 'an unknown command' is 2 "vramtrack: unknown command 'frobnicate'; see vramtrack --help"
try "$VRAMTRACK" --frob=1
ok 'an unknown option before the command' is 2 \
	"vramtrack: unknown option '--frob'; see vramtrack --help"
try "$VRAMTRACK" help frob
ok 'help of an unknown command' is 2 "vramtrack: unknown command 'frob'; see vramtrack --help"
try "$VRAMTRACK" help run report
ok 'help of two commands' is 2 'vramtrack help: one command at a time.*'
try "$VRAMTRACK" --version
ok 'the version' grep -qxE 'vramtrack [0-9]+\.[0-9]+\.[0-9]+' out
try "$VRAMTRACK" --help
ok 'the help names every command' \
	eval 'silent 0 && grep -q "^  run " out && grep -q "^  report " out'
for command in run report help; do
	"$VRAMTRACK" help $command >expected
	try "$VRAMTRACK" $command --help
	ok "$command --help is help $command" eval 'silent 0 && cmp -s out expected'
	try "$VRAMTRACK" $command -h
	ok "$command -h too" eval 'silent 0 && cmp -s out expected'
done
try "$VRAMTRACK" run --help
ok 'help fits a terminal' eval 'grep -q "^Usage: " out && ! grep -qE "^.{81}" out'

for command in run report help; do
	try "$VRAMTRACK" $command --foo
	ok "$command: an unknown long option" is 2 \
		"vramtrack $command: unknown option '--foo'; see vramtrack $command --help"
	try "$VRAMTRACK" $command --foo=bar
	ok "$command: an unknown long option with an argument" is 2 \
		"vramtrack $command: unknown option '--foo'; see vramtrack $command --help"
	try "$VRAMTRACK" $command -Z
	ok "$command: an unknown letter" is 2 \
		"vramtrack $command: unknown option '-Z'; see vramtrack $command --help"
done
try run --form=json true
ok 'an abbreviated option is refused' is 2 "vramtrack run: unknown option '--form'; .*"
try run --no-report=1 true
ok 'an argument that is not taken' is 2 "vramtrack run: option '--no-report' takes no argument; .*"
try run --output
ok 'an argument that is missing' is 2 "vramtrack run: option '--output' needs an argument; .*"
try run -o
ok 'an argument of a letter that is missing' is 2 "vramtrack run: option '-o' needs an argument; .*"
try run --output= true
ok 'an empty argument' is 2 'vramtrack run: --output needs an argument that is not empty; .*'
try run --format=xml true
ok 'an unknown format' is 2 "vramtrack run: --format takes one of text, json, not 'xml'; .*"
try "$VRAMTRACK" report --color=red x
ok 'an unknown choice of colour' is 2 \
	"vramtrack report: --color takes one of auto, always, never, not 'red'; .*"
for number in 0 256 -1 +5 1x '' ' 7' 0x10 99999999999999999999999; do
	try run --error-exitcode="$number" true
	ok "--error-exitcode='$number' is refused" is 2 \
		'vramtrack run: --error-exitcode takes a number from 1 to 255, not .*'
done
for number in 1 255; do
	try run --error-exitcode=$number true
	ok "--error-exitcode=$number is taken" exited 0
done
try run
ok 'no program' is 2 'vramtrack run: no program given; see vramtrack run --help'
try run --
ok 'no program after --' is 2 'vramtrack run: no program given; see vramtrack run --help'
try run --no-report --report-file=x true
ok 'no report, and a file for it' is 2 'vramtrack run: --no-report and --report-file exclude .*'
try run --option colour=red true
ok 'an unknown key' is 2 "vramtrack run: --option has no key 'colour'; there are output, .*"
try run --option depth true
ok 'a key without a value' is 2 "vramtrack run: --option takes key=value, not 'depth'; .*"
try run --option depth=0 true
ok 'a value out of range' is 2 "vramtrack run: --option depth takes a number from 1 to 256.*"
try run --option report=1 true
ok 'a key that is not for run' is 2 'vramtrack run: --option report is for LD_PRELOAD without.*'
try "$VRAMTRACK" report
ok 'no recording' is 2 'vramtrack report: no recording given; see vramtrack report --help'

# ---- finding the program ---------------------------------------------------

try run nosuchprogram
ok 'a program that is not in PATH' is 127 \
	'vramtrack: cannot run nosuchprogram: not found in the folders of PATH'
try run ./nosuchprogram
ok 'a path that does not exist' is 127 'vramtrack: cannot run ./nosuchprogram: not found'
try run ''
ok 'an empty name' is 127 'vramtrack: cannot run : not found.*'
echo 'echo hello' >plain
try run ./plain
ok 'a file that is not executable' is 126 'vramtrack: cannot run ./plain: Permission denied .*chmod.*'
try run ./
ok 'a folder' is 126 'vramtrack: cannot run ./: Is a directory'
printf '#!/nonexistent/interpreter\n' >lost
chmod +x lost
try run ./lost
ok 'a script whose interpreter is missing' is 126 'vramtrack: cannot run ./lost: the interpreter .*'
printf '\177ELF\002\001\001garbage' >garbage
chmod +x garbage
try run ./garbage
ok 'a damaged program' has 126 'vramtrack: cannot run ./garbage: Exec format error'
mkdir first second
cp plain first/tool
printf 'echo "second $1"\n' >second/tool
chmod +x second/tool
PATH=$work/first:$work/second:$PATH try run tool argument
ok 'PATH is searched past a file that is not executable; no #! means /bin/sh' \
	exited_and_printed 0 'second argument'
PATH=$work/first:$PATH try run tool
ok 'only a file that is not executable in PATH' has 126 'vramtrack: cannot run .*/first/tool: .*'
if [ "$(id -u)" -eq 0 ]; then
	skip 'a folder of PATH that may not be searched' 'root may search everywhere'
else
	mkdir -m 600 closed
	PATH=$work/closed:$PATH try run tool
	ok 'a folder of PATH that may not be searched' is 127 'vramtrack: cannot run tool: not found.*'
fi
(cd second && PATH=:/usr/bin:/bin try run tool here && mv out err ..)
code=0
ok 'an empty entry of PATH is the current folder' printed 'second here'
VRAMTRACK_PRELOAD=$work/none.so try run true
ok 'a shim that is missing' is 5 'vramtrack: cannot find the shim that VRAMTRACK_PRELOAD names, .*'
mkdir 'with space'
cp "$(type -P true)" 'with space/shim.so'
VRAMTRACK_PRELOAD="$work/with space/shim.so" try run true
ok 'a shim that LD_PRELOAD cannot name' is 5 "vramtrack: .* cannot be put in LD_PRELOAD: .* ' '; .*"
VRAMTRACK_SIMULATE_FOLDER=$work/first try run --simulate true
ok 'a simulated device that is missing' is 5 'vramtrack: cannot find the simulated device: .*'

# ---- passing through -------------------------------------------------------

try run sh -c 'echo "$0 $*"' one --two -h -- three
ok 'options end at the program' exited_and_printed 0 'one --two -h -- three'
try run -- sh -c 'echo "$0"' --output
ok 'options end at --' exited_and_printed 0 '--output'
for status in 0 1 7 126 127 255; do
	try run sh -c "exit $status"
	ok "exit status $status" exited $status
done
for signal in TERM:143 KILL:137 SEGV:139 ABRT:134; do
	try run sh -c "ulimit -c 0; kill -${signal%:*} \$\$"
	ok "SIG${signal%:*} of the program" has ${signal#*:} \
		'vramtrack: sh made no device allocation .* before signal [0-9]+ .*'
done
code=0
printf 'a\0b\nlast' | run cat >out 2>err
ok 'standard input and output are untouched' eval 'printf "a\0b\nlast" | cmp -s - out'
try run sh -c 'echo text >&2'
ok 'standard error too; then one line of ours' eval \
	'[ "$(head -n 1 err)" = text ] && is_line=$(tail -n 1 err) && [ "$(wc -l <err)" -eq 2 ] &&
	[[ $is_line == "vramtrack: sh made no device allocation that went through the CUDA driver"* ]]'
try run --no-report true
ok 'no allocation' is 0 'vramtrack: true made no device allocation that went through .*'
printf 'read -r first; echo "got $first"; cat\n' >reader
printf '1\n2\n3\n' | run bash ./reader >out 2>err
ok 'standard input is not read ahead' printed $'got 1\n2\n3'
grep '^Sig[BI]' /proc/self/status >expected
try run grep '^Sig[BI]' /proc/self/status
ok 'signal mask and dispositions are the program'\''s' cmp -s out expected
(
	trap '' INT PIPE CHLD TERM
	grep '^Sig[BI]' /proc/self/status >expected
	run grep '^Sig[BI]' /proc/self/status >out 2>err
)
ok 'also where some were ignored' cmp -s out expected
# shellcheck disable=SC2217 # its descriptors are what is looked at
run ls /proc/self/fd >out 2>err </dev/null
# shellcheck disable=SC2217
ls /proc/self/fd >expected </dev/null
ok 'no file descriptor of ours is left open' cmp -s out expected

# ---- signals ---------------------------------------------------------------

script signalled 'trap "echo TERM; exit 3" TERM' 'trap "echo HUP; exit 4" HUP' \
	'trap "echo USR1; exit 5" USR1' 'trap "echo INT; exit 6" INT' 'touch ready' \
	'for ((i = 0; i < 400; i++)); do sleep 0.05; done'
for signal in TERM:3 HUP:4 USR1:5; do
	if [ -n "$(trap -p "${signal%:*}")" ]; then
		skip "SIG${signal%:*} is passed on" 'it is ignored here, as nohup leaves it'
		continue
	fi
	rm -f ready
	"$VRAMTRACK" run ./signalled >out 2>err &
	await ready
	kill -"${signal%:*}" $!
	wait $!
	code=$?
	ok "SIG${signal%:*} is passed on" exited_and_printed "${signal#*:}" "${signal%:*}"
done
rm -f ready
"$VRAMTRACK" run ./signalled >out 2>err &
await ready
kill -INT -- -$!
wait $!
code=$?
ok 'Ctrl-C goes to the program, and vramtrack stays to report' \
	eval 'exited_and_printed 6 INT && grep -q "^vramtrack: " err'
rm -f ready
"$VRAMTRACK" run sh -c 'touch ready; exec sleep 20' >out 2>err &
await ready
kill -INT -- -$!
wait $!
code=$?
ok 'Ctrl-C that ends the program' has 130 'vramtrack: sh made no .* before signal 2 .*'
rm -f ready
script stopping 'touch ready' 'kill -TSTP $$' 'echo continued'
"$VRAMTRACK" run ./stopping >out 2>err &
await ready
state=
for ((i = 0; i < 100; i++)); do
	state=$(sed 's/.*) //; s/ .*//' /proc/$!/stat)
	[ "$state" = T ] && break
	sleep 0.05
done
kill -CONT $!
for ((i = 0; i < 100; i++)); do
	wait -f $! # may still tell of the stop
	code=$?
	[ $code -ne 148 ] && break
	sleep 0.05
done
ok 'a program that stops itself for the terminal stops vramtrack, SIGCONT continues both' \
	eval '[ "$state" = T ] && exited_and_printed 0 continued'

# ---- recordings ------------------------------------------------------------

# A program that writes a recording as the shim would: a header, and with
# FINDINGS=1 one out-of-memory record. Offsets are those of ledger/format.h.
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
	number 1 4; number 0x01020304 4; number 16384 4; number ${FINDINGS:-0} 4; number 0 8
	number $$ 4; number $PPID 4; number "$ticks" 8; number 0 16; number 0x$VRAMTRACK_RUN 8
	for field in command program host folder tool; do number $none 4; done
	number 0 4; number ${STARTED:-1000} 8; number 0 8; number 0 8
	number 0 4; number 0x80000000 4; number 1 4; number $none 4; number 64 4; number 0 4
	number 0 256
	if [ "${FINDINGS:-0}" = 1 ]; then
		number 8 4; number 96 4; number 16384 8; number 1 8; number 1 8
	fi
} >header.$$
if [ "${FINDINGS:-0}" = 1 ]; then
	{
		number 2 4; number 0 4; number $none 4; number 2 4; number 0 4; number $none 4
		number $none 4; number $none 4; number $none 4; number 1 4
		number 0 8; number 4096 8; number 1 8; number 1000 8; number 0 24
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
if grep -aq __asan_init "$VRAMTRACK"; then
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

# ---- programs the shim cannot be in ----------------------------------------

static=
for candidate in /sbin/ldconfig.real /sbin/ldconfig /bin/busybox; do
	[ -x $candidate ] && [ "$(head -c 4 $candidate | tail -c 3)" = ELF ] &&
		! grep -aq ld-linux-x86-64 $candidate && static=$candidate && break
done
if [ -n "$static" ]; then
	try run "$static" --help
	ok 'a static program is named' has 0 \
		"vramtrack: $static is statically linked, so the shim cannot be loaded into it; .*"
else
	skip 'a static program is named' 'there is none on this machine'
fi
cp "$(type -P true)" foreign
printf '\267\0' | dd of=foreign bs=1 seek=18 conv=notrunc status=none
try run ./foreign
ok 'a program for another machine is named' has 126 \
	'vramtrack: ./foreign is built for another kind of processor than the shim, .*'
cp "$(type -P true)" privileged
if [ "$(id -u)" -eq 0 ] && chown 65534 privileged && chmod u+s privileged; then
	try run ./privileged
	ok 'a set-user-ID program is named' has 0 'vramtrack: ./privileged gains privileges .*'
else
	skip 'a set-user-ID program is named' 'only root can make one'
fi
chmod 700 foreign
cp "$(type -P true)" own
chmod u+s own
try run ./own
ok 'set-user-ID to the user himself gains nothing' is 0 'vramtrack: ./own made no device .*'

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
ok 'a folder without a recording' is 4 'vramtrack: there is no recording .* in folder empty'
try "$VRAMTRACK" report empty/
ok 'the same with a slash' is 4 'vramtrack: there is no recording .* in folder empty/'
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

# ---- completions know every option and no other ----------------------------

long_options() { grep -oE -- '--[a-z][a-z-]*' | sort -u; }
for command in run report help; do
	"$VRAMTRACK" $command --help | grep -E '^  (-., |    )--'
done | long_options >in-help
"$VRAMTRACK" --help | grep -E '^  -., --' | long_options >>in-help
sort -u -o in-help in-help
for file in completions/vramtrack.bash completions/_vramtrack; do
	long_options <"$source_root/$file" >in-completion
	code=$(diff in-help in-completion >out 2>err; echo $?)
	ok "$file has the options of --help" exited 0
	for command in run report help; do
		ok "$file has the command $command" grep -qw $command "$source_root/$file"
	done
done
# ---- man pages, if this is a build tree -------------------------------------

pages=$(cd "$(dirname "$VRAMTRACK")" && pwd -P)/man
if [ -f "$pages/vramtrack.1" ]; then
	sed 's/\\-/-/g; s/Fl -\([a-z]\)/--\1/g' "$pages/vramtrack.1" >page
	missing=$(while read -r option; do grep -qF -- "$option" page || echo "$option"; done <in-help)
	code=0
	ok 'vramtrack.1 has every option' [ -z "$missing" ]
	for page in vramtrack.1 vramtrack-preload.7; do
		if type -P mandoc >/dev/null; then
			try mandoc -Tlint -Wwarning "$pages/$page"
			ok "$page is well-formed" eval 'exited 0 && [ ! -s out ]'
		else
			skip "$page is well-formed" 'mandoc is missing'
		fi
	done
else
	skip 'man pages' 'they are made in the build tree'
fi

complete_words() { # words... : the candidates for the last one
	bash -c '. "$1" && shift && COMP_WORDS=("$@") && COMP_CWORD=$(($# - 1)) &&
		_vramtrack && printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$source_root/completions/vramtrack.bash" "$@"
}
try complete_words vramtrack r
ok 'completion of a command' printed $'run\nreport'
try complete_words vramtrack run --format=j
ok 'completion of a choice' printed --format=json
try complete_words vramtrack run --format = j
ok 'completion of a choice, as readline splits words' printed json
try complete_words vramtrack run --opt
ok 'completion of an option' printed --option
try complete_words vramtrack report --col
ok 'completion of an option of report' printed --color

echo "1..$count"
exit $failed
