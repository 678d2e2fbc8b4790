#!/usr/bin/env bash
# The recipes of docs/ci.md, on the simulated device: green as they are shipped,
# red, with the line named, once the code under test forgets to free.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cmake_lib.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CFLAGS CXXFLAGS LDFLAGS CARGO_TARGET_DIR CDPATH
unset PYTEST_ADDOPTS CTEST_OUTPUT_ON_FAILURE
ci=$(cd "$(dirname "$0")/../../examples/ci" && pwd)
cuda=$(sed -n 's/^CUDA_HOME = //p' "$(dirname "$VRAMTRACK")/Makefile")
cudart=$SIMULATE_DIR/$CUDART
seconds=200
mkdir "$work/bin" "$work/link"
ln -s "$(realpath "$VRAMTRACK")" "$work/bin/vramtrack"
ln -s "$cudart" "$work/link/libcudart.so"
PATH=$work/bin:$PATH

# The interpreter that has it: the first python3 may be another than Debian's.
python_with() { # MODULE
	local python
	for python in python3 /usr/bin/python3; do
		"$python" -c "import $1" 2>/dev/null && { echo "$python"; return; }
	done
}
has() { command -v "$1" >/dev/null; }
line_of() { grep -nF -m 1 -- "$2" "$1" | cut -d: -f1; } # FILE TEXT
recipe() { cp -R "$ci/$1/." . && chmod -R u+w .; }      # FOLDER: into the scene

# plant FILE LINE [INSTEAD]: the leak, by a patch of one line
plant() {
	local line
	line=$(line_of "$1" "$2")
	: "${line:?no such line}"
	sed -i "${line}c\\${3-}" "$1"
}
forget_in_c() { plant cache.c 'cudaFree(block->memory);'; }
in_c() { echo "cache_add at .*cache\.c:$(line_of cache.c cudaMalloc)\$"; }

# ---- ctest and gtest ------------------------------------------------------------------

cuda_toolkit_for_cmake

# The project of ctest, GitHub and GitLab, as its authors have it: only what changed is built again.
project() {
	if [ ! -d "$work/project" ]; then
		mkdir "$work/project"
		cd "$work/project" && recipe project
	else
		cd "$work/project" && cp "$ci/project/cache.c" . && chmod u+w cache.c
		rm -rf build/CMakeCache.txt build/vramtrack gate.*
	fi
}

by_ctest() { # OPTION...: configures, builds, tests
	limited cmake -S . -B build -DVRAMTRACK_GATE_OPTIONS=--simulate "$@" &&
		[ $status -eq 0 ] && limited cmake --build build &&
		[ $status -eq 0 ] && limited ctest --test-dir build --output-on-failure
}

try_ctest() {
	scene 'ctest'
	project
	by_ctest
	is 'it is green' $status 0
	says 'the tests ran' out '100% tests passed'
	is 'under the gate' "$(find build/vramtrack -name '*.vramtrack' | wc -l)" \
		"$(grep -c 'Test .*#.*Passed' out)"
	forget_in_c
	by_ctest -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON
	is 'a leak makes it red' $((status != 0)) 1
	says 'its line is named' out "$(in_c)"
	LD_LIBRARY_PATH=$SIMULATE_DIR by_ctest -DVRAMTRACK_GATE=OFF
	is 'without the gate nobody sees it' $status 0
}

