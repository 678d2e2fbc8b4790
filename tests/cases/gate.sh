#!/usr/bin/env bash
# `vramtrack gate`: every exit code, and red for a new leak and for nothing else.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$here/../../data/suppressions}"
export VRAMTRACK_SUPPRESSIONS_FOLDER

# gate [OPTION...] [-- PROGRAM [ARGUMENT...] | RECORDING...]
gate() { limited "$VRAMTRACK" gate "$@"; }
# On the simulated device; a name without a slash is a hazard program.
gated() { # [OPTION...] -- PROGRAM [ARGUMENT...]
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	local path
	path=$(program "$1") && shift
	gate --simulate -o rec "${options[@]}" -- "$path" "$@"
}
no_leftovers() { # WHAT: no temporary file stands beside what was written
	local left
	left=$(find . -regextype posix-extended -regex '.*\.[A-Za-z0-9]{6}' -newer "$work" \
		! -name '*.supp' ! -name 'errors' | grep -E '(baseline|report|known)[^/]*\.[A-Za-z0-9]{6}$')
	is "$1" "$left" ''
}

# ---- Exit codes ------------------------------------------------------------------------------

# status wanted | the verdict in words | options | program and case
while IFS='|' read -r wanted verdict options what; do
	scene "gate $options -- $what"
	# shellcheck disable=SC2086
	gated $options -- $what
	is "status is $wanted" $status "$wanted"
	says 'the verdict is in words, last' <(tail -n 1 err) "^vramtrack gate: $verdict"
done <<'TABLE'
0|clean: ||findings clean
1|findings: 1 finding beyond the policy "leak": 3.0 MiB||findings leaks
1|findings: .*"bad_free"||findings double_free
1|findings: .*"bad_free"||findings invalid_free
0|clean: ||findings reset
1|findings: .*"freed_by_reset"|--fail-on freed_by_reset|findings reset
1|findings: |--fail-on any|findings reset
0|clean: |--fail-on none|findings leaks
0|clean: |--fail-on leak:>3M|findings leaks
1|findings: .*"leak:>2M"|--fail-on bad_free --fail-on leak:>2M|findings leaks
0|clean: |--fail-on leak:device=1|findings leaks
1|findings: |--fail-on leak:device=0:kind=linear|findings leaks
40|findings: |--findings-exitcode 40|findings leaks
3|not covered: nothing was recorded||/bin/true
41|not covered: |--uncovered-exitcode 41|/bin/true
0|clean: nothing was recorded, which is allowed|--allow-no-cuda|/bin/true
7|.*findings: .*; the program itself failed with exit code 7||findings leaks_and_fails
7|.*the program itself failed with exit code 7||findings clean_but_fails
1|not covered: .*the program itself failed with exit code 1||/bin/false
134|.*the program itself failed with exit code 134||endings aborts
TABLE

scene 'usage'
while IFS='|' read -r wanted words arguments; do
	# shellcheck disable=SC2086
	gate $arguments
	is "gate $arguments: status is $wanted" $status "$wanted"
	says 'one line says why' err "^vramtrack gate: $words"
	is 'and only one' "$(wc -l <err)" 1
done <<'TABLE'
2|neither a program|
2|unknown option|--frobnicate x
2|--fail-on: expected a class|--fail-on leek -- /bin/true
2|--fail-on: expected >BYTES|--fail-on leak:1M -- /bin/true
2|--report has no format 'xml'|--report xml=a -- /bin/true
2|--report takes FORMAT=FILE|--report text -- /bin/true
2|two reports cannot be written|--report text=a --report json=a -- /bin/true
2|--report a.vramtrack would be written over|--report text=a.vramtrack -- /bin/true
2|--update-baseline needs --baseline|--update-baseline -- /bin/true
2|--tolerance takes|--tolerance lots --update-baseline --baseline new.txt -- /bin/true
2|--findings-exitcode takes a number|--findings-exitcode 0 -- /bin/true
4|there is no baseline missing; --update-baseline|--baseline missing -- /bin/true
4|cannot read missing: No such file|--suppressions missing -- /bin/true
4|cannot read missing: No such file|--policy missing -- /bin/true
5|cannot write the report to missing/a: No such file|--report text=missing/a -- /bin/true
TABLE
is 'nothing was written' "$(find . -name 'a*')" ''

