#!/usr/bin/env bash
# Accounts: what the driver and NVML say of a device beside what is tracked, at
# the end, near the peak, on request and at a refusal; who held the memory then.
. "$(dirname "$0")/lib.sh"

accounts='def account($moment): [.processes[].accounts[] | select(.moment == $moment)];
def the($moment): account($moment) | if length == 1 then .[0] else error("\(length) of them") end;
def told: [.device_free_bytes, .device_total_bytes, .pool_reserved_bytes, .pool_used_bytes];
def refusal: of("out_of_memory") | if length == 1 then .[0] else error("\(length) refusals") end;
def held($by): [refusal.holder_sites[] | select(through($by)) | .bytes];'
# balanced MOMENT: nothing is lost between what is tracked and the driver's word
balanced='def balanced($moment): the($moment) | .in_use_bytes == .tracked_bytes + .pool_unused_bytes +
	.graph_unused_bytes + .not_attributed_bytes and .not_attributed_bytes >= 0;'
accounts="$accounts $balanced"

# How each case must end, and what it says, do not depend on being asked about.
unchanged() { # CASE [ARGUMENT]
	local wanted
	native accounts "$@"
	wanted=$status
	mv out native.out
	tracked accounts "$@"
	is 'the program ends as it does alone' $status "$wanted"
	same_files 'and says the same' out native.out
}