try_ctest_without_the_command() {
	scene 'ctest, vramtrack is not there'
	recipe project
	PATH=${PATH#*:} limited cmake -S . -B build
	is 'it is red' $((status != 0)) 1
	says 'and why' err 'vramtrack is not in PATH'
}

build_gtest() {
	limited gcc -g -Wall -Wextra -isystem "$cuda/include" -c cache.c
	[ test_blocks.o -nt test_blocks.cpp ] || limited g++ -std=c++17 -g -Wall -Wextra -I. -c test_blocks.cpp
	limited g++ -o tests test_blocks.o cache.o "$cudart" -lgtest -lpthread -ldl
}

try_gtest() {
	scene 'gtest'
	recipe project
	build_gtest
	is 'it is built' $status 0
	limited vramtrack gate --simulate -o rec -- ./tests
	is 'it is green' $status 0
	native ./tests
	says 'without the shim it says so' out '^vramtrack: the shim is not loaded'
	forget_in_c
	build_gtest
	limited vramtrack gate --simulate -o rec -- ./tests
	is 'a leak makes it red' $status 1
	says 'the test is named' out "^test_blocks\.cpp:$(line_of test_blocks.cpp CountsItsBlocks): Failure"
	says 'with the bytes' out 'the test left 1114112 bytes of device memory behind'
	says 'no other' out '1 FAILED TEST$'
	says 'and the line' err "$(in_c)"
	sed -i '/EXPECT_EQ(cache_count(blocks), 2u)/a vramtrack::leaves(1114112);' test_blocks.cpp
	build_gtest
	limited vramtrack gate --simulate --fail-on none -o rec -- ./tests
	is 'what a test may leave is no failure' $status 0
}

if has cmake; then
	try_ctest
	(PATH=${PATH#*:} has vramtrack) || try_ctest_without_the_command
else
	scene 'ctest'
	skip 'green and red' 'cmake is not installed (package cmake)'
fi
if echo '#include <gtest/gtest.h>' | g++ -std=c++17 -fsyntax-only -x c++ - 2>/dev/null; then
	try_gtest
else
	scene 'gtest'
	skip 'green and red' 'GoogleTest is not installed (package libgtest-dev)'
fi

# ---- make check --------------------------------------------------------------------------

make_check() {
	limited make check VRAMTRACK_GATE_OPTIONS=--simulate
}

scene 'make check'
if has autoreconf && has automake; then
	recipe project
	limited autoreconf -i
	is 'autoreconf' $status 0
	limited ./configure CUDA_HOME="$cuda" CUDA_LIBS="$cudart"
	is 'configure' $status 0
	make_check
	is 'it is green' $status 0
	says 'the test ran' out '^# PASS: +1$'
	forget_in_c
	make_check
	is 'a leak makes it red' $((status != 0)) 1
	says 'its line is named' test_cache.log "$(in_c)"
	sed -i 's/failed = .*/return 77;/' test_cache.c
	make_check
	says 'a test that skips is skipped' out '^# SKIP: +1$'
else
	skip 'green and red' 'automake is not installed (package automake)'
fi

# ---- pytest ------------------------------------------------------------------------------

by_pytest() { # OPTION...
	limited vramtrack gate --simulate "${gate_options[@]}" -o rec -- \
		"$python" -m pytest -p vramtrack_pytest -p no:cacheprovider "$@"
}

try_pytest() {
	local gate_options=()
	recipe pytest
	by_pytest --vramtrack-required
	is 'it is green' $status 0
	says 'all tests ran' out '4 passed'
	says 'it looks at each' out '^vramtrack: each test has to give its device memory back'
	limited env LD_LIBRARY_PATH="$SIMULATE_DIR" "$python" -m pytest -p vramtrack_pytest
	says 'without the shim it says so' out '^vramtrack: the shim is not loaded'
	limited "$python" -m pytest -p vramtrack_pytest --vramtrack-required
	is 'and if it is required' $status 4
	says 'what to do' err 'start pytest as: vramtrack gate -- python3 -m pytest'
	sed 's/^def test_counts/@pytest.mark.vramtrack_leaves("much")\n&/' test_device_cache.py >test_bad.py
	by_pytest test_bad.py
	is 'a size that is none' $status 4
	says 'is told, with the test' err "test_bad\.py::test_counts_its_blocks: .* not 'much'"
	rm test_bad.py
	plant device_cache.py '_cuda.cudaFree(self' '            self.blocks.pop()'
	by_pytest
	is 'a leak makes it red' $status 1
	says 'the test is named' out "^test_device_cache\.py:$(line_of test_device_cache.py \
		'def test_counts'): test_counts_its_blocks left 1114112 bytes of device memory behind, allocated by (Cache.)?add at .*device_cache.py:[0-9]+$"
	says 'the fixture of the file is no leak of the first test' out '4 passed, 3 errors'
	# The last test of the file ends the fixture, which forgets to free, too.
	says 'its end is looked at' out ': test_takes_any_size\[4096\] left 8392704 bytes'
	sed -i 's/^def test_counts/@pytest.mark.vramtrack_leaves("2MiB")\n&/' test_device_cache.py
	gate_options=(--fail-on none)
	by_pytest -k counts_its
	says 'what a test may leave' out '1 passed, .*1 error'
	by_pytest -k 'counts_its or starts' --deselect test_device_cache.py::test_takes_any_size
	says 'but not what its fixture leaves' out 'left 9502720 bytes .*\(2097152 are allowed\)'
	cat >test_more.py <<-'PYTHON'
		import pytest
		from device_cache import Cache
		workspace = []

		def use_library():  # what is made once
		    if not workspace:
		        workspace.append(Cache())
		        workspace[0].add(1 << 20)

		def test_first():
		    use_library()

		def test_fails():
		    block = Cache()
		    block.add(1 << 16)
		    block.close = lambda: None
		    assert block.blocks == []

		@pytest.mark.vramtrack_warm_up
		def test_warm():
		    use_library()

		def test_forgets():
		    Cache().add(3 << 20)
	PYTHON
	gate_options=(--fail-on none)
	by_pytest test_more.py
	says 'the line that allocated is named' out '^test_more\.py:[0-9]+: test_first left 1048576 bytes of device memory behind, allocated by (Cache\.)?add at .*device_cache\.py:[0-9]+$'
	says 'a test that failed is not judged, and it is said' out '^test_more\.py:[0-9]+: test_fails failed, and its traceback keeps 65536 bytes of device memory, allocated by .*: not judged$'
	is 'no other is' "$(grep -c ' left [0-9]* bytes of device memory behind' out)" 2
	by_pytest --vramtrack-warm-up test_more.py
	is 'with a warm-up what is made once is not left by the first' "$(grep -o 'test_[a-z]* left [0-9]* bytes' out)" 'test_forgets left 3145728 bytes'
	by_pytest test_more.py::test_warm
	says 'a test can ask for its own' out '1 passed'
}

scene 'pytest'
python=$(python_with pytest)
if [ -n "$python" ]; then
	try_pytest
else
	skip 'green and red' 'pytest is not installed (package python3-pytest)'
fi

# ---- cargo -------------------------------------------------------------------------------

cargo_test() {
	limited env CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="vramtrack gate --simulate -o rec --" \
		CUDA_LIB_DIR="$work/link" CARGO_HOME="${CARGO_HOME:-$work/cargo}" \
		CARGO_TERM_COLOR=never cargo test --offline --locked
}

scene 'cargo test'
if has cargo && [ "$(uname -m)" = x86_64 ]; then
	recipe cargo
	cargo_test
	is 'it is green' $status 0
	says 'the tests ran' out 'test counts_its_blocks \.\.\. ok'
	is 'under the gate' "$(recordings)" 1
	plant src/lib.rs 'unsafe { cudaFree' 'let _ = (memory, cudaFree as *const ());'
	cargo_test
	is 'a leak makes it red' $((status != 0)) 1
	says 'its line is named' err "add at .*src/lib\.rs:$(line_of src/lib.rs 'cudaMalloc(&mut')\$"
	# The runner that is shipped, without the variable.
	limited env -u CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER CUDA_LIB_DIR="$work/link" \
		LD_LIBRARY_PATH="$SIMULATE_DIR" CARGO_HOME="${CARGO_HOME:-$work/cargo}" \
		cargo test --offline --locked
	is 'the runner of config.toml is red, too' $((status != 0)) 1
	is 'it recorded where it says' "$(find target/vramtrack -name '*.vramtrack' | wc -l)" 1
else
	skip 'green and red' 'cargo is not installed'
fi

# ---- The function behind them -------------------------------------------------------------

scene 'vramtrack_preload_live'
cat >ask.py <<'PYTHON'
import ctypes, sys
live = ctypes.CDLL(None).vramtrack_preload_live
live.restype = ctypes.c_uint64
cuda = ctypes.CDLL("libcudart.so.13")
def take(call, *more):
    pointer = ctypes.c_void_p()
    assert call(ctypes.byref(pointer), ctypes.c_size_t(4096), *more) == 0
    return pointer
def show(what):
    print(what, live(0), live(1), live(-1), live(9))
show("none")
first = take(cuda.cudaMalloc)
take(cuda.cudaMallocManaged, 1)
take(cuda.cudaHostAlloc, 0)
show("one")
ordered = take(cuda.cudaMallocAsync, None)
show("ordered")
assert cuda.cudaFreeAsync(ordered, None) == 0
show("freed")
assert cuda.cudaSetDevice(1) == 0
take(cuda.cudaMalloc)
take(cuda.cudaMalloc)
show("second")
assert cuda.cudaFree(first) == 0
show("last")
PYTHON
if has python3; then
	limited vramtrack run --simulate=devices=2 -o rec -- python3 ask.py
	is 'status is 0' $status 0
	is 'tells device memory, by device and in all' "$(cat out)" 'none 0 0 0 0
one 4096 0 4096 0
ordered 8192 0 8192 0
freed 4096 0 4096 0
second 4096 8192 12288 0
last 0 8192 8192 0'
else
	skip 'what is live' 'there is no python3'
fi

# ---- GitHub and GitLab --------------------------------------------------------------------

# The shell of a workflow, without the steps that install: NAME of a step, or the GitLab job's.
shell_of() { # FILE [STEP]
	"$yaml_python" - "$ci/$1" "${@:2}" <<-'PYTHON'
		import sys, yaml
		job = yaml.safe_load(open(sys.argv[1]))
		if len(sys.argv) == 2:
		    print("\n".join(job["leaks"]["script"]))
		else:
		    steps = job["jobs"]["leaks"]["steps"]
		    print(next(s["run"] for s in steps if s.get("name") == sys.argv[2]))
	PYTHON
}

# One after another as the runner does: the gate also after a failed test.
github() {
	local step failed=0
	: >summary.md
	for step in Build Test Gate; do
		shell_of github.yml "$step" >step.sh
		[ "$failed" -eq 0 ] || [ "$step" = Gate ] || continue
		GITHUB_STEP_SUMMARY=$PWD/summary.md GATE_OPTIONS=--simulate limited bash -e step.sh
		[ "$status" -eq 0 ] || failed=$status
	done
	status=$failed
}

gitlab() {
	shell_of gitlab.yml >job.sh
	GATE_OPTIONS=--simulate limited bash -eo pipefail job.sh
}

try_github() {
	local place
	project
	github
	is 'it is green' "$status" 0
	says 'the summary says so' summary.md '^#.*[Cc]lean'
	rm -r build/vramtrack
	forget_in_c
	place=cache.c:$(line_of cache.c cudaMalloc)
	github
	is 'a leak makes it red' $((status != 0)) 1
	says 'the summary has the line' summary.md "$place"
	says 'an annotation has it' out "^::error .*file=cache\.c,line=${place#*:},"
	is 'SARIF has it' "$(jq -r '[.runs[].results[] | select(.level == "error") |
		.locations[0].physicalLocation | "\(.artifactLocation.uri):\(.region.startLine)"] |
		unique | join(" ")' gate.sarif)" "$place"
	says 'JUnit has it' gate.xml "$place"
}

try_gitlab() {
	project
	gitlab
	is 'it is green' "$status" 0
	is 'no finding' "$(jq length gate.json)" 0
	rm -r build/vramtrack
	forget_in_c
	gitlab
	is 'a leak makes it red' $((status != 0)) 1
	is 'the code quality report has the line' "$(jq -r '[.[] |
		"\(.severity) \(.location.path):\(.location.lines.begin)"] | unique | join(" ")' gate.json)" \
		"critical cache.c:$(line_of cache.c cudaMalloc)"
	says 'JUnit has it' gate.xml "cache\.c:$(line_of cache.c cudaMalloc)"
}

yaml_python=$(python_with yaml)
for service in github gitlab; do
	scene "$service"
	if has cmake && [ -n "$yaml_python" ]; then
		try_$service
	else
		skip 'green and red' 'cmake or python3-yaml is not installed'
	fi
done

finish