scene 'what is malformed is said with its place, and the program is not run'
printf 'leak:fine\n  leek:x\n' >bad.supp
printf 'vramtrack-baseline 1\nxyz\n' >bad.base
printf '[gate]\nfail-on = leek\n' >bad.ini
for what in "suppressions|bad.supp:2:3: expected 'leak:'" 'baseline|bad.base:2:1: expected an identity' \
	'policy|bad.ini:2:11: expected a class'; do
	gate "--${what%%|*}" "$(echo bad.* | tr ' ' '\n' | grep -F "$(cut -d'|' -f2 <<<"$what" | cut -d: -f1)")" \
		-- touch ran
	is "--${what%%|*}: status is 4" $status 4
	says 'file, line, column' err "^vramtrack gate: ${what#*|}"
done
is 'the program was not run' "$(ls ran 2>/dev/null)" ''
is 'the baseline is as it was' "$(cat bad.base)" $'vramtrack-baseline 1\nxyz'

# ---- Recordings -------------------------------------------------------------------------------

scene 'recordings and folders'
tracked findings leaks
gate rec
is 'a folder: status is 1' $status 1
mkdir -p deeper/still empty && cp rec/*.vramtrack deeper/still/
gate deeper
is 'folders in it too' $status 1
gate rec/*.vramtrack
is 'a file: status is 1' $status 1
gate empty
is 'a folder without any is not covered' $status 3
gate --allow-no-cuda empty
is 'unless that is allowed' $status 0
mkdir clean && mv rec leaky && mkdir rec
tracked findings clean
mv rec/*.vramtrack clean/ && rmdir rec && mv leaky rec
gate clean empty
is 'nor is it beside another' $status 3
says 'and it is named' <(tail -n 1 err) 'not covered: no recording is in the folder empty'
gate --allow-no-cuda clean empty
is 'allowed there too' $status 0
gate missing.vramtrack
is 'a file that is missing: status is 4' $status 4
head -c 5000 rec/*.vramtrack >empty/cut.vramtrack
gate empty
is 'a damaged one: status is 4' $status 4
gate empty rec
is 'findings are told beside it' $status 1
says 'and that it cannot be read' <(tail -n 1 err) '1 recording cannot be read'
gate --simulate rec
is 'options of a run are refused: they would do nothing' $status 2

scene 'leaks of forked children'
gated -- fork child_only
is 'status is 1' $status 1

# ---- Nothing is green because the tool was not there --------------------------------------------

scene 'a program that starts another without its environment'
gated -- /usr/bin/env -i LD_LIBRARY_PATH="$SIMULATE_DIR" "$HAZARDS/findings" leaks
is 'status is 3' $status 3
says 'it is not covered' <(tail -n 1 err) '^vramtrack gate: not covered: '
gated --uncovered-exitcode 77 --report json=report.json -- /usr/bin/env -u LD_PRELOAD "$HAZARDS/findings" clean
is 'nor without LD_PRELOAD alone' $status 77
is 'the report says so' "$(jq -r .gate.verdict report.json)" uncovered

scene 'programs that the shim cannot be in'
if gcc -static -o static -xc - <<<'int main(void) { return 0; }' 2>/dev/null; then
	gated --allow-no-cuda -- ./static
	is 'a static one: status is 3, whatever is allowed' $status 3
	says 'it says why' <(tail -n 1 err) 'not covered: \./static is statically linked'
else skip 'a static one' 'no static libc here'; fi
cp /bin/true privileged
if [ "$(id -u)" -eq 0 ] && chown 65534 privileged && chmod u+s privileged; then
	gated --allow-no-cuda -- ./privileged
	is 'a set-user-ID one: status is 3' $status 3
	says 'it says why' <(tail -n 1 err) 'not covered: \./privileged gains privileges'
else skip 'a set-user-ID one' 'only root can make one of another user'; fi

scene 'the shim is missing'
VRAMTRACK_PRELOAD=/nonexistent/shim.so gated -- findings clean
is 'status is 5' $status 5
VRAMTRACK_SUPPRESSIONS_FOLDER=/nonexistent gated -- findings clean
is 'so it is without the suppressions' $status 5
VRAMTRACK_SUPPRESSIONS_FOLDER=/nonexistent gated --no-default-suppressions -- findings clean
is 'unless they are not wanted' $status 0

scene 'growth between marks that nobody saw'
gated --option growth=call:no_such_function -- findings clean
is 'a name that is wrong is not green' $status 3
says 'it is told' <(tail -n 1 err) '^vramtrack gate: not covered: findings, process [0-9]+: growth: no mark "no_such_function" was seen'
gated --fail-on leak --option growth=call:no_such_function -- findings clean
is 'but where growth is not judged' $status 0

scene 'killed'
gated -- endings killed
is 'the status is the program'"'"'s' $status 137
gate rec
is 'its recording: what lives is a leak' $status 1
gate --fail-on none rec
is 'and nobody looked through it' $status 3
gate --fail-on none --allow-unwatched-end rec
is 'which may be allowed' $status 0

scene 'a process that still runs'
mkfifo input
env LD_PRELOAD="$(preloads "$VRAMTRACK_PRELOAD")" LD_LIBRARY_PATH="$SIMULATE_DIR" VRAMTRACK_OPTIONS=output=rec:report=0 \
	"$HAZARDS/endings" waits <input >ready 2>err &
child=$!
exec 9>input
for _ in $(seq 100); do grep -q ready ready && break; sleep 0.1; done
gate --allow-unwatched-end rec
is 'status is 3' $status 3
says 'it says so' <(tail -n 1 err) 'the process still runs'
exec 9>&-
kill $child 2>/dev/null
wait $child 2>/dev/null

# ---- Baseline -------------------------------------------------------------------------------------

build() { # builds worker from worker.cpp; $flags
	# shellcheck disable=SC2086
	g++ -std=c++17 -g ${flags--O1} -I"${CUDA_INCLUDE:?}" -o worker worker.cpp \
		"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" -ldl -lpthread 2>build.err
}

scene 'a baseline in an example project'
cp "$here/../../examples/leaky_worker.cpp" worker.cpp
if build; then
	gated -- ./worker
	is 'what is known already is red without one' $status 1
	gated --baseline known --update-baseline -- ./worker
	is 'the baseline is made: status is 0' $status 0
	says 'the verdict is what was done' <(tail -n 1 err) '^vramtrack gate: baseline written: known has [0-9]+ findings now$'
	is 'its first line has its version' "$(head -n 1 known)" 'vramtrack-baseline 2'
	is 'a line for each finding' "$(grep -c '^[0-9a-f]\{32\} ' known)" \
		"$(cp err kept; grep -o 'has [0-9]* finding' kept | tr -dc 0-9)"
	is 'sorted' "$(grep '^[0-9a-f]\{32\} ' known | awk '{print $2}')" \
		"$(grep '^[0-9a-f]\{32\} ' known | awk '{print $2}' | sort)"
	silent_about 'no path of this machine, no line numbers' known "$work|\.cpp:[0-9]"
	gated --baseline known -- ./worker
	is 'then it is green' $status 0

	{ for i in $(seq 17); do echo "// line $i"; done && cat "$here/../../examples/leaky_worker.cpp"; } >worker.cpp
	build
	gated --baseline known -- ./worker
	is 'a rebuild with moved lines is green' $status 0
	flags=-O0 build
	cp known known.before
	gated --baseline known --update-baseline -- ./worker
	is 'an update of the same writes the same' "$(diff known known.before)" ''

	# The patch: a function that keeps what it took.
	sed 's|^int main(|void warm_up() { void *kept = nullptr; cudaMalloc(\&kept, 1 << 20); }\n&|; s|^int main(.*|&|' \
		worker.cpp >patched.cpp
	awk '/^int main\(/ { inside = 1 } { print } inside && /^{/ { print "\twarm_up();"; inside = 0 }' \
		patched.cpp >worker.cpp
	line=$(grep -n 'void warm_up' worker.cpp | cut -d: -f1)
	build
	gated --baseline known --report json=report.json -- ./worker
	is 'a leak that a patch brought is red' $status 1
	says 'the line is named' err "warm_up.* at .*worker\.cpp:$line"
	is 'alone' "$(jq -c '[.gate.findings[] | select(.fails) | [.standing, .bytes]]' report.json)" \
		'[["new",1048576]]'
	says 'the rest is known' err 'in the baseline$'
else
	failed 'it can be built' <build.err
fi

scene 'grown, gone and tolerated'
gated --baseline known --update-baseline -- findings leaks
sed -i 's/ 3145728 1 0 / 3000000 1 0 /' known
gated --baseline known -- findings leaks
is 'grown is red' $status 1
says 'it says by how much' <(tail -n 1 err) '142\.3 KiB, grown since the baseline'
sed -i 's/ 3000000 1 0 / 3000000 1 5% /' known
gated --baseline known -- findings leaks
is 'within the tolerance is green' $status 0
sed -i 's/^\([0-9a-f]\{32\}\)/# ticket 7\n\1/' known
gated --baseline known --update-baseline -- findings leaks
says 'an update keeps the tolerance' known ' 3145728 1 5% '
says 'and the comment' known '^# ticket 7$'
gated --baseline known -- findings clean
is 'gone is green' $status 0
says 'and told' err 'leak: 3\.0 MiB in 1 allocation: first_allocation'
says 'as sure' err '^in the baseline, and not found any more'
for program in /bin/true /bin/false; do
	gated --baseline known --report json=gone.json -- $program
	silent_about "$program was not seen or failed: nothing is gone" err 'not found any more'
	says 'it says why' err 'first_allocation.*; not sure: not everything was seen$'
	is 'in JSON too' "$(jq -c '.gate | [.all_seen, .gone_unsure, (.gone | length)]' gone.json)" '[false,true,1]'
done
gated --baseline known --allow-no-cuda -- /bin/false
says 'a program that fails may not have come so far' err 'first_allocation.*; not sure: the program failed$'
limited "$VRAMTRACK" run --simulate --no-report -o failed -- "$HAZARDS/findings" clean_but_fails
gate --baseline known failed
is 'of recordings that is no failure of the gate' $status 0
says 'nor is it sure there' err 'first_allocation.*; not sure: a process failed$'
cp known before
gated --baseline known --update-baseline -- findings leaks_and_fails
is 'a program that fails updates nothing: its status' $status 7
same_files 'the baseline is as it was' known before
gated --baseline known --update-baseline -- /bin/true
is 'nor does one that was not seen' $status 3
same_files 'the baseline is still as it was' known before
gated --baseline known --update-baseline -- findings clean
is 'an empty baseline is one' "$status $(grep -c '^[0-9a-f]\{32\}' known)" '0 0'
ln -s known link
gated --baseline link --update-baseline --tolerance 10% -- findings leaks
is 'a link stays a link' "$status $(readlink link)" '0 known'
says 'the tolerance is written' known ' 3145728 1 10% '

# ---- Suppressions and policy ------------------------------------------------------------------------

scene 'suppressions'
tracked findings leaks
cat >rules.supp <<'SUPP'
# It is known.
leak:first_allocation...main  # ticket 7
leak:nowhere
leak:main until=2020-01-01
SUPP
gate --suppressions rules.supp --report json=report.json rec
is 'status is 0' $status 0
says 'it is still listed, with the rule' err 'suppressed by rules\.supp:2: leak:first_allocation'
says 'an unused rule is told' err 'rules\.supp:3: leak:nowhere: matched nothing'
says 'an expired one too' err 'rules\.supp:4: .*: expired'
is 'and in JSON' "$(jq -c '.gate | [.findings[0].suppressed_by.line, [.idle_rules[] | [.line, .expired]]]' report.json)" \
	'[2,[[3,false],[4,true]]]'
gate --print-suppressions rec
mv out printed.supp
is 'rules for what was found are printed' "$(grep -vc '^#' printed.supp)" 1
gate --suppressions printed.supp rec
is 'and suppress it' $status 0

scene 'what a library keeps'
mkdir lib
cat >lib/library.c <<'C'
#include <cuda_runtime_api.h>
void create(void); void create(void) { void *kept; cudaMalloc(&kept, 32 << 20); }
C
echo 'void create(void); int main(void) { create(); return 0; }' >user.c
if gcc -g -shared -fPIC -I"$CUDA_INCLUDE" -Wl,-soname,libcublas.so.13 -o lib/libcublas.so.13 lib/library.c \
	"$SIMULATE_DIR/$CUDART" 2>build.err &&
	gcc -g -o user user.c lib/libcublas.so.13 -Wl,-rpath,"$PWD/lib" -Wl,--allow-shlib-undefined 2>>build.err; then
	gated -- ./user
	is 'is retained, by the rules that come with vramtrack' $status 0
	says 'and listed' err 'retained by a library \(cuBLAS\)'
	gated --no-default-suppressions -- ./user
	is 'unless that is not wanted' $status 1
else failed 'it can be built' <build.err; fi

scene 'a policy file'
mkdir project
printf '[gate]\nfail-on = bad_free\nsuppressions = rules.supp\nfindings-exitcode = 50\n' >project/gate.ini
echo 'leak:nowhere' >project/rules.supp
gated --policy project/gate.ini -- findings leaks
is 'says what fails' $status 0
says 'its paths are from its folder' err 'project/rules\.supp:1: leak:nowhere: matched nothing'
gated --policy project/gate.ini --fail-on leak -- findings leaks
is 'the command line wins' $status 50
gated --policy project/gate.ini --fail-on leak --findings-exitcode 51 -- findings leaks
is 'everywhere' $status 51

scene 'files that begin with a byte order mark, and a policy that names no class'
mark=$'\xef\xbb\xbf'
printf '%s[gate]\nfail-on = leak\nsuppressions = marked.supp\nbaseline = marked\n' "$mark" >marked.ini
printf '%sleak:*\n' "$mark" >marked.supp
gated --baseline plain --update-baseline -- findings clean
{ printf '%s' "$mark" && cat plain; } >marked
gated --policy marked.ini -- findings leaks
is 'the mark is passed over in all three' $status 0
printf '[gate]\nfail-on =\n' >empty.ini
gated --policy empty.ini -- findings leaks
is 'no class is an error' $status 4
says 'with its place and what to write' err 'empty\.ini:2:.*expected classes, as leak or any, or none'

scene 'suppressions that cannot be written'
"$VRAMTRACK" gate --no-default-suppressions --print-suppressions "$work" 2>err >/dev/full
says 'the reason is the real one' err 'cannot write the suppressions to standard output: No space left on device$'

# ---- Many at once, and names ----------------------------------------------------------------------------

scene 'two gates at once on one folder'
for i in 1 2 3; do
	"$VRAMTRACK" gate --simulate -o rec --baseline known --update-baseline --report json=report.json \
		-- "$HAZARDS/findings" leaks >out.$i 2>err.$i &
done
wait
is 'all are done' "$(tail -qn 1 err.? | sort -u)" 'vramtrack gate: baseline written: known has 1 finding now'
is 'the report is whole' "$(jq -r '.gate.findings | length' report.json)" 1
is 'the baseline too' "$(wc -l <known)" 5
no_leftovers 'nothing is left behind'
gate --baseline known rec
is 'three runs are three times as much' $status 1
is 'each had its own recordings' "$(recordings)" 3

scene 'names with spaces, quotes, markup and newlines'
name=$'a "b" <script>alert(1)<b> & \'c\'\n::error::x \e[31m'
mkdir "$name" && name="$name/$name"
cp "$HAZARDS/findings" "./$name"
reports=()
for format in text json html markdown junit sarif github gitlab; do reports+=(--report "$format=$format.report"); done
gated "${reports[@]}" -- "./$name" leaks
is 'status is 1' $status 1
is 'standard error has one program in a line' "$(grep -c '^::error::' err)" 0
for format in text markdown github; do
	is "$format has no control character" "$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' <$format.report | wc -c)" 0
done
for format in json sarif gitlab; do
	is "$format is JSON" "$(jq -es 'length' $format.report)" 1
done
if command -v xmllint >/dev/null; then
	xmllint --noout junit.report 2>xml.err
	is 'junit is XML' "$? $(cat xml.err)" '0 '
else skip 'junit is XML' 'no xmllint here'; fi
silent_about 'no annotation is forged' github.report '^::error::x'
no_leftovers 'nothing is left behind'
gated --baseline known --update-baseline -- "./$name" leaks
gated --baseline known -- "./$name" leaks
is 'a baseline of it is read again' $status 0

scene 'reports on standard output'
gated --report json=- -- findings leaks
is 'one document' "$(jq -r .gate.verdict out)" findings
gated --report text=/dev/full -- findings clean
is 'a full disk: status is 5' $status 5
echo old >report
gated --report json=report -- /nonexistent/program
is 'the program is not found: 127' $status 127
is 'the old report is as it was' "$(cat report)" old
no_leftovers 'and nothing beside it'

finish
