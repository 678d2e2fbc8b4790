#!/usr/bin/env bash
# Programs with two devices on real GPUs: two_devices.sh PREFIX FOLDER [--simulate]
# As families.sh; where there is one device only, it says so and passes.
set -u
. "$(dirname "$0")/lib.sh"
budget=150
step=20
# NVLink multicast may disturb other users of a host's devices.
export NCCL_NVLS_ENABLE=${NCCL_NVLS_ENABLE:-0}
export TORCH_SYMM_MEM_DISABLE_MULTICAST=${TORCH_SYMM_MEM_DISABLE_MULTICAST:-1}
[ -z "$simulate" ] || export VRAMTRACK_SIMULATE=devices=2
. "$here/families_lib.sh"

on_devices() { # the lines `on DEVICE BYTES`
	local device bytes
	while read -r _ device bytes; do
		check "$title: bytes that stay on device $device" \
			"$(sums class=leak device="$device" | cut -d' ' -f2)" "$bytes"
	done < <(grep '^on ' native.out)
}

two() { # CASE VERSION
	family "$programs/two_devices" "$1" "$2"
	[ ! -s report.json ] || on_devices
}

# What PyTorch's allocator holds, of each process; what NCCL and the rest take is noted.
all_reduce() {
	title='all-reduce through NCCL'
	if [ -n "$simulate" ] || ! have_module torch; then
		skip "$title" 'there is no torch for this device'
		return
	fi
	native 60 python3 "$here/all_reduce.py" native.facts
	check "$title: status alone" "$status" 0
	seconds=60
	tracked -- python3 "$here/all_reduce.py" tracked.facts
	check "$title: status tracked" "$status" 0
	[ "$status" -eq 0 ] || tail -n 8 tracked.err | fail "$title: what it says"
	same "$title: same output" tracked.out native.out
	for device in 0 1; do
		check "$title: PyTorch's own on device $device" \
			"bytes $(sums class=cached device="$device" module=libc10_cuda | cut -d' ' -f2)" \
			"$(cat tracked.facts."$device")"
	done
	note "$title: left by NCCL: $(sums class=leak module=libnccl), imported: $(sums class=imported), all: $(sums)"
	check "$title: no bad free" "$(sums class=bad_free)" '0 0'
	check "$title: nothing refused" "$(sums class=out_of_memory)" '0 0'
}

build_programs() {
	cd "$programs" || exit
	build two_devices two_devices.cpp -cudart "$runtime" -lcuda
}

mkdir -p "$programs"
runtime=static
[ -z "$simulate" ] || runtime=shared
job build build_programs
devices=$("$programs/two_devices" devices 2>/dev/null || echo 0)
if [ "$devices" -lt 2 ]; then
	job devices skip 'programs with two devices' "this machine has $devices"
	finish
fi
job all_reduce all_reduce &
for name in $("$programs/two_devices" list); do
	for version in free leak; do start "$name.$version" two "$name" "$version"; done
done
wait
table
finish
