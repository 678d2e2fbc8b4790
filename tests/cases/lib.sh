# What the end-to-end tests share: running a program in three ways, reading the
# report, and checks that say what they saw.
#
# A test script sources this file, then:
#   scene TITLE                 a fresh folder; `rec` in it takes the recordings
#   native|tracked|preloaded PROGRAM [ARGUMENT...]
#                               sets $status, writes out and err; a name without
#                               a slash is one of the hazard programs
#   is WHAT SEEN WANTED         equal texts
#   holds WHAT JQ-FILTER        true of the report of all recordings, as they are
#                               before the next run, scene or read_report, and
#                               told at the end. A script that changes `rec`
#                               itself calls ask first.
#   says WHAT FILE PATTERN      a line matches (extended regular expression)
#   finish                      the plan; exits with 1 if a check failed
# Needs in the environment: VRAMTRACK, VRAMTRACK_PRELOAD, SIMULATE_DIR, HAZARDS. With a toolkit of CUDA 12,
# CUDART as well.

: "${VRAMTRACK:?path of the command}" "${VRAMTRACK_PRELOAD:?path of the shim}"
: "${SIMULATE_DIR:?folder of the simulated device}" "${HAZARDS:?folder of the hazard programs}"
export CUDART="${CUDART:-libcudart.so.13}" # the runtime that programs are linked with: that of the toolkit

