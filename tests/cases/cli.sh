#!/usr/bin/env bash
# The command line of vramtrack: wrong input, exit codes, signals, the program that is run. Prints TAP.
. "$(dirname "$0")/cli_lib.sh"

# ---- the command line ------------------------------------------------------

try "$VRAMTRACK"
ok 'no command: what it is, in ten lines' eval 'has 2 "No command was given; vramtrack --help has all of them." &&
	[ "$(wc -l <err)" -eq 10 ] && ! grep -qE "^.{81}" err && [ ! -s out ]'
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
	eval 'silent 0 && grep -q "^  run " out && grep -q "^  report " out && grep -q "^  diff " out'
keys_of_help() {
	"$VRAMTRACK" run --help | sed -nE '/^Keys of --option/,/^$/s/^  ([a-z_]+)=.*/\1/p' | sort
}
keys_of_readme() {
	sed -nE '/^## Options/,/^## Limits/s/^[|] `([a-z_]+)` [|].*/\1/p' "$source_root/README.md" | sort
}
ok 'the README has every key of --option' eval '[ -n "$(keys_of_help)" ] && [ "$(keys_of_help)" = "$(keys_of_readme)" ]'
for command in run report gate diff top watch snapshot mark doctor help; do
	"$VRAMTRACK" help $command >expected
	try "$VRAMTRACK" $command --help
	ok "$command --help is help $command" eval 'silent 0 && cmp -s out expected'
	try "$VRAMTRACK" $command -h
	ok "$command -h too" eval 'silent 0 && cmp -s out expected'
done
try "$VRAMTRACK" run --help
ok 'help fits a terminal' eval 'grep -q "^Usage: " out && ! grep -qE "^.{81}" out'
fail_by_default() { # those whose row says so, as sorted words
	sed -nE 's/.*VT__CLASS\([A-Z_]+, "([a-z_]+)", 1, 1,.*/\1/p' "$source_root/reports/findings/analysis.h" | sort | paste -sd ' '
}
named_as_default() { # in the help of the gate
	"$VRAMTRACK" gate --help | paste -sd ' ' | tr -s ' ' | sed -nE 's/.*\(default ([^)]*unattributed_growth[^)]*)\).*/\1/p' |
		grep -oE '[a-z_]+' | grep -vx and | sort | paste -sd ' '
}
ok 'help of the gate names what fails by default' eval '[ -n "$(fail_by_default)" ] && [ "$(named_as_default)" = "$(fail_by_default)" ]'
for class in $(fail_by_default); do
	ok "docs/gate.md names $class among it" eval 'sed -n "/the default is/,/and/p" "$source_root/docs/gate.md" | grep -q "\`$class\`"'
done

for command in run report gate diff top watch snapshot mark doctor help; do
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
ok 'an unknown format' is 2 "vramtrack run: --format takes one of text, json, [a-z, -]+, not 'xml'; .*"
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

# What does nothing in a combination is refused: somebody relies on it.
while IFS='|' read -r arguments refused; do
	# shellcheck disable=SC2086 # words
	try "$VRAMTRACK" $arguments
	ok "no effect: $arguments" is 2 "vramtrack ${arguments%% *}: $refused; see vramtrack .* --help"
done <<'TABLE'
run --no-report --report-file=x true|--report-file has no effect with --no-report
run --report-file=x --no-report true|--report-file has no effect with --no-report
run --no-report --format=json true|--format has no effect with --no-report
run --verify --source=cupti true|--source has no effect with --verify
run -o x --option output=y true|--option output= has no effect with --output
gate --tolerance=5% -- true|--tolerance has no effect without --update-baseline
gate --update-baseline --findings-exitcode=9 --baseline=x -- true|--findings-exitcode has no effect with --update-baseline
gate --simulate x.vramtrack|--simulate has no effect with recordings; a program stands behind '--'
gate --simulate=memory=1G x.vramtrack|--simulate has no effect with recordings; .*
gate -o x x.vramtrack|--output has no effect with recordings; .*
gate --source=cupti x.vramtrack|--source has no effect with recordings; .*
gate --route=audit x.vramtrack|--route has no effect with recordings; .*
gate --option depth=3 x.vramtrack|--option has no effect with recordings; .*
report --format=json --color=always x.vramtrack|--color has no effect with --format=json
report --format=json --show=peak x.vramtrack|--show has no effect with --format=json
report --merge --show=peak x.vramtrack|--show has no effect with --merge
run --no-report --all true|--all has no effect with --no-report
diff --color=never --format=json x y|--color has no effect with --format=json
run --simulate=calls= true|--simulate calls takes a path of 1 to 1023 bytes
run --simulate=memmory=1G true|--simulate has no key 'memmory'; there are memory, devices, fail_allocation, .*
run --simulate=memory=1G:fail_allocaton=2 true|--simulate has no key 'fail_allocaton'; there are .*
run --simulate=fail_allocation true|--simulate fail_allocation takes a number from 0 to 4294967295, not ''
run --simulate=fail_allocation=one true|--simulate fail_allocation takes a number from 0 to 4294967295, not 'one'
run --simulate=devices=17 true|--simulate devices takes a number from 1 to 16, not '17'
run --simulate=memory=1 true|--simulate memory takes a number from 2097152 to 1125899906842624, K, M, G or T after it, not '1'
run --simulate=model=h300 true|--simulate model is one of plain.h200, not 'h300'
gate --simulate=devices=0 -- true|--simulate devices takes .*
TABLE
VRAMTRACK_SIMULATE=fail_allocaton=2 try run --simulate true
ok 'the same in the variable' is 2 "vramtrack run: VRAMTRACK_SIMULATE has no key 'fail_allocaton'; there are .*"
VRAMTRACK_SIMULATE=fail_allocaton=2 try run true
ok 'the variable is nothing to a run on a real device' exited 0
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
# No loop here: bash leaves a loop when it learns of a job that stopped.
state=$(await_state $! T)
kill -CONT $!
wait -f $!
code=$?
[ $code -ne 148 ] || { wait -f $!; code=$?; } # the first may still tell of the stop
ok 'a program that stops itself for the terminal stops vramtrack, SIGCONT continues both' \
	eval "[ '$state' = T ] && exited_and_printed 0 continued"

