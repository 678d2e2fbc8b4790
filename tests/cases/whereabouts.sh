#!/usr/bin/env bash
# Whose memory an address is: live, freed, just past an end; given by hand, or in a GPU core dump.
# shellcheck source=tests/cases/lib.sh
. "$(dirname "$0")/lib.sh"

# asked WHAT PATTERN OPTION...: a line of the answer is like the pattern
asked() {
	local what=$1 pattern=$2
	shift 2
	limited "$VRAMTRACK" report "$@" rec
	is "$what: status is 0" $status 0
	says "$what" out "$pattern"
}
plus() { printf '0x%x' $(($1 + $2)); }
site='at .*faults\.c:[0-9]+'

scene 'a fault, with memory live and freed'
VRAMTRACK_SIMULATE=fault_at=1 tracked faults copying
read_report
freed=$(jq -r '.processes[].findings[] | select(.class == "fault").freed_before[] | select(.bytes == 4194304).address' report.json)
is 'an address was freed' "$([[ $freed == 0x* ]] && echo yes)" yes
# the first of the three, by the order in which the simulated device gives addresses
asked 'inside freed memory' "^  $freed: 0 B into 4\.0 MiB of device memory on GPU 0 at $freed, freed at drop_cache $site, allocated at make_cache $site\$" --address "$freed"
asked 'further inside' "^  $(plus "$freed" 1024): 1\.0 KiB into 4\.0 MiB of device memory on GPU 0 at $freed, freed" --address "$(plus "$freed" 1024)"
asked 'several at once, without 0x' "^  0x10: .* before the start of " --address "${freed#0x},10"
asked 'far beyond' '^  0x7fffffffffff: .* past the end of .* of device memory' --address 7fffffffffff
limited "$VRAMTRACK" report --address '' rec
is 'nothing is no address' $status 2
for wrong in 0xzz '12,,' 1,x 123456789012345678901 -1; do
	limited "$VRAMTRACK" report --address="$wrong" rec
	is "$wrong is refused" $status 2
	says 'with what it takes' err 'takes up to 64 hexadecimal addresses'
done
limited "$VRAMTRACK" report --address 0x10 --format=json rec
is 'it is text' $status 2

title='a core dump'
make_dump() { python3 "$(dirname "$sources")/python/core_dump.py" "$@"; }
make_dump core "$(plus "$freed" 256)"
asked 'the thread and its error' '^  core dump: Warp Illegal Address \(14\) at PC 0x7f0000001240, thread \(1,0,0\) of block \(3,2,1\); its registers:$' --coredump core
says 'the register that has the address' out "^    R4: $(plus "$freed" 256): 256 B into 4\.0 MiB of device memory on GPU 0 at $freed, freed at drop_cache $site, allocated at make_cache $site\$"
is 'and no other' "$(grep -c '^    R' out)" 1
make_dump core 0x10
asked 'none of them' '^    no register has an address in or near memory that this recording knows$' --coredump core
make_dump core 0x10 gone
asked 'without threads, what the multiprocessor says' '^  core dump: Warp Illegal Address \(14\) at PC 0x7f0000001240 on multiprocessor 2; no thread of it is in the dump' --coredump core
for harm in link short many; do
	make_dump core "$freed" $harm
	limited "$VRAMTRACK" report --coredump core rec
	is "a file with wrong tables ($harm) is read as far as it goes" $status 0
done
says 'many threads are counted' out '^  100000 threads met an exception in all$'
for wrong in /bin/sh missing .; do
	limited "$VRAMTRACK" report --coredump $wrong rec
	is "$wrong is refused" $status 4
done
head -c 100 core >core.cut
limited "$VRAMTRACK" report --coredump core.cut rec
is 'a file that was cut ends with no signal' $((status < 128)) 1

scene 'addresses that stay out of use'
unaccounted='the memory is mapped by the tool'
run_options=(--option quarantine=1G)
VRAMTRACK_SIMULATE=fault_at=1 tracked faults copying
read_report
freed=$(jq -r '.processes[].findings[] | select(.class == "fault").freed_before[] | select(.bytes == 4194304).address' report.json)
asked 'are said to be, behind who freed them' "^  $freed: .*, freed at drop_cache $site, out of use since, allocated at make_cache $site\$" --address "$freed"

scene 'live memory, and what was freed among the events'
run_options=(--option timeline=events)
tracked faults no_fault
address=$(limited "$VRAMTRACK" report --address 1 rec && sed -nE 's/.* at (0x[0-9a-f]+), .*/\1/p' out | head -n 1)
asked 'an event' "^  $(plus "$address" 4): 4 B into 1\.0 MiB of device memory on GPU 0 at $address, freed at drop_cache" --address "$(plus "$address" 4)"
asked 'past its end' "^  $(plus "$address" $((1048576 + 1024))): 1\.0 KiB past the end of 1\.0 MiB of device memory" --address "$(plus "$address" $((1048576 + 1024)))"

finish
