#!/usr/bin/env bash
# The fault matrix (tests/cases/fault_matrix.sh) on a real GPU: fault_matrix.sh PREFIX FOLDER [--simulate]
# What hangs alone on the driver, as a handler that allocates may, is not compared.
set -u
. "$(dirname "$0")/lib.sh"

fault_matrix() {
	local stub=()
	[ ! -d "$cuda/lib64/stubs" ] || stub=(-L"$cuda/lib64/stubs")
	if ! g++ -std=c++17 -O1 -g -D_GNU_SOURCE -I"$cuda/include" -o fault_matrix \
		"$here/../hazards/fault_matrix.cpp" "${stub[@]}" -lcuda -ldl -lpthread >build.log 2>&1; then
		fail 'build of fault_matrix' <build.log
		return
	fi
	FAULT_MATRIX=$PWD/fault_matrix FAULT_DRIVER='' FAULT_SECONDS=5 \
		FAULT_CIRCUMSTANCES='plain threads fork file_limit small_stack jump handler thread_end' \
		VRAMTRACK=$vramtrack VRAMTRACK_PRELOAD=$shim SIMULATE_DIR=$(dirname "$shim")/simulate \
		HAZARDS=$PWD bash "$here/../cases/fault_matrix.sh" >matrix.txt 2>&1
	# shellcheck disable=SC2031
	sed -E 's/^(not )?ok [0-9]+ - /\1ok - fault matrix, /; /^1\.\./d' matrix.txt >>"$tap"
}

job fault_matrix fault_matrix
finish
