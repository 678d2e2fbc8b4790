#!/usr/bin/env bash
# The formats of other programs are what these programs read, whatever is in the recording, and
# their sums are those of the JSON report.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK:?path of the command}"
recordings=${FORMAT_RECORDINGS:-tests/format_recordings}
[ -x "$recordings" ] || { echo "Bail out! no $recordings: build it first"; exit 99; }
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-formats.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 PPROF_TMPDIR=$work GOCACHE=$work/go DEBUGINFOD_URLS=''
unset VRAMTRACK_OPTIONS
. "$here/consumers_lib.sh"

# make FORMAT NAME [OPTION...]: $work/NAME.FORMAT, of the recording of that name; of all but the torn
make() {
	local format=$1 name=$2 paths=("$work/$2.vramtrack")
	shift 2
	[ "$name" != all ] || mapfile -t paths < <(compgen -G "$work/*.vramtrack" | grep -v '/torn')
	"$VRAMTRACK" report --format="$format" "$@" -o "$work/$name.$format" "${paths[@]}" >"$work/seen" 2>&1
}

"$recordings" "$work" >"$work/seen" 2>&1
result $? 'the recordings are written'
# What the recorder itself writes, with names of native code, a history, and events.
names=(all rank0 hostile long empty torn)
if [ -n "${HAZARDS-}" ] && [ -n "${SIMULATE_DIR-}" ]; then
	VRAMTRACK_SIMULATE_FOLDER=$SIMULATE_DIR "$VRAMTRACK" run --simulate --option timeline=events --no-report -o "$work/run" -- \
		"$HAZARDS/peak" >"$work/seen" 2>&1 && mv "$work"/run/*.vramtrack "$work/real.vramtrack"
	result $? 'a program is recorded'
	names+=(real)
fi
for name in "${names[@]}"; do
	make json "$name"
	result $? "JSON, $name"
done

# ---- What is the same of each -------------------------------------------------------------------

# Read back by its reader, and its sums compared with JSON's.
same_totals() { # FORMAT TOOL
	local name
	for name in "${names[@]}"; do
		make "$1" "$name" && check "$1, $name: sums are JSON's" "$2" \
			python3 "$here/formats/totals.py" "$work/$name.json" "$1" "$work/$name.$1"
	done
}

# ---- pprof --------------------------------------------------------------------------------------

same_totals pprof go
pprof() { go tool pprof -symbolize=none "$@" 2>&1 | tee "$work/seen" | sed 's/[ \t]\+/ /g'; }
pprof_says() { # PATTERN OPTION... FILE
	local pattern=$1
	shift
	pprof "$@" | grep -Eq -- "$pattern"
}
check 'pprof: device memory that is left is what is shown first' go \
	pprof_says '^Type: inuse_space' -top "$work/rank0.pprof"
check 'pprof: a Python function has its file and line' go \
	pprof_says 'Trainer.step /srv/app/train.py:42' -top -lines "$work/rank0.pprof"
check 'pprof: the build-id is there' go pprof_says '/srv/app/libmodel.so 00000000' -raw "$work/rank0.pprof"
check 'pprof: labels choose a rank' go \
	pprof_says '^ rank: 1$' -traces '-tagfocus=rank=^1$' "$work/all.pprof"
for label in 'device GPU 1' 'kind linear' 'purpose weights' 'label layer 1' 'pid 101' 'host node7' 'program worker'; do
	check "pprof: the label ${label%% *}" go \
		pprof_says "^ ${label%% *}: ?${label#* }$" -traces -sample_index=inuse_objects "$work/all.pprof"
done
check 'pprof: what is missing of a stack is said' go \
	pprof_says 'deeper frames were not kept' -top -sample_index=managed_peak_space "$work/rank0.pprof"
check 'pprof: two recordings are compared' go \
	pprof_says '^Type: inuse_space' -top -diff_base "$work/rank0.pprof" "$work/hostile.pprof"
check 'pprof: gzip reads it' gzip gzip -t <"$work/all.pprof"

# ---- Folded stacks ------------------------------------------------------------------------------

for name in all hostile torn; do
	for bucket in vram managed; do
		for measure in leaked live peak allocated; do
			make folded "$name" --memory=$bucket --of=$measure &&
				mv "$work/$name.folded" "$work/$name.$bucket.$measure.folded"
		done
	done
	make folded "$name" --memory=imported --of=live &&
		mv "$work/$name.folded" "$work/$name.imported.live.folded"
	check "folded, $name: sums are JSON's" python3 python3 "$here/formats/totals.py" "$work/$name.json" folded \
		"$work/$name".*.folded
done
make folded rank0
make folded hostile
cmp "$work/hostile.folded" "$work/hostile.vram.leaked.folded" >"$work/seen" 2>&1
result $? 'folded: leaked device memory is what is said without an option'
says() { # PATTERN FILE
	cp "$2" "$work/seen" && grep -Eq -- "$1" "$2"
}
says '^GPU 0;0x7f0000001000;Trainer.step \(train.py\);libmodel.so\+0x1234 2101448$' "$work/rank0.folded"
result $? 'folded: a stack from the outermost frame on, by device'
[ "$(sed 's/ [0-9]*$//; s/[^;]//g' "$work/hostile.folded" | sort -u)" = ';;;' ]
result $? 'folded: no name ends a frame'
says '^worker \(pid 101, rank 1\);GPU 0;.* 2101450$' "$work/all.vram.leaked.folded"
result $? 'folded: of several processes each is said'
says '^worker \(pid 100, rank 0\);GPU 1;\[deeper frames were not kept: option depth\];libmodel.so\+0x1234 4198600$' "$work/all.managed.live.folded"
result $? 'folded: what is missing of a stack is said'
"$VRAMTRACK" report --of=peak "$work/rank0.vramtrack" >"$work/seen" 2>&1
[ $? -eq 2 ] && grep -q -- '--of has no effect without --format=folded' "$work/seen"
result $? 'folded: its options are for it alone'

# ---- speedscope ---------------------------------------------------------------------------------

same_totals speedscope python3
scope_valid() { jsonschema -i "$1" "$here/schemas/speedscope-1.25.0.json"; }
for name in "${names[@]}"; do
	check "speedscope, $name: as its schema has it" jsonschema scope_valid "$work/$name.speedscope"
done
scope_refused() {
	jq '.profiles[0].unit = "stones"' "$work/all.speedscope" >"$work/broken.json" && ! scope_valid "$work/broken.json"
}
check 'speedscope: its schema refuses what is none' jsonschema scope_refused
check 'speedscope: a Python frame has its file and line' jq jq -e \
	'.shared.frames[] | select(.name == "Trainer.step (train.py)") | .file == "/srv/app/train.py" and .line == 42' \
	"$work/rank0.speedscope"

# ---- OpenMetrics --------------------------------------------------------------------------------

same_totals openmetrics python3
promtool_takes() { promtool check metrics <"$1" && [ -s "$1" ]; }
# Read as OpenMetrics, which it does into a database only, and with a time.
prometheus_reads() {
	sed '/^#/!s/$/ 1700000000/' "$1" >"$work/timed" &&
		promtool tsdb create-blocks-from openmetrics "$work/timed" "$work/blocks" &&
		mkdir -p "$work/blocks/wal" "$work/blocks/chunks_head" && promtool tsdb dump "$work/blocks" >"$work/dump" || return 1
	grep -Fq "$2" "$work/dump" && return
	cat "$work/dump"
	return 1
}
for name in "${names[@]}"; do
	check "OpenMetrics, $name: promtool finds nothing" promtool promtool_takes "$work/$name.openmetrics"
done
promtool_refuses() { ! sed 's/ device="0"/ device="0/; s/^# TYPE.*/# TYPE x y/' "$work/all.openmetrics" | promtool check metrics; }
check 'OpenMetrics: promtool refuses what is none' promtool promtool_refuses
check 'OpenMetrics: Prometheus takes it for that' promtool prometheus_reads "$work/all.openmetrics" \
	'{__name__="vramtrack_site_live_bytes", device="0", host="node7", kind="linear", memory="vram", number="0", pid="100", program="worker", rank="0", site="Trainer.step (train.py:42)"} 2.101448e+06'
