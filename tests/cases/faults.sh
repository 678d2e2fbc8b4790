#!/usr/bin/env bash
# A kernel faults: the recording has the call that met it first, and what had been freed before.
# shellcheck source=tests/cases/lib.sh
. "$(dirname "$0")/lib.sh"

facts='def faults: of("fault");
	def fault: faults[0];'

# case | fault_at | api | function that met it | frees before
while IFS='|' read -r case at api function freed; do
	scene "met by $api"
	VRAMTRACK_SIMULATE=fault_at=$at tracked faults "$case"
	is 'the program sees what it saw before' $status 0
	holds 'one fault, by the call that met it first' "$facts (faults | length) == 1 and (fault |
		.fault == \"illegal_address\" and .result == 700 and .result_name == \"CUDA_ERROR_ILLEGAL_ADDRESS\" and
		.api == \"$api\" and .device == 0 and .count == 1 and any(.stack[]; .function == \"$function\"))"
	holds 'with what was freed before' "$facts fault.freed_before_count == $freed"
	says 'the verdict begins with it' err '^vramtrack: 1 fault'
	says 'a reading begins with it' err "^FAULT a load or store at an illegal address on GPU 0, met by $api "
	limited "$VRAMTRACK" gate rec
	is 'the gate fails' $status 1
	limited "$VRAMTRACK" gate --fail-on fault rec
	is 'by its name' $status 1
	says 'in a sentence' err '^FAULT a load or store at an illegal address'
	limited "$VRAMTRACK" gate --fail-on out_of_memory rec
	is 'and not by another' $status 0
done <<'TABLE'
waiting|1|cuStreamSynchronize|wait_for_work|2
copying|1|cuMemcpyDtoH_v2|copying|2
freeing|1|cuMemFree_v2|freeing|2
allocating|1|cuMemAlloc_v2|allocating|2
at_once|1|cuStreamSynchronize|wait_for_work|0
threads|1|cuStreamSynchronize|wait_for_work|2
TABLE

scene 'what was freed, in order'
VRAMTRACK_SIMULATE=fault_at=1 tracked faults waiting
holds 'the latest first, with both stacks' "$facts fault.freed_before | length == 2 and
	(map(.bytes) == [2 * MiB, 4 * MiB]) and all(.[]; .kind == \"linear\" and .how == \"free\" and (.fenced | not) and
		.allocation_api == \"cuMemAlloc_v2\" and any(.allocation_stack[]; .function == \"make_cache\") and
		any(.free_stack[]; .function == \"drop_cache\"))"
limited "$VRAMTRACK" report rec
says 'a first reading has the last' out '^  freed last before it: 2\.0 MiB of device memory on GPU 0, at drop_cache at .*faults\.c:[0-9]+$'
limited "$VRAMTRACK" report --show all rec
says 'all of it has each' out '^    4\.0 MiB of device memory on GPU 0 at 0x[0-9a-f]+.*, freed at drop_cache at .*, allocated at make_cache at '

scene 'with a quarantine'
unaccounted='the memory is mapped by the tool'
run_options=(--option quarantine=1G)
VRAMTRACK_SIMULATE=fault_at=1 tracked faults waiting
holds 'addresses stay out of use' "$facts fault.freed_before | length == 2 and all(.[]; .fenced)"

scene '1500 frees'
VRAMTRACK_SIMULATE=fault_at=1 tracked faults many
# A place in the table of frees may be another's, too.
holds 'the latest of them are kept, in order' "$facts fault | .freed_before_count > 1000 and .freed_before_count <= 1024 and
	(.freed_before | length == 64 and (map(.bytes / 512) | . == (sort | reverse) and .[0] == 1500 and .[-1] > 1430) and
		all(.[]; .least_ns_before >= 0 and (.most_ns_before == null or .most_ns_before >= .least_ns_before)))"

seen=0
while read -r error name; do
	scene 'every error of the table'
	VRAMTRACK_SIMULATE=fault_at=1:fault_with=$error tracked faults waiting "$error"
	holds "$error is $name" "$facts fault | .result == $error and .fault == \"$name\""
	seen=$((seen + 1))
done < <(sed -nE 's/^\tVT_FAULT\(([0-9]+), "([a-z_]+)".*/\1 \2/p' "$(dirname "$sources")/../src/recording/format_faults.h")
is 'the table was read' $((seen > 10)) 1

scene 'other errors are no faults'
tracked faults no_fault
is 'status is 0' $status 0
holds 'none is told' "$facts faults == []"
VRAMTRACK_SIMULATE=fault_at=1:fault_with=999 tracked faults waiting 999
holds 'nor of an unknown error' "$facts faults == []"

scene 'seen by CUPTI'
run_options=(--source=cupti)
VRAMTRACK_SIMULATE=fault_at=1 tracked faults freeing
holds 'met by a call of its rules' "$facts fault | .api == \"cuMemFree_v2\" and .freed_before_count == 2"

finish
