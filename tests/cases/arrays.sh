#!/usr/bin/env bash
# What a device takes for arrays is in the statement: their elements are tracked, the tiles around
# them are computed, and nothing is left over.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

statements='def MiB: 1048576;
	def the_end: [.processes[].statements[] | select(.moment == "end")] | last;
	def of($owner): [the_end.owners[] | select(.owner == $owner)];
	def bytes($owner): [of($owner)[] | .bytes] | add // 0;
	def rest: [the_end.owners[] | select(.how == "rest") | .bytes] | add;
	def held: bytes("the program") + bytes("array_padding") + bytes("rounding");'

# charged CASE: on a device that charges what an H200 does
charged() {
	scene "$*"
	VRAMTRACK_SIMULATE=model=h200:memory=64G tracked arrays "$@"
	is 'status is 0' $status 0
	taken=$(cat out)
}

# By the rule that the device was measured to have; 512 KiB of many shapes would not be seen in
# granules alone.
charged made
is 'it took what an H200 takes' "$taken" $((88 * 1048576))
holds 'elements, tiles and granules are what was taken' \
	"$statements held == $taken and rest == 0 and bytes(\"contexts\") == 518 * MiB"
holds 'the tiles are computed, with the stacks that made the arrays' \
	"$statements of(\"array_padding\")[0] | .how == \"computed\" and
	 any(.sites[].stack[]; .function == \"make_array\") and any(.sites[].stack[]; .function == \"make_mipmap\") and
	 any(.sites[]; .api == \"cuArray3DCreate_v2\") and any(.sites[]; .api == \"cuMipmappedArrayCreate\")"
"$VRAMTRACK" report --show account rec >text 2>/dev/null
says 'in text too' text '^ +[0-9.]+ MiB  tiles of arrays, beyond their elements \(computed\)$'
holds 'a leak says what it is on the card too' \
	'[.processes[].findings[] | select(.class == "leak")] |
	 (map(.bytes) | add) < (map(.device_bytes) | add) and all(.device_bytes >= .bytes)'
"$VRAMTRACK" report rec >text 2>/dev/null
says 'and says so in text' text '^LEAK 30\.3 MiB in 4 allocations of mipmapped array on GPU 0 \(32\.5 MiB on the card\), by cuMipmappedArrayCreate$'

charged freed
holds 'arrays that are gone take nothing' \
	"$statements bytes(\"array_padding\") == 0 and held == 2 * MiB and rest == 0"

charged reset
holds 'nor do those of a context that ended' \
	"$statements held == $taken and $taken == 4 * MiB and bytes(\"array_padding\") == 2162688 - 1960000 and rest == 0"

charged launched
holds 'they are not taken for what a kernel took' \
	"$statements held == $taken and rest == 0 and bytes(\"first_launches\") == 0"

charged packed
is 'it took what an H200 takes' "$taken" $((52 * 1048576))
holds 'what does not fit into a granule begins another' "$statements held == $taken and rest == 0"

charged unknown
holds 'where no rule tells, the elements are a lower bound, which is said' \
	"$statements bytes(\"array_padding\") == 0 and the_end.untold_arrays == 2 and rest > 0 and rest < 5 * MiB"
"$VRAMTRACK" report --show account rec >text 2>/dev/null
says 'in text too' text '^ +[0-9.]+ MiB  not attributed, the tiles of 2 arrays among it$'

charged later
holds 'what is mapped later takes nothing' "$statements held == 2 * MiB and rest == 0 and the_end.untold_arrays == 0"

scene 'where nothing is measured'
run_options=(--option accounts=0)
VRAMTRACK_SIMULATE=model=h200:memory=64G tracked arrays made
holds 'nothing is computed' '[.processes[].statements[]] == [] and all(.processes[].findings[]; has("device_bytes") | not)'

finish