cp "$work/rank0.vramtrack" "$work/again" &&
	printf '\x01' | dd of="$work/again" bs=1 seek=40 conv=notrunc status=none
"$VRAMTRACK" report --format=openmetrics "$work/rank0.vramtrack" "$work/again" >"$work/twice" 2>"$work/seen"
grep -Eq '^vramtrack_running\{.*,copy="1"\} 0$' "$work/twice"
result $? 'OpenMetrics: two recordings of one number are two'

# ---- SQLite -------------------------------------------------------------------------------------

if ! make sqlite empty && grep -q 'built without what --format=sqlite needs' "$work/seen"; then
	check 'SQLite: it is said that there is none' no-sqlite true
else
	same_totals sqlite python3
	# Each query of the documentation has an answer.
	awk -v RS='```' '/^sql\n/ { sub(/^sql\n/, ""); printf "%s%c", $0, 0 }' "$here/../docs/formats.md" >"$work/queries"
	queries=0
	while IFS= read -r -d '' query; do
		answers() { sqlite3 -bail "$work/all.sqlite" <<<"$query" | grep . ; }
		queries=$((queries + 1))
		check "SQLite: docs/formats.md: $(head -n 1 <<<"$query")" sqlite3 answers
	done <"$work/queries"
	[ $queries -ge 6 ]
	result $? 'SQLite: the documentation has queries'
	overtime() {
		[ "$(sqlite3 "$work/real.sqlite" "SELECT max(most_bytes) = (SELECT max(peak_bytes) FROM device_memory WHERE bucket = 'vram'),
			(SELECT sum(CASE what WHEN 'allocated' THEN bytes ELSE -bytes END) FROM events e JOIN sites s ON s.id = e.site_id
			WHERE s.bucket = 'vram') = (SELECT sum(live_bytes) FROM device_memory WHERE bucket = 'vram'),
			(SELECT count(*) > 0 FROM events WHERE what = 'freed') FROM timeline WHERE bucket = 'vram'")" = '1|1|1' ]
	}
	[[ " ${names[*]} " != *' real '* ]] || check 'SQLite: what was held over time, and events' sqlite3 overtime
	leaks() { sqlite3 "$work/rank0.sqlite" 'SELECT bytes, count, function, file, line, kind, device, pid, rank FROM leaks LIMIT 1' |
		grep -Fx '14684360|2|Trainer.step|/srv/app/train.py|42|linear|0|100|0'; }
	check 'SQLite: the view of leaks' sqlite3 leaks
	none_in_place() { [ -z "$(TMPDIR=$work/absent "$VRAMTRACK" report --format=sqlite "$work/rank0.vramtrack" 2>"$work/err")" ] &&
		grep 'cannot make the report: No such file or directory' "$work/err"; }
	check 'SQLite: without a place for its file it is an error' sqlite3 none_in_place
