#!/usr/bin/env bash
# Others in the process on a real GPU: profilers, a limiter and an identity checker (stand-ins),
# two copies of the shim, and processes that are checkpointed by themselves or by others.
# usage: coexist.sh PREFIX FOLDER [--simulate]
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
budget=${budget:-88}
run=("$vramtrack" run ${simulate:+--simulate} -o rec --format=json --report-file=report.json)
mkdir -p "$logs/program"
tap=$logs/build.tap
: >"$tap"
(
	cd "$logs/program" || exit
	build coexist coexist.cpp -lcuda ${simulate:+-cudart shared} &
	timeout 120 nvcc -O1 -o others -x c "$here/../hazards/coexist.c" -I "$here/../hazards" -Xcompiler -D_GNU_SOURCE \
		-lcuda -ldl ${simulate:+-cudart shared} >others.log 2>&1 || fail 'build of others' <others.log
	for one in cuinterpose:interposer capper:capper; do
		gcc -D_GNU_SOURCE -fPIC -shared -I "$cuda/include" -I "$here/../hazards" -o "lib${one%:*}.so" \
			"$here/../hazards/${one#*:}.c" -ldl >lib.log 2>&1 || fail "build of $one" <lib.log
	done
	wait
)
program=$logs/program/coexist
facts() { python3 "$here/coexist_facts.py" report.json "$1" 2>&1; }

tracked() { # SECONDS [OPTION...] -- PROGRAM...
	local seconds=$1
	shift
	rm -rf rec report.json
	limited "$seconds" "${run[@]}" "$@"
	[ -s report.json ] || echo '{"processes":[]}' >report.json
}

seen() { # WHAT
	check "$1: leaks" "$(facts leaks)" '2097152 2'
	check "$1: covered" "$(facts covered)" True
	[ "$(facts covered)" = True ] || note "$(facts passages | xargs)"
	note "$1: $(facts doors | xargs)"
}

# ---- Profilers ---------------------------------------------------------------------------

sanitizer() {
	if [ -n "$simulate" ] || ! command -v compute-sanitizer >/dev/null; then
		skip compute-sanitizer 'it is not here'
		return
	fi
	native 30 compute-sanitizer --leak-check full "$program" leaks
	tracked 30 -- compute-sanitizer --leak-check full "$program" leaks
	check 'compute-sanitizer: its summary is as alone' "$(grep -o 'LEAK SUMMARY.*' out)" "$(grep -o 'LEAK SUMMARY.*' native.out)"
	check 'compute-sanitizer: no word of Nsight Compute' "$(grep -c 'Nsight Compute' err)" 0
	seen compute-sanitizer
}

nsight_compute() {
	if [ -n "$simulate" ] || ! command -v ncu >/dev/null; then
		skip 'Nsight Compute' 'there is no ncu'
		return
	fi
	note "$(ncu --version | tail -n 1)"
	# What it sets and puts into a process, for who keeps the table of it (src/base/lookup_takers.h).
	limited 20 ncu --target-processes all sh -c 'env | grep -E "^(NV_|CUDA_INJ|LD_)"; grep -o "/[^ ]*injection[^ ]*\|/[^ ]*Inject[^ ]*" -i /proc/self/maps | sort -u'
	sed 's/^/#   ncu: /' out | cut -c 1-200 | head -n 14 >>"$tap"
	native 25 ncu --target-processes all "$program" leaks
	if [ "$status" -ne 0 ]; then skip 'Nsight Compute' "it fails alone: $(tail -n 1 native.out)"; return; fi
	tracked 25 -- ncu --target-processes all "$program" leaks
	check 'ncu under run: status' "$status" 0
	check 'ncu under run: it is said once' "$(grep -c 'Nsight Compute answers .*--route=audit is taken' err)" 1
	check 'ncu under run: the audit object was there' "$(facts audited)" True
	seen 'ncu under run'
	rm -rf rec report.json
	limited 25 ncu --target-processes all "${run[@]}" -- "$program" leaks
	[ -s report.json ] || echo '{"processes":[]}' >report.json
	check 'run under ncu: it is said once' "$(cat out err | grep -c 'Nsight Compute answers .*--route=audit is taken')" 1
	seen 'run under ncu'
	rm -rf rec
	limited 25 "$vramtrack" gate -o rec --fail-on=none --route=preload --report json=report.json -- ncu --target-processes all "$program" leaks
	note "ncu, by LD_PRELOAD alone: gate $status, leaks $(facts leaks), $(facts passages | xargs)"
	check 'ncu, by LD_PRELOAD alone: not green' "$status" 3
	check 'ncu, by LD_PRELOAD alone: by name' "$(facts passages | grep -c '^in_front libcuda-injection.so')" 1
}

nsight_systems() {
	if [ -n "$simulate" ] || ! command -v nsys >/dev/null; then
		skip 'Nsight Systems' 'there is no nsys'
		return
	fi
	tracked 30 -- nsys profile -t cuda -o profile -f true "$program" leaks
	check 'nsys under run: status' "$status" 0
	seen 'nsys under run'
}

# ---- Stand-ins, and another copy -----------------------------------------------------------

