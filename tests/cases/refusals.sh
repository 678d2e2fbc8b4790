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

finish