fi

# ---- Perfetto, PyTorch's viewer -------------------------------------------------------------------

same_totals perfetto python3
check 'Perfetto: an allocation has its stack and its purpose' jq jq -e '[.traceEvents[] | select(.ph == "b" and
	.args.purpose == "weights" and .args.stack == "libmodel.so+0x1234\nTrainer.step (train.py:42)\n0x7f0000001000")] |
	length == 2' "$work/rank0.perfetto"
check 'Perfetto: processes are told apart' jq jq -e '[.traceEvents[] | select(.ph == "M") | [.pid, .args.name]] |
	index([[100, "worker (pid 100, rank 0)"]]) and index([[101, "worker (pid 101, rank 1)"]])' "$work/all.perfetto"
[[ " ${names[*]} " != *' real '* ]] || check 'Perfetto: what was live over time' jq jq -e '[.traceEvents[] |
	select(.ph == "C" and .name == "GPU 0: device memory, live") | .args.bytes] | max == 10485760' "$work/real.perfetto"
same_totals memory-viz python3
snapshot_has() {
	python3 -c 'import pickle, sys
snapshot = pickle.load(open(sys.argv[1], "rb"))
devices = [(d["index"], d["pid"], d["rank"], d["ordinal"]) for d in snapshot["vramtrack"]["devices"]]
print(devices)
assert devices[:4] == [(0, 100, 0, 0), (1, 100, 0, 1), (2, 101, 1, 0), (3, 101, 1, 1)]
assert {"filename": "/srv/app/train.py", "line": 42, "name": "Trainer.step"} in snapshot["segments"][0]["blocks"][0]["frames"]
assert snapshot["device_traces"][2] and not snapshot["device_traces"][3]' "$1"
}
check 'memory-viz: devices of processes are told apart' python3 snapshot_has "$work/all.memory-viz"

# ---- CSV ----------------------------------------------------------------------------------------

same_totals csv python3
csv_sum() {
	[ "$(sqlite3 :memory: ".import --csv $work/rank0.csv t" \
		'SELECT sum(leaked_bytes) FROM t WHERE bucket = "vram" AND purpose = "weights" AND rank = "0"')" = 8388808 ]
}
check 'CSV: a database imports it' sqlite3 csv_sum

# ---- Where a report goes ------------------------------------------------------------------------

# As a user has it: both ends are a terminal. script(1) gives the command's status.
on_terminal() { # ARGUMENT...
	script -qec "$(printf '%q ' "$VRAMTRACK" "$@")" /dev/null </dev/null
	[ $? -eq 2 ]
}
for format in pprof sqlite memory-viz; do
	check "$format is for no terminal" script on_terminal report --format=$format "$work/rank0.vramtrack"
	grep -q 'is not for a terminal: name a file with -o' "$work/seen"
	result $? "$format: what to do is said"
	"$VRAMTRACK" run --format=$format -- true 2>"$work/seen"
	[ $? -eq 2 ] && grep -q 'name a file with --report-file' "$work/seen"
	result $? "$format: nor for the standard error of a run"
	"$VRAMTRACK" report --format=$format "$work/rank0.vramtrack" 2>"$work/seen" | cmp - "$work/rank0.$format" >>"$work/seen"
	result $? "$format goes into a pipe, and is the same each time"
done
"$VRAMTRACK" report --format=pprof --merge "$work/rank0.vramtrack" >"$work/seen" 2>&1
[ $? -eq 2 ] && grep -q -- '--merge has no effect with --format=pprof' "$work/seen"
result $? 'what has no effect is refused'

echo "1..$number"
[ "$failures" -eq 0 ]
