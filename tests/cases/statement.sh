#!/usr/bin/env bash
# Where every byte of a device went: what no allocation names is computed or measured, has the
# stack of the call, and adds up with the rest to the driver's number.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)
model=model=h200:memory=64G

statements='def MiB: 1048576;
	def the($moment): [.processes[].statements[] | select(.moment == $moment)] | last;
	def of($owner): [the("end").owners[] | select(.owner == $owner)];
	def bytes($owner): [of($owner)[] | .bytes] | add // 0;
	def by($owner; $function): any(of($owner)[].sites[].stack[]; .function == $function);
	def rest: [the("end").owners[] | select(.how == "rest") | .bytes] | add;
	def adds_up: [.processes[].statements[] | select(.driver_bytes != null) |
		([.owners[].bytes] | add) == .driver_bytes] | all and length > 0;'

# charged CASE [ARGUMENT...]: on a device that charges what an H200 does
charged() {
	scene "$*"
	VRAMTRACK_SIMULATE=$model tracked charges "$@"
	is 'status is 0' $status 0
	taken=$(cat out)
	holds 'it adds up' "$statements adds_up"
	holds "NVML's number for the process is what was taken and its context" \
		"$statements the(\"end\") | .word == \"process\" and .driver_bytes >= 518 * MiB + $taken"
}

# case and argument | MiB | owner | how | function of the stack
while read -r what mib owner how function; do
	# shellcheck disable=SC2086 # a case and its argument
	charged ${what/,/ }
	is 'it took what an H200 takes' "$taken" $((mib * 1048576))
	holds "$owner, $how, by $function" \
		"$statements bytes(\"$owner\") == $mib * MiB and all(of(\"$owner\")[]; .how == \"$how\") and
		 by(\"$owner\"; \"$function\") and bytes(\"contexts\") == 518 * MiB and rest == 0"
done <<'TABLE'
limit       3960 local_memory   computed raise_limit
deep        8184 local_memory   computed launch
says          64 first_launches measured launch
streams      512 streams        measured make_stream
graph        224 graph_execs    measured make_executable
graphs       144 graph_execs    measured make_executable
graphs,kept    2 graph_execs    measured make_executable
variable      64 modules        measured load
lazy          64 first_launches measured look_up
global        64 modules        measured global
TABLE

charged context
holds 'the context is measured, with its stack' \
	"$statements bytes(\"contexts\") == 518 * MiB and by(\"contexts\"; \"make_context\") and rest == 0"

charged heap
holds 'the heap is what the program set, the code beside it measured' \
	"$statements bytes(\"device_heap\") == 1024 * MiB and bytes(\"modules\") == 138 * MiB and rest == 0"
"$VRAMTRACK" report --show account rec/*.vramtrack >text 2>&1
says 'what leaks inside of it is said not to be seen' text 'device heap .*its leaks are not seen'

for case in limit_back unloaded reset; do
	charged $case
	holds 'what came back is taken off' \
		"$statements ([the(\"end\").owners[] | select(.bytes != 0) | .owner] == [\"contexts\"]) and rest == 0"
done

charged graphs
holds 'of 128 that share granules, those that moved the number are told' \
	"$statements of(\"graph_execs\")[0].sites[0] | .calls == 128 and .moved == 72"

charged all
holds 'each is told in the company of the others' \
	"$statements bytes(\"local_memory\") == 8184 * MiB and bytes(\"graph_execs\") == 224 * MiB and
	 bytes(\"first_launches\") + bytes(\"streams\") == 64 * MiB and bytes(\"modules\") == 64 * MiB and
	 bytes(\"the program\") > 300 * MiB and bytes(\"rounding\") > 100 * MiB and rest == 0"
"$VRAMTRACK" report --show account rec >text 2>/dev/null
says 'in text too' text '^ +8\.0 GiB  local memory of threads \(computed\)$'
says 'with the line that made it' text '^ +8\.0 GiB  launch at .*charges\.c:[0-9]+, by cuModuleGetFunction$'
says 'and the rest' text '^ +0 B  not attributed$'

charged refused
holds 'the refusal has a statement' "$statements any(.processes[].statements[]; .moment == \"out_of_memory\" and
	any(.owners[]; .owner == \"graph_execs\" and .bytes == 224 * MiB))"
"$VRAMTRACK" report --show findings rec >text 2>/dev/null
says 'its finding names the owners' text \
	'^  the device was held by: 518\.0 MiB contexts \(measured\), 224\.0 MiB executable graphs \(measured\), 100\.0 MiB the program \(tracked\), .* not attributed$'
"$VRAMTRACK" report --format=openmetrics rec >text 2>/dev/null
says 'a metric by owner' text \
	'^vramtrack_owner_bytes\{.*,device="0",owner="graph_execs",how="measured"\} 234881024$'

scene 'with accounts=0'
run_options=(--option accounts=0)
VRAMTRACK_SIMULATE=$model tracked charges all
holds 'nobody is asked' '[.processes[].statements[]] == []'

scene 'without NVML'
library_path=$work/without_nvml
mkdir -p "$library_path"
for file in "$SIMULATE_DIR"/libcuda.so*; do ln -sf "$file" "$library_path"; done
VRAMTRACK_SIMULATE=$model preloaded charges graph
is 'status is 0' $status 0
holds 'the context is in the rest, which is not hidden' \
	"$statements adds_up and bytes(\"graph_execs\") == 224 * MiB and bytes(\"contexts\") == 0 and
	 the(\"end\").word == \"device\" and rest > 518 * MiB"

scene 'where other processes use the device'
VRAMTRACK_SIMULATE=$model:other_memory=3G:other_process=77 tracked charges graph
holds 'what is measured by the device'\''s number is marked as shared' \
	"$statements adds_up and all(of(\"graph_execs\")[]; .shared) and all(of(\"contexts\")[]; .shared | not)"

scene 'where another process allocates in the same moment'
VRAMTRACK_SIMULATE=$model:other_memory=1G:other_grows=16M tracked charges graph
is 'status is 0' $status 0
holds 'what is told is told as shared, and the sum is not forced' \
	"$statements adds_up and bytes(\"graph_execs\") == 240 * MiB and all(of(\"graph_execs\")[]; .shared) and
	 rest == -16 * MiB"
"$VRAMTRACK" report --show account rec >text 2>/dev/null
says 'the text says so' text '^ +240\.0 MiB  executable graphs \(measured, shared with other processes\)$'
says 'and that more is told than is in use' text \
	'^ +-16\.0 MiB  not attributed: more is told than the driver counts as in use$'

finish
