#!/usr/bin/env bash
# What nobody owns, from mark to mark: growth of it is a finding of its own, with bytes a mark;
# where other processes moved the driver's number that is said, and it is neither red nor green by
# mistake.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)
model=model=h200:memory=64G

rest='def MiB: 1048576;
	def rest: [.processes[].unattributed[]][0];
	def found: of("unattributed_growth");'

# steps OPTIONS: 40 marks beside a driver so
steps() {
	VRAMTRACK_SIMULATE=$model:$1 tracked charges steps
	is 'status is 0' $status 0
}
gate() { limited "$VRAMTRACK" gate "$@" rec; }

scene 'the driver keeps a granule at each launch'
steps driver_keeps=2M
holds 'it is growth, with bytes a mark, and of nothing else' "$rest (found | length) == 1 and of(\"growth\") == [] and
	all(found[]; .bytes_per_mark == 2 * MiB and .mark == \"step\" and .last_mark == 40 and .stack == [] and
	.last_bytes - .first_bytes == .bytes and .device == 0)"
holds 'and nobody else moved the number' "$rest rest.verdict == \"grows\" and rest.others_moved_bytes == 0 and rest.samples > 20"
gate
is 'the gate fails' $status 1
says 'by that class' err '^vramtrack gate: findings: 1 finding beyond the policy "unattributed_growth": [0-9.]+ MiB$'
gate --fail-on leak --fail-on growth
is 'unless it is not asked for' $status 0
gate --fail-on 'unattributed_growth:>1G'
is 'or less than that' $status 0
"$VRAMTRACK" report --show findings rec >text 2>/dev/null
says 'the text says so' text '^UNATTRIBUTED GROWTH 2\.0 MiB a mark of memory on GPU 0 that no call took$'
says 'over what' text '^  not attributed: from .* MiB to .* MiB over [0-9]+ marks "step" after warm-up'
for format in junit sarif markdown; do
	gate --report $format=report.out
	is "as $format" $status 1
	says "as $format it is there" report.out 'unattributed_growth|growth that nobody owns'
done

for keeps in 0 64K; do
	scene "the driver keeps $keeps at each launch"
	steps driver_keeps=$keeps
	holds 'none is found, and it was looked for' "$rest found == [] and rest.verdict == \"steady\" and rest.samples > 20"
	gate
	is 'the gate is green' $status 0
	"$VRAMTRACK" report --show processes rec >text 2>/dev/null
	says 'the text says that it looked' text '^growth of what nobody owns on GPU 0: none found '
	"$VRAMTRACK" report rec >text 2>/dev/null
	is 'a reading says so once, and not before all else' \
		"$(grep -c '^growth of what nobody owns.*none found' text),$(head -n 2 text | grep -c nobody)" 1,0
done

scene 'another process takes more all the time'
steps other_memory=1G:other_grows=2M
holds 'it is not ours' "$rest found == [] and rest.verdict == \"steady\""
gate
is 'the gate is green' $status 0

scene 'both do'
steps other_memory=1G:other_grows=2M:driver_keeps=8M
holds 'ours is found alone' "$rest (found | length) == 1 and found[0].bytes_per_mark > 6 * MiB and found[0].bytes_per_mark < 9 * MiB"

scene 'without NVML, the driver keeps'
library_path=$work/without_nvml
mkdir -p "$library_path"
for file in "$SIMULATE_DIR"/libcuda.so*; do ln -sf "$file" "$library_path"; done
VRAMTRACK_SIMULATE=$model:driver_keeps=2M preloaded charges steps
holds 'whose it is cannot be told' "$rest found == [] and rest.verdict == \"not_told\" and rest.word == \"device\" and
	(rest.reason | test(\"NVML did not tell\")) and rest.others_moved_bytes == null"
gate
is 'the gate is not green' $status 3
says 'and says why' err 'growth of what nobody owns: it grows, and NVML did not tell'
"$VRAMTRACK" report rec >text 2>/dev/null
says 'the report says so before all else' text '^growth of what nobody owns on GPU 0: not told: it grows, and NVML did not tell'
gate --fail-on leak
is 'unless it is not asked for' $status 0
scene 'without NVML, nobody keeps'
library_path=$work/without_nvml
VRAMTRACK_SIMULATE=$model preloaded charges steps
gate
is 'the gate is green' $status 0

scene 'marks by time'
run_options=(--option growth=every:0.02)
tracked growth timed
holds 'it is asked at the allocation that brings them' "$rest found == [] and rest.verdict == \"steady\" and rest.samples >= 8"

scene 'with accounts=0'
run_options=(--option accounts=0)
steps driver_keeps=2M
holds 'nobody was asked' "$rest found == [] and [.processes[].unattributed[]] == []"

finish