# skip WHAT WHY: one check that this machine cannot make
skip() { checks=$((checks + 1)); echo "ok $checks - $title: $1 # SKIP $2"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
command -v jq >/dev/null || skip_all 'jq is not installed (package jq)'
. "$(dirname "${BASH_SOURCE[0]}")/sanitized.sh" # all of it is for builds with a sanitizer

unset LD_PRELOAD VRAMTRACK_OPTIONS VRAMTRACK_SIMULATE VRAMTRACK_RUN VRAMTRACK_PAGE
export LC_ALL=C VRAMTRACK_SIMULATE_FOLDER=$SIMULATE_DIR
# shellcheck disable=SC2034 # the scripts that read this file use them
libraries=$HAZARDS/lib
# shellcheck disable=SC2034
sources=$(cd "$(dirname "$0")/../hazards" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-test.XXXXXX") || exit 99
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
sanitizer_begin
checks=0 failures=0 title='' status=0
# Of a script that does not look at the text report of its runs: (--no-report)
no_report=()
# Given to every run that follows, until the next scene.
run_options=() preload_more='' library_path=''

scene() {
	ask
	is_fresh='' title=$1
	run_options=() preload_more='' library_path='' unaccounted='' under_way=0 late_frees=0
	mkdir -p "$work/$((++scenes))/rec" && cd "$work/$scenes" || exit 99
}
scenes=0

program() { case $1 in */*) echo "$1" ;; *) echo "$HAZARDS/$1" ;; esac; }

# Limited in time, so that a hang is a failure with a name. $input is a file to read.
limited() {
	ask
	is_fresh=''
	{ timeout -k 5 "${seconds:-60}" "$@" >out 2>err <"${input:-/dev/null}"; } 2>/dev/null
	status=$?
	sanitizer_look
	[ $status -ne 124 ] || echo "# timed out: $*"
}

native() {
	local path preload
	path=$(program "$1") && shift
	preload=$(preloads "$preload_more")
	limited env ${preload:+LD_PRELOAD="$preload"} \
		LD_LIBRARY_PATH="${library_path:-$SIMULATE_DIR}" "$path" "$@"
}

tracked() {
	local path
	path=$(program "$1") && shift
	count_calls
	limited env ${call_counts:+VRAMTRACK_SIMULATE="$counting"} ${preload_more:+LD_PRELOAD="$preload_more"} \
		"$VRAMTRACK" run --simulate -o rec "${no_report[@]}" "${run_options[@]}" -- "$path" "$@"
	all_accounted
}

# Under LD_PRELOAD alone. preload_first and preload_last are other libraries.
preloaded() {
	local path
	path=$(program "$1") && shift
	count_calls
	limited env ${call_counts:+VRAMTRACK_SIMULATE="$counting"} \
		LD_PRELOAD="$(preloads "${preload_first-}" "$VRAMTRACK_PRELOAD" "${preload_last-}")" \
		LD_LIBRARY_PATH="${library_path:-$SIMULATE_DIR}" \
		VRAMTRACK_OPTIONS="${VRAMTRACK_OPTIONS-output=rec}" "$path" "$@"
	all_accounted
}

# ---- Every call that the simulated driver counts is recorded, or counted as lost ----
# Compared after each run, process by process (simulate/driver/doors/calls.c). A scene that is
# otherwise says so, with its reason:
#   unaccounted=WHY    nothing is compared
#   under_way=N        so many threads may be in the middle of a call when the process ends
#   late_frees=N       so many frees come after the driver's end: recorded, and no success
call_counts='' runs=0 unaccounted='' under_way=0 late_frees=0

# A file of 256 rows for the run that follows.
count_calls() {
	call_counts=''
	[ -z "$unaccounted" ] || return 0
	call_counts=$work/driver_calls.$((++runs))
	truncate -s 32K "$call_counts"
	counting=${VRAMTRACK_SIMULATE:+$VRAMTRACK_SIMULATE:}calls=$call_counts
}

calls_seen() {
	od -An -v -tu8 -w128 "$1" | awk '$1 { printf "%s{\"pid\":%d,\"allocations\":%d,\"frees\":%d," \
		"\"made\":%d,\"ended\":%d,\"others\":%d,\"refused\":%d,\"came\":%d,\"went\":%d}", \
		comma, $1, $2, $3, $4, $5, $6, $7, $8, $9; comma = "," }'
}

# Prints what does not agree. Memory that several calls may hold (physical and multicast memory, and
# what others opened) comes and goes by the first reference and the last. Not compared: what a
# certificate says that it did not see. A call may be recorded and lost: it was left
# after that. A context or a graph ends much without calls.
accounting='
def sum(f): map(f) | add // 0;
def is_object: .kind | IN("module", "library", "stream", "event", "texture_object", "surface_object",
	"external_semaphore");
def is_shared: .kind | IN("vmm", "vmm_host", "vmm_imported", "multicast", "ipc_imported");
def is_memory: (.bucket | IN("held", "blocks") | not) and (is_shared | not);
def recorded: [.devices[].kinds[]] | {
	allocations: [.[] | select(is_memory and .kind != "graph")] | sum(.allocations),
	frees: [.[] | select(is_memory)] | sum(.frees),
	came: [.[] | select(is_shared)] | sum(.allocations), went: [.[] | select(is_shared)] | sum(.frees),
	made: [.[] | select(is_object)] | sum(.allocations), ended: [.[] | select(is_object)] | sum(.frees) };
def lost: [.lost[] | select(.what | IN("allocations", "frees", "devices", "jumps", "nested_calls",
	"recorder_left", "recording_taken_away"))] | sum(.count);
def unaccounted($calls; $under_way; $late_frees):
.processes as $processes | $calls | group_by(.pid)[] |
{ pid: .[0].pid, allocations: sum(.allocations), frees: sum(.frees), made: sum(.made),
  ended: sum(.ended), others: sum(.others), refused: sum(.refused), came: sum(.came), went: sum(.went) } as $seen |
[$processes[] | select(.pid == $seen.pid)] | . as $all |
select(all(.[]; all(.coverage.passages[]; .covered))) |
(if . == [] then [[]] else group_by(.coverage.source) end)[] | map(recorded) as $r |
{ allocations: $r | sum(.allocations), frees: $r | sum(.frees), made: $r | sum(.made), ended: $r | sum(.ended),
  came: $r | sum(.came), went: $r | sum(.went) } as $recorded |
sum(lost) as $lost |
{ allocations: ($seen.allocations - $recorded.allocations), frees: ($seen.frees - $recorded.frees),
  made: ($seen.made - $recorded.made), ended: ($seen.ended - $recorded.ended),
  came: ($seen.came - $recorded.came), went: ($seen.went - $recorded.went) } as $missing |
select(([$missing[] | select(. > 0)] | add // 0) > $lost + $under_way or
	([$missing.allocations, $missing.made, $missing.came] | min) < 0 or
	($seen.others == 0 and ([$missing.frees, $missing.ended, $missing.went] | min) < -($under_way + $late_frees))) |
{ recordings: ($all | length), $seen, $recorded, $lost, $missing };
'

all_accounted() {
	local seen unrecorded=false
	local -x LD_AUDIT='' # of the program, not of what looks at it
	[ -n "$call_counts" ] || return 0
	seen=$(calls_seen "$call_counts")
	[ -n "$seen" ] || return 0
	take_report
	is_fresh=yes
	# Without a recording it is said, once for the process.
	! grep -q '^vramtrack: .*this process is not recorded' err || unrecorded=true
	holds 'every call that the driver counts is recorded or lost' \
		"[unaccounted([$seen]; $under_way; $late_frees)] | . == [] or (.[0].recordings == 0 and $unrecorded) or error(tojson)"
	ask # the script may take the recordings away
}

# A check that there is none of has not passed. bash calls this in a process of its own, so the plan does
# not have it, and the test fails.
command_not_found_handle() {
	echo "not ok - $title: there is no command $1"
	return 127
}

passed() { checks=$((checks + 1)); echo "ok $checks - $title: $1"; }

# failed WHAT, and on standard input what was seen
failed() {
	checks=$((checks + 1)) failures=$((failures + 1))
	echo "not ok $checks - $title: $1"
	head -c 3000 | sed 's/^/#   /'
	echo "#   status $status; the program's standard error:"
	tail -n 12 err 2>/dev/null | sed 's/^/#     /'
}

is() {
	if [ "$2" = "$3" ]; then passed "$1"; else
		failed "$1" < <(printf 'seen:   %s\nwanted: %s\n' "$2" "$3")
	fi
}

same_files() { # WHAT FILE FILE
	if cmp -s "$2" "$3"; then passed "$1"; else failed "$1" < <(diff "$2" "$3"); fi
}

says() {
	if grep -Eq -- "$3" "$2"; then passed "$1"; else
		failed "$1" < <(echo "no line of $2 matches: $3"; tail -n 30 "$2")
	fi
}

silent_about() { # WHAT FILE PATTERN: no line matches
	if grep -Eq -- "$3" "$2"; then
		failed "$1" < <(echo "lines of $2 match: $3"; grep -E -- "$3" "$2")
	else passed "$1"; fi
}

recordings() { find rec -name '*.vramtrack' 2>/dev/null | wc -l; }

# All recordings of the scene, read again, as report.json.
read_report() {
	ask
	take_report
}

take_report() {
	local files=()
	is_kept=''
	shopt -s globstar nullglob
	files=(rec/**/*.vramtrack)
	shopt -u globstar nullglob
	[ ${#files[@]} -gt 0 ] || { echo '{"processes":[]}' >report.json; return; }
	timeout 60 "$VRAMTRACK" report --format=json "${files[@]}" >report.json 2>report.err
}

# Words for filters over a report.
words='
def found: .processes[].findings[];
def of($class): [found | select(.class == $class)];
def leaks: of("leak");
def bytes($class): of($class) | map(.bytes) | add // 0;
def count($class): of($class) | map(.count) | add // 0;
def through($name): any(.stack[]; (.function // "") | test("\\b" + $name + "\\b"));
def leaked_by($name): [leaks[] | select(through($name))];
def sum: map(.bytes) | add // 0;
def live: [.processes[].devices[].live_bytes] | add // 0;
def only($class): all(found; .class == $class);
def MiB: 1048576;
'

# ---- What is asked of reports -----------------------------------------------------------
# jq takes 20 ms to start: what a script asks is answered together, at its end or when it is much. The
# report that was asked is kept until then, with all that a failure tells.
is_fresh='' is_kept='' readings=0 asked_words=''
asked=() filters=()                             # what was told, of a report that nobody has taken yet
kept_asked=() kept_filters=() kept_of=()        # and of a report that is kept: which of them
kept_titles=() kept_statuses=() kept_folders=() # of each report
holds() { asked+=("$1") filters+=("$2"); }

# Takes the report that was asked, before something changes what is in it.
ask() {
	local i
	[ ${#asked[@]} -gt 0 ] || return 0
	# Nothing ran since the report was taken, and the folder has no other recordings.
	if [ -z "$is_fresh" ] || [ ! rec -ot report.json ]; then take_report; fi
	if [ "$words" != "$asked_words" ] || [ ${#kept_asked[@]} -ge 100 ]; then answer; fi
	asked_words=$words
	if [ -z "$is_kept" ]; then
		{ cat report.json && echo; } >>"$work/readings"
		kept_titles[readings]=$title kept_statuses[readings]=$status kept_folders[readings++]=$PWD
		is_kept=yes
	fi
	for i in "${!asked[@]}"; do
		kept_asked+=("${asked[i]}") kept_filters+=("${filters[i]}") kept_of+=($((readings - 1)))
	done
	asked=() filters=()
}

# What jq gives for these questions, a line each: yes, or what is instead.
give() {
	local program='' i
	for i; do
		program+="${program:+,}(\$reports[${kept_of[i]}] | try {is: ([${kept_filters[i]}
			] | last)} catch {error: .})"
	done
	jq -nr "$accounting $asked_words [inputs] as \$reports | [$program] | .[] |
		if .is then \"yes\" else \"\(.error // .is | tojson)\" end" "$work/readings" 2>&1
}

# One jq for all that was asked; one for each if that cannot be: a filter is wrong, or a report.
answer() {
	local answers i seen_title=$title seen_status=$status seen_folder=$PWD
	[ ${#kept_asked[@]} -gt 0 ] || return 0
	mapfile -t answers < <(give "${!kept_asked[@]}" || echo 'an error')
	if [ ${#answers[@]} -ne ${#kept_asked[@]} ]; then
		for i in "${!kept_asked[@]}"; do answers[i]=$(give "$i"); done
	fi
	for i in "${!kept_asked[@]}"; do
		title=${kept_titles[kept_of[i]]} status=${kept_statuses[kept_of[i]]}
		if [ "${answers[i]-}" = yes ]; then passed "${kept_asked[i]}"; else
			cd "${kept_folders[kept_of[i]]}" || exit 99
			failed "${kept_asked[i]}" < <(
				echo "not so: ${kept_filters[i]} (gives: ${answers[i]})"
				outline "${kept_of[i]}")
		fi
	done
	cd "$seen_folder" || exit 99
	title=$seen_title status=$seen_status
	kept_asked=() kept_filters=() kept_of=() readings=0 is_kept=''
	: >"$work/readings"
}

# What the report has, for whoever reads of a failure.
outline() { # which of the reports
	jq -cn --argjson of "$1" 'nth($of; inputs) | .processes[] | {command, exit, state, lost,
		devices: [.devices[] | {ordinal, live_bytes, peak_bytes, allocations, frees}]},
		(.findings[] | {class, reason, bytes, count, kind, api,
		stack: [.stack[].function]})' "$work/readings" 2>&1 | cut -c1-400
	head -n 5 report.err 2>/dev/null
}

finish() {
	ask
	answer
	sanitizer_end
	echo "1..$checks"
	[ "$failures" -eq 0 ]
	exit
}
