#!/usr/bin/env bash
# What the tool refuses by itself (fail=, limit=), and addresses kept out of use (quarantine=).
. "$(dirname "$0")/lib.sh"

# option | which of the six allocations are refused, as bits
while IFS='|' read -r option refused; do
	scene "--option $option"
	run_options=(--option "$option")
	tracked refusals six
	is 'the program goes on' $status 0
	is 'these were refused' "$(cat out)" "refused $refused"
	number=0
	for ((bits = refused; bits > 0; bits >>= 1)); do number=$((number + (bits & 1))); done
	holds 'all refusals are findings, said to be the tool'\''s own' \
		"count(\"out_of_memory\") == $number and all(of(\"out_of_memory\")[]; .injected == true)"
	holds 'nothing else is found' 'only("out_of_memory")'
done <<'TABLE'
fail=nth:1|1
fail=nth:6|32
fail=nth:7|0
fail=every:2|42
fail=site:load_weights|21
fail=site:*grow*|42
fail=site:no_such_function|0
fail=site:refusals|63
limit=4M|56
limit=100M|0
limit=1|63
TABLE

scene 'by the variable, where the value has colons'
VRAMTRACK_OPTIONS=fail=nth:2:output=rec preloaded refusals six
is 'the second is refused' "$(cat out)" 'refused 2'
is 'the rest of the variable counts' "$(recordings)" 1
silent_about 'nothing is wrong with it' err 'VRAMTRACK_OPTIONS'

scene 'the device is as large as the limit'
run_options=(--option limit=8M)
tracked refusals info
is 'cuMemGetInfo says so' "$(cat out)" 'free 7168 of 8192'

scene 'cuMemGetInfo may be asked for one number alone'
library_path=$libraries/odd_driver
VRAMTRACK_OPTIONS=limit=8M:output=rec preloaded odd_routes half_info
is 'the program ends' $status 0
is 'both are those of the limit' "$(cat out)" '8 of 8 MiB'

# A wrong value: by the command, and in the variable
while IFS='|' read -r option form; do
	scene "a wrong value: $option"
	run_options=(--option "$option")
	tracked refusals info
	is 'the command does not start' $status 2
	says 'it says what it takes' err "$form"
	VRAMTRACK_OPTIONS="$option:output=rec" preloaded refusals info
	is 'the shim goes on' $status 0
	says 'and says what it left out' err "$form"
done <<'TABLE'
fail=nth:0|nth:N, every:N or site:PATTERN
fail=never|nth:N, every:N or site:PATTERN
fail=site:|nth:N, every:N or site:PATTERN
limit=lots|a number of bytes, as 512M or 8G
limit=8Q|a number of bytes, as 512M or 8G
quarantine=-1|a number of bytes, as 512M or 8G
quarantine=99999999999999999999|a number of bytes, as 512M or 8G
TABLE

scene 'addresses without a quarantine'
tracked refusals addresses
is 'are used again' "$(cat out)" 'used again'

scene 'a quarantine'
unaccounted='a quarantine allocates and frees by itself'
run_options=(--option quarantine=1G)
tracked refusals addresses
is 'no address comes again' "$(cat out)" 'never used again'
holds 'nothing is found' '[found] == []'
holds 'the bytes are those that were asked for' \
	'[.processes[0].devices[] | select(.ordinal == 0) | .peak_bytes] == [3000]'

scene 'a quarantine that is too small for one'
unaccounted='a quarantine allocates and frees by itself'
run_options=(--option quarantine=1)
tracked refusals addresses
is 'the program ends' $status 0

scene 'a stale pointer'
unaccounted='a quarantine allocates and frees by itself'
run_options=(--option quarantine=1G)
tracked refusals stale
is 'does not reach other data' "$(cat out)" 'past the end refused, after the free refused'
holds 'nothing is found' '[found] == []'

scene 'what lives and dies otherwise'
unaccounted='a quarantine allocates and frees by itself'
run_options=(--option quarantine=1G)
tracked refusals mixed
is 'the program ends' $status 0
holds 'the leak has the bytes that were asked for' 'bytes("leak") == MiB + 1'
holds 'what the reset freed is told' 'bytes("freed_by_reset") == 5 * MiB'

scene 'wrong frees in a quarantine'
for case in double_free invalid_free inner_free; do
	native findings $case
	mv out native.out
	unaccounted='a quarantine allocates and frees by itself'
	run_options=(--option quarantine=1G)
	tracked findings $case
	same_files "$case gives the same results" out native.out
	holds "$case is found" 'count("bad_free") >= 1'
	ask
	rm -rf rec/*
done

# ---- Who refused it ------------------------------------------------------------------------

# of the refusal, whichever it is
by='def by: [of("out_of_memory")[].refused_by]; def MiB: 1048576;'
# simulated device | variable | filter of refused_by | line of the text
while IFS='|' read -r simulated variable filter line; do
	scene "$simulated $variable"
	VRAMTRACK_SIMULATE=$simulated limited env ${variable:+"$variable"} "$VRAMTRACK" run --simulate -o rec \
		"${run_options[@]}" -- "$HAZARDS/refusals" six
	is 'the program goes on' $status 0
	holds 'who, by which limit, and who told it' "$by all(by[]; $filter) and (by | length) > 0"
	"$VRAMTRACK" report --show findings rec >text 2>/dev/null
	says 'in text' text "^  refused by $line"
done <<'TABLE'
memory=4M||.who == "device" and .limit_bytes == 4 * MiB and .told_by == "cuMemGetInfo"|the device, which had less than that free: 4\.0 MiB, of which [0-9.]+ MiB were used \(told by cuMemGetInfo\)$
memory=1G:driver_limit=4M||.who == "driver_limit" and .limit_bytes == 4 * MiB and .safe_bytes == 2 * MiB and .name == "/sys/fs/cgroup"|the driver's memory limit of the cgroup: 4\.0 MiB, of which .* were used; safe up to 2\.0 MiB \(told by NVML .* of /sys/fs/cgroup\)$
memory=1G:fail_allocation=5|CUDA_DEVICE_MEMORY_LIMIT=4m|.who == "container_limit" and .limit_bytes == 4 * MiB|the container's limiter of GPU memory: 4\.0 MiB.*CUDA_DEVICE_MEMORY_LIMIT
memory=1G:fail_allocation=5|CUDA_DEVICE_MEMORY_LIMIT_0=4M|.who == "container_limit" and .used_bytes == 6 * MiB|the container's limiter
memory=1G:fail_allocation=5|CUDA_DEVICE_MEMORY_LIMIT=512M|.who == "container_limit" and .used_bytes == null|the container's limiter of GPU memory: 512\.0 MiB \(
memory=1G:fail_allocation=5|CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=1=1G,0=6M|.who == "mps_limit" and .limit_bytes == 6 * MiB|the memory limit of MPS: 6\.0 MiB
memory=1G:fail_allocation=5|CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=1=1M|.who == null and .limit_bytes == null|somebody who is not known$
memory=1G:fail_allocation=5|CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=lots|.who == null|somebody who is not known$
memory=1G:fail_allocation=5||.who == null and .told_by == null|somebody who is not known$
TABLE

scene 'our own'
run_options=(--option limit=4M)
tracked refusals six
holds 'the limit' "$by all(by[]; .who == \"limit\" and .limit_bytes == 4 * MiB and .used_bytes == 4 * MiB)"
run_options=(--option fail=nth:2)
rm -rf rec
tracked refusals six
holds 'the option fail' "$by all(by[]; .who == \"fail\" and .limit_bytes == null)"

finish
