#!/usr/bin/env bash
# The story card's tests of libvramtrack on a real GPU: alone, under compute-sanitizer's memcheck,
# and under vramtrack itself: library.sh PREFIX PROGRAMS FOLDER
#   PREFIX    where vramtrack is installed or unpacked (bin/vramtrack is in it)
#   PROGRAMS  the built tests/test_card, test_device_memory, test_device_memory_leaks and
#             test_vram_tracker, without the RPATH to the simulated device that the build gives
#             them (patchelf --remove-rpath), and libcmocka.so.0 if the machine has none
#   FOLDER    takes the logs; it is made
# Prints TAP, and at last "N passed, N failed, N skipped".
set -u
[ $# -eq 3 ] || { echo "usage: $0 PREFIX PROGRAMS FOLDER" >&2; exit 2; }
prefix=$(cd "$1" && pwd) || exit 2
programs=$(cd "$2" && pwd) || exit 2
mkdir -p "$3" && cd "$3" || exit 2
cuda=${CUDA_HOME:-/usr/local/cuda}
export PATH=$PATH:$cuda/bin:$cuda/compute-sanitizer
export LD_LIBRARY_PATH=$programs:$prefix/lib:$cuda/lib64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
unset LD_PRELOAD VRAMTRACK_OPTIONS
passed=0 failed=0 skipped=0

judge() { # WHAT LOG: the status of what came before
	if [ "$status" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed + skipped)) - $1"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed + skipped)) - $1"
		tail -n 20 "$2" | sed 's/^/#   /'
	fi
}

for test in test_card test_device_memory test_device_memory_leaks test_vram_tracker; do
	timeout 120 "$programs/$test" >"$test.log" 2>&1
	status=$?
	judge "$test: $(grep -c '^ok' "$test.log") tests" "$test.log"

	if command -v compute-sanitizer >/dev/null; then
		# allocations that must fail are part of the tests, and no error of theirs
		timeout 300 compute-sanitizer --tool memcheck --report-api-errors no \
			--error-exitcode 9 "$programs/$test" >"$test.memcheck" 2>&1
		status=$?
		judge "$test under memcheck: $(grep -o 'ERROR SUMMARY.*' "$test.memcheck")" "$test.memcheck"
	else
		skipped=$((skipped + 1))
		echo "ok $((passed + failed + skipped)) - $test under memcheck # SKIP no compute-sanitizer"
	fi

	timeout 120 "$prefix/bin/vramtrack" run -o rec --format=json --report-file="$test.json" -- \
		"$programs/$test" >"$test.tracked" 2>&1
	status=$?
	judge "$test under vramtrack" "$test.tracked"
	status=1
	if [ -s "$test.json" ] && ! grep -q '"class": *"leak"' "$test.json"; then
		status=0
	fi
	judge "$test under vramtrack: no leak" "$test.json"
done
echo "1..$((passed + failed + skipped))"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