stand_in() { # LIBRARY CASE
	local library=$logs/program/lib$1.so others=$logs/program/others
	native 15 env LD_PRELOAD="$library" "$others" "$2"
	note "$1 $2 alone: status $status, $(xargs <native.out)"
	rm -rf rec report.json
	limited 15 env LD_PRELOAD="$library" "${run[@]}" -- "$others" "$2"
	same "$1, $2: same output" out native.out
	rm -rf rec report.json
	limited 15 env LD_PRELOAD="$library" "${run[@]}" --route=audit -- "$others" "$2"
	same "$1, $2, audit: same output" out native.out
	check "$1, $2, audit: leaks" "$(facts leaks)" '2097152 2'
	check "$1, $2, audit: covered" "$(facts covered)" True
}

two_copies() {
	cp "$(readlink -f "$shim")" libvramtrack_preload.so
	rm -rf rec report.json
	limited 15 env LD_PRELOAD="$PWD/libvramtrack_preload.so" "${run[@]}" -- "$program" leaks
	check 'two copies: one recording' "$(find rec -name '*.vramtrack' | wc -l)" 1
	check 'two copies: it is said' "$(grep -c 'does the recording, and .*stands aside' err)" 1
	check 'two copies: leaks' "$(facts leaks)" '2097152 2'
}

# ---- Checkpoints ------------------------------------------------------------------------------

itself() {
	native 20 "$program" state
	sed 's/^/#   itself: /' native.out >>"$tap"
	if [ "$status" -ne 0 ]; then skip 'a process that checkpoints itself' "it cannot: $(tail -n 1 native.err)"; return; fi
	tracked 20 -- "$program" itself
	check 'itself: status' "$status" 0
	check 'itself: from when to when' "$(facts checkpoints)" "call back $((256 << 20)) itself 1"
	for state in locked away; do
		native 8 "$program" ends "$state"
		note "ends $state, alone: status $status"
		[ "$status" -eq 0 ] || { skip "ends $state" "alone it gives $status"; continue; }
		tracked 12 -- "$program" ends "$state"
		check "ends $state: status" "$status" 0
		check "ends $state: nobody was asked" "$(facts end_accounts)" 0
	done
}

# A line of `vramtrack top` for the process
top_line() { timeout 15 "$vramtrack" top --once rec 2>/dev/null | grep -m 1 "^ *$1 "; }

parent() {
	local pid freed
	native 20 "$program" parent </dev/null
	if [ "$status" -ne 0 ]; then
		skip 'a parent that checkpoints its child' "alone it gives $status: $(tail -n 1 native.err)"
		return
	fi
	rm -rf rec report.json fifo
	mkfifo fifo
	timeout -k 2 40 "${run[@]}" -- "$program" parent <fifo >out 2>err &
	local runner=$!
	exec 8>fifo
	for _ in $(seq 150); do [ -s out ] && break; sleep 0.1; done
	read -r pid freed <out
	note "the card has ${freed:-?} MiB more while the child is away"
	[ -n "$simulate" ] || between 'parent: the child holds nothing on the card' "${freed:-0}" 256 100000
	check 'parent: top says so' "$(top_line "${pid:-0}" | grep -c '  0 B .*\[checkpointed: 256.0 MiB off the card\]')" 1
	echo >&8
	exec 8>&-
	wait "$runner"
	check 'parent: status' $? 0
	check 'parent: from when to when' "$(facts checkpoints)" 'call back None another 1'
}

outside() {
	local pid
	if grep -qs SKIP "$logs/parent.tap"; then
		skip "a checkpoint from outside" "as before"
		return
	fi
	rm -rf rec report.json fifo
	mkfifo fifo
	timeout -k 2 40 "${run[@]}" -- "$program" waits <fifo >out 2>err &
	local runner=$!
	exec 8>fifo
	for _ in $(seq 150); do [ -s out ] && break; sleep 0.1; done
	read -r pid <out
	check 'outside: on the card' "$(top_line "${pid:-0}" | grep -c '256.0 MiB ')" 1
	timeout 20 "$program" move "${pid:-0}" away
	check 'outside: moved away' $? 0
	[ -n "$simulate" ] || check 'outside: top sees that it has no device open' \
		"$(top_line "${pid:-0}" | grep -c '\[checkpointed: 256.0 MiB off the card\]')" 1
	timeout 20 "$program" move "${pid:-0}" back
	check 'outside: moved back' $? 0
	check 'outside: on the card again' "$(top_line "${pid:-0}" | grep -c '256.0 MiB .*coexist')" 1
	check 'outside: and not called checkpointed' "$(top_line "${pid:-0}" | grep -c checkpointed)" 0
	echo >&8
	exec 8>&-
	wait "$runner"
	check 'outside: status' $? 0
}

child_ends() {
	native 10 "$program" child_ends
	note "a child that ends while it is away, alone: status $status, $(xargs <native.out)"
	[ "$status" -eq 0 ] || { skip 'a child that ends while it is away' "alone it gives $status"; return; }
	tracked 15 -- "$program" child_ends
	check 'child ends: status' "$status" 0
	same 'child ends: same output' out native.out
	check 'child ends: it held nothing' "$(facts checkpoints | cut -d' ' -f1,2)" 'call away'
}

job itself itself
job parent parent
job outside outside
job child_ends child_ends
job sanitizer sanitizer &
job nsight_compute nsight_compute &
job nsight_systems nsight_systems &
for library in cuinterpose capper; do
	for case in driver runtime by_name by_version; do
		job "$library.$case" stand_in "$library" "$case" &
		[ "$case" != runtime ] || sleep 1
	done
done
job two_copies two_copies &
wait
finish