for way in tracked preloaded; do
	scene "at the end, $way"
	$way accounts plain
	is 'status' $status 3
	read -r -a said <out
	holds 'the numbers are the driver'\''s' \
		"$accounts (the(\"end\") | told) == [$(IFS=,; echo "${said[*]:0:2}"), 0, 0]"
	holds 'NVML knows this process' \
		"$accounts the(\"end\") | .process_bytes == .device_total_bytes - .device_free_bytes and .other_bytes == 0"
	holds 'beside what is tracked' \
		"$accounts the(\"end\") | .tracked_bytes == 3 * MiB and
		 ([.kinds[] | select(.bucket != \"held\") | [.kind, .bytes]] | sort) ==
			[[\"linear\", 3 * MiB]]"
	holds 'nothing is lost' "$accounts balanced(\"end\")"
	holds 'the peak has one too, without NVML' \
		"$accounts the(\"peak\") | .tracked_bytes == 23 * MiB and .process_bytes == null and .device_free_bytes != null"
	holds 'the account of the peak is near it' "$accounts the(\"peak\").near_peak and (the(\"end\").near_peak == null)"
	limited "$VRAMTRACK" report --show account rec
	says 'text says so' out '^VRAM of GPU 0 near the peak, by the driver'
done
unchanged plain

scene 'a peak below 2 MiB'
unchanged small
holds 'the account of the first allocation is not near it' \
	"$accounts the(\"peak\") | .tracked_bytes == 4096 and .near_peak == false"
limited "$VRAMTRACK" report --show account rec
says 'text says where it is' out '^VRAM of GPU 0 before the peak, at 4\.0 KiB of 1\.6 MiB \(at the peak itself nobody asked\), by the driver'
silent_about 'and nothing of near' out 'near the peak'

scene 'pools hold a reserve'
unchanged pools
read -r -a said <out
holds 'the default pool and the one that was made' \
	"$accounts the(\"end\") | told == [${said[0]}, ${said[1]}, ${said[2]} + 32 * MiB, ${said[3]} + 10 * MiB]"
holds 'the unused part is not the program'\''s' \
	"$accounts the(\"end\") | .tracked_bytes == 20 * MiB and .pool_unused_bytes == 44 * MiB"
holds 'nothing is lost' "$accounts balanced(\"end\")"

scene 'another process has a share'
export VRAMTRACK_SIMULATE=memory=4G:other_memory=1G:other_process=4711
unchanged plain
holds 'it is told apart' \
	"$accounts the(\"end\") | .other_bytes == 1024 * MiB and
	 .process_bytes == .device_total_bytes - .device_free_bytes - 1024 * MiB"
holds 'nothing is lost' "$accounts balanced(\"end\")"
unset VRAMTRACK_SIMULATE

scene 'two devices'
export VRAMTRACK_SIMULATE=devices=2
tracked accounts plain
holds 'only the one that was used has an account' "$accounts the(\"end\") | .device == 0"
unset VRAMTRACK_SIMULATE

scene 'a MIG instance, which NVML does not know'
export VRAMTRACK_SIMULATE=mig=1:memory=4G:other_memory=1G
unchanged plain
holds 'the driver'\''s word is there, nothing is guessed of NVML'\''s' \
	"$accounts the(\"end\") | .process_bytes == null and .other_bytes == null and .device_free_bytes != null"
holds 'and the statement says what it cannot know' \
	'[.processes[].statements[] | select(.moment == "end")] | length == 1 and (.[0].owners[-1] | .how == "rest" and .bytes >= 1024 * 1048576)'
limited "$VRAMTRACK" report --show account rec
says 'in text too' out 'in use by all processes \(NVML did not tell how much of it is this one'
unset VRAMTRACK_SIMULATE

scene 'there is no NVML'
library_path=$PWD/libraries
mkdir libraries && ln -s "$SIMULATE_DIR"/libcuda.so.1 "$SIMULATE_DIR"/libcudart.so.13 libraries/
preloaded accounts plain
is 'status' $status 3
holds 'the driver'\''s word is there, NVML'\''s is not' \
	"$accounts the(\"end\") | .device_free_bytes != null and .process_bytes == null and .other_bytes == null"
silent_about 'nobody asked: nothing is said' err NVML.*not
preloaded accounts many_requests
if ldconfig -p | grep -q libnvidia-ml.so.1; then
	skip 'a request says so' 'this machine has NVML'
else
	says 'a request says so' err '^vramtrack: libnvidia-ml.so.1 \(NVML\) was not found: '
	is 'once' "$(grep -c 'NVML) was not found' err)" 1
fi

scene 'on request'
unchanged on_request
holds 'each with its label and what was live then' \
	"$accounts account(\"request\") | map([.label, .tracked_bytes]) ==
	 [[\"layer\", MiB], [null, 2 * MiB], [\"layer\", 3 * MiB]]"
holds 'NVML was asked' "$accounts all(account(\"request\")[]; .process_bytes > 0)"

scene 'more requests than are kept'
unchanged many_requests
holds '64 are kept, the others counted' \
	"$accounts (account(\"request\") | length) == 64 and
	 ([.processes[].lost[] | [.what, .count]] == [[\"accounts\", 6]])"

scene 'no context is current'
unchanged no_context
holds 'the primary one was borrowed' "$accounts the(\"request\") | .device_free_bytes != null"
scene 'no context to borrow'
unchanged no_primary
holds 'what needs one is unknown, the rest is not' \
	"$accounts the(\"request\") | .device_free_bytes == null and .device_total_bytes == null and
	 .pool_reserved_bytes == 0 and .process_bytes > 0"
scene 'after a reset'
unchanged reset
holds 'the account near the peak remains' \
	"$accounts (the(\"peak\") | .tracked_bytes == 3 * MiB and .device_free_bytes != null) and
	 (the(\"end\") | .tracked_bytes == 0 and .device_free_bytes == null)"

scene 'in the middle of a capture'
unchanged capture
holds 'the account is there' "$accounts (account(\"request\") | map(.pool_reserved_bytes)) == [0, 0, 0]"

scene 'graphs keep memory after they are gone'
unchanged graph_pool
holds 'it is attributed, whatever the driver counts as used' \
	"$accounts (the(\"end\") | .graph_unused_bytes == .graph_reserved_bytes and .graph_unused_bytes >= 48 * MiB and
	 .not_attributed_bytes < 48 * MiB) and .summary.graph_kept_bytes >= 48 * MiB"
holds 'nothing is lost' "$accounts balanced(\"end\")"
"$VRAMTRACK" report --show account rec >text 2>/dev/null
says 'it is named, with what gives it back' text \
	'^ +[0-9.]+ MiB  kept by graph memory: cuDeviceGraphMemTrim gives it back \(measured\)$'
says 'in the first line too' text \
	'^vramtrack: nothing leaked.*; [0-9.]+ MiB kept by graph memory \(cuDeviceGraphMemTrim gives it back\)$'
silent_about 'it is not said that nothing was seen' text 'no allocation was seen'

scene 'a peak that grows'
tracked accounts grows
holds 'its account is within an eighth of it' \
	"$accounts the(\"peak\") | .tracked_bytes <= 100 * MiB and .tracked_bytes > 100 * MiB * 8 / 9"

scene 'accounts=0'
run_options=(--option accounts=0)
tracked accounts out_of_memory
is 'status' $status 7
holds 'nothing was asked, the holders are there' \
	"$accounts .processes[0].accounts == [] and refusal.account == null and held(\"weights\") == [6 * MiB]"

scene 'who held the memory'
unchanged out_of_memory
holds 'by call site, without what was freed and what is no VRAM' \
	"$accounts held(\"weights\") == [6 * MiB] and held(\"cache\") == [6 * MiB] and (refusal.holder_sites | length) == 2"
holds 'with its account' \
	"$accounts .processes[0].accounts[refusal.account] | .moment == \"out_of_memory\" and
	 .tracked_bytes == 12 * MiB and .process_bytes > 12 * MiB"
holds 'of the first of three' "$accounts refusal.count == 3 and (account(\"out_of_memory\") | length) == 1"

scene 'and for what purpose'
unchanged out_of_memory purposes
holds 'sites and purposes' \
	"$accounts held(\"cache\") == [6 * MiB] and
	 ([refusal.holder_purposes[] | [.purpose, .bytes]] | sort) ==
		[[null, 6 * MiB], [\"KVCache\", 5 * MiB], [\"Scratch\", MiB]]"

scene 'host memory is refused'
unchanged no_host_memory
holds 'the holders are those of host memory' \
	"$accounts [refusal.holder_sites[] | [.kind, .bytes]] == [[\"pinned_host\", 3 * MiB]]"

scene 'twenty different refusals'
unchanged many_refusals
holds 'sixteen are told in full' \
	"$accounts (of(\"out_of_memory\") | length) == 20 and (account(\"out_of_memory\") | length) == 16 and
	 ([of(\"out_of_memory\")[] | select(.account != null and .holders != null)] | length) == 16"

scene 'oom=report'
native accounts reported
is 'status alone' $status 5
PATH=$(dirname "$VRAMTRACK"):$PATH
VRAMTRACK_OPTIONS=output=rec:oom=report:report=0 preloaded accounts reported
is 'status' $status 5
says 'it begins with why' err '^vramtrack: process [0-9]+: an allocation was refused; what is allocated now:$'
is 'one report' "$(grep -c 'an allocation was refused' err)" 1
says 'with who held the memory' err '; weights held most, 100 %$'
is 'and the program goes on after it' "$(tail -n 1 err)" 'the program goes on'
silent_about 'which does not show what came later' err '3\.0 MiB'
run_options=(--option oom=report)
tracked accounts reported
is 'status under the command' $status 5
is 'two reports, one of them at the refusal' \
	"$(grep -c '^OUT OF MEMORY' err) $(grep -c 'an allocation was refused' err)" '2 1'
VRAMTRACK_OPTIONS=output=rec:oom=report preloaded accounts reported_threaded
is 'status with threads' $status 5
says 'a report while others allocate' err '^OUT OF MEMORY 32.0 TiB'
VRAMTRACK_OPTIONS=output=rec:oom=maybe preloaded accounts plain
says 'another value is refused' err 'oom=maybe is not record\|report; it is left out'

finish