# ---- programs the shim cannot be in ----------------------------------------

static=
for candidate in /sbin/ldconfig.real /sbin/ldconfig /bin/busybox; do
	[ -x $candidate ] && [ "$(head -c 4 $candidate | tail -c 3)" = ELF ] &&
		! readelf -l $candidate | grep -q INTERP && static=$candidate && break
done
if [ -n "$static" ]; then
	try run "$static" --help
	ok 'a static program is named' has 0 \
		"vramtrack: $static is statically linked, so the shim cannot be loaded into it; .*"
else
	skip 'a static program is named' 'there is none on this machine'
fi
cp "$(type -P true)" foreign
other_processor='\0267\0' # as an ELF file says that it is of 64-bit Arm, or of x86-64
[ "$(uname -m)" = x86_64 ] || other_processor='\0076\0'
printf '%b' "$other_processor" | dd of=foreign bs=1 seek=18 conv=notrunc status=none
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

# ---- completions know every option and no other (made in the build tree) ---------------

long_options() { grep -oE -- '--[a-z][a-z-]*' | sort -u; }
for command in run report gate diff top watch snapshot mark doctor help; do
	"$VRAMTRACK" $command --help | grep -E '^  (-., |    )--'
done | long_options >in-help
"$VRAMTRACK" --help | grep -E '^  -., --' | long_options >>in-help
sort -u -o in-help in-help
completions=$(cd "$(dirname "$VRAMTRACK")" && pwd -P)/completions
for file in vramtrack.bash _vramtrack vramtrack.fish; do
	[ -f "$completions/$file" ] || { skip "$file" 'it is made in the build tree' && continue; }
	sed -E 's/ -l ([a-z-]+)/ --\1/g; s/__[a-z_]+//g' "$completions/$file" | grep -v -e '--fcs-skip' -e 'set --words' |
		long_options >in-completion
	code=$(diff in-help in-completion >out 2>err; echo $?)
	ok "$file has the options of --help" exited 0
	for command in run report gate diff top watch snapshot mark doctor help; do
		ok "$file has the command $command" grep -qw $command "$completions/$file"
	done
done
# ---- man pages, if this is a build tree -------------------------------------

pages=$(cd "$(dirname "$VRAMTRACK")" && pwd -P)/man
if [ -f "$pages/vramtrack.1" ]; then
	sed 's/\\-/-/g; s/Fl -\([a-z]\)/--\1/g' "$pages/vramtrack.1" >page
	missing=$(while read -r option; do grep -qF -- "$option" page || echo "$option"; done <in-help)
	code=0
	ok 'vramtrack.1 has every option' [ -z "$missing" ]
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$pages/vramtrack.1" >synopsis
	for command in run report gate diff top watch snapshot mark doctor help; do
		ok "its synopsis has $command" grep -qx "\.Cm $command" synopsis
	done
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
		bash "$completions/vramtrack.bash" "$@"
}
try complete_words vramtrack r
ok 'completion of a command' printed $'run\nreport'
try complete_words vramtrack run --format=j
ok 'completion of a choice' printed --format=json
try complete_words vramtrack run --format = j
ok 'completion of a choice, as readline splits words' printed json
# The keys come from the command that is being completed, and all of them.
keys_in_help() { # option or simulate
	"$VRAMTRACK" run --help | sed -n "/^Keys of --$1 /,/^\$/s/^  \([a-z_]*=\).*/\1/p" | sort -u
}
for option in option simulate; do
	PATH=$(dirname "$VRAMTRACK"):$PATH try complete_words vramtrack run --$option=
	sed "s/^--$option=//; s/=.*/=/" out | sort -u >in-completion
	keys_in_help $option >in-help-keys
	ok "completion of --$option= has every key" \
		eval '[ -s in-help-keys ] && diff in-help-keys in-completion >err'
done
ok 'and more than a few' eval '[ "$(keys_in_help option | wc -l)" -ge 13 ] && [ "$(keys_in_help simulate | wc -l)" -ge 7 ]'
PATH=$(dirname "$VRAMTRACK"):$PATH try complete_words vramtrack run --option=gr
ok 'gr is growth' printed --option=growth=
PATH=$(dirname "$VRAMTRACK"):$PATH try complete_words vramtrack run --option = oom
ok 'a key with few values has them' printed $'oom=record\noom=report'
try complete_words vramtrack run --opt
ok 'completion of an option' printed --option
try complete_words vramtrack report --col
ok 'completion of an option of report' printed --color

finish
