#!/usr/bin/env bash
# Identities and printed rules: the same for one recording on every machine that reads it.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$here/../../data/suppressions}" "${LIBVRAMTRACK_DIR:?}" "${CUDA_INCLUDE:?}"
export VRAMTRACK_SUPPRESSIONS_FOLDER
unset VRAMTRACK_DEBUG_PATH # as users have it: the debug files of the system are read

# What a machine makes of the recordings: findings by identity, and rules.
identities() { # [COMMAND...] to run the gate by
	"$@" "$VRAMTRACK" gate --report json=gate.json rec >/dev/null 2>err
	jq -r '.gate.findings[].identity' gate.json | sort
	"$@" "$VRAMTRACK" gate --report text=/dev/null --print-suppressions rec 2>err | grep -v '^#' | sort
}

# Without the file there; with it in the folder of the link; with it where
# distributions put it. On an ELF file that is stripped.
debug_file() { # FILE: moves what it knows into FILE.debug
	objcopy --only-keep-debug "$1" "$1.debug" && strip -s "$1" && objcopy --add-gnu-debuglink="$1.debug" "$1"
}

scene 'debug files of a library and of a program'
cat >helper.c <<'C'
static __attribute__((noinline)) void step(void (*each)(void)) { each(); __asm__ volatile(""); }
void helper_run(void (*each)(void));
void helper_run(void (*each)(void)) { step(each); __asm__ volatile(""); }
C
cat >worker.c <<'C'
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <stdlib.h>
void helper_run(void (*each)(void));
static __attribute__((noinline)) void leak(void) { void *kept; cudaMalloc(&kept, 1 << 20); __asm__ volatile(""); }
static int compare(const void *a, const void *b) { (void)a, (void)b; leak(); return 0; }
static void *thread(void *argument) { leak(); return argument; }
int main(void)
{
	pthread_t other;
	int two[2] = {1, 2};

	helper_run(leak);
	leak();
	qsort(two, 2, sizeof(*two), compare);
	pthread_create(&other, NULL, thread, NULL);
	pthread_join(other, NULL);
	return 0;
}
C
if gcc -g -O1 -shared -fPIC -o libhelper.so helper.c 2>build.err &&
	gcc -g -O1 -fno-optimize-sibling-calls -I"$CUDA_INCLUDE" -o worker worker.c ./libhelper.so \
		"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" -lpthread -Wl,-rpath,"$PWD" 2>>build.err; then
	debug_file libhelper.so
	cp worker worker.whole
	tracked ./worker
	with=$(identities)
	is 'four leaks have four identities' "$(grep -cE '^[0-9a-f]{32}$' <<<"$with")" 4
	mv libhelper.so.debug elsewhere
	is 'without its debug file a library changes none' "$(identities)" "$with"
	mkdir far .debug && cp elsewhere far/libhelper.so.debug
	silent_about 'nor has the text what only that file knows' <("$VRAMTRACK" report --full-stacks rec 2>&1) 'helper\.c'
	says 'VRAMTRACK_DEBUG_PATH names the folder that has it' \
		<(VRAMTRACK_DEBUG_PATH=$PWD/far "$VRAMTRACK" report --full-stacks rec 2>&1) ' step at .*helper\.c:1'
	mv elsewhere .debug/libhelper.so.debug
	is 'nor with one in .debug' "$(identities)" "$with"

	if [ -e /usr/lib/debug/.build-id ] && unshare -m mount -t tmpfs none /usr/lib/debug 2>/dev/null; then
		# shellcheck disable=SC2016
		is 'nor the debug files of the system' \
			"$(identities unshare -m sh -c 'mount -t tmpfs none /usr/lib/debug && exec "$@"' sh)" "$with"
	fi

	debug_file worker
	with=$(identities)
	says 'what is stripped is named in the text all the same' <("$VRAMTRACK" report rec 2>&1) '  leak at .*worker\.c:5'
	rm worker.debug
	is 'without its debug file a program changes none' "$(identities)" "$with"
	says 'and its text has no names' <("$VRAMTRACK" report rec 2>&1) ' worker\+0x'
else failed 'it can be built' <build.err; fi

# ---- Printed rules hide what is known, and nothing that comes later ---------------------------------

gated() { limited "$VRAMTRACK" gate --simulate -o "$1" "${@:2}"; } # FOLDER [OPTION...] -- PROGRAM...

# What is known gives the rules; then the known alone, and with something new.
hides_only_what_is_known() { # KNOWN... -- KNOWN AND NEW...
	local known=()
	while [ "$1" != -- ]; do known+=("$1") && shift; done
	shift
	gated first --print-suppressions -- "${known[@]}"
	mv out printed.supp
	is 'a rule is printed' "$(grep -vc '^#' printed.supp)" 1
	gated second --suppressions printed.supp -- "${known[@]}"
	is 'it suppresses what is known' $status 0
	gated third --suppressions printed.supp -- "$@"
	is 'a new leak fails all the same' $status 1
	printf '# the rule: %s\n' "$(grep -v '^#' printed.supp)"
}

scene 'wrappers that are three deep'
cat >wrapped.c <<'C'
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <string.h>
#define FRAME static __attribute__((noinline))
#define END __asm__ volatile("")
FRAME void *raw(size_t bytes) { void *p = NULL; cudaMalloc(&p, bytes); END; return p; }
FRAME void *checked(size_t bytes) { void *p = raw(bytes); END; return p; }
FRAME void *device_alloc(size_t bytes) { void *p = checked(bytes); END; return p; }
FRAME void two_ways(int how) { void *p; how ? cuMemAllocHost(&p, 4096) : cuMemHostAlloc(&p, 4096, 0); END; }
FRAME void known_leak(void) { device_alloc(1 << 20); END; }
FRAME void new_leak(void) { device_alloc(1 << 20); END; }
FRAME void clean(void) { cudaFree(device_alloc(1 << 20)); END; }
FRAME void descend(int depth) { if (depth) descend(depth - 1); else known_leak(); END; }
int main(int count, char **arguments)
{
	for (int i = 1; i < count; i++)
		switch (*arguments[i]) {
		case 'k': known_leak(); break;
		case 'n': new_leak(); break;
		case 'c': clean(); break;
		case 'd': descend(2), descend(3); break;
		case 'm': device_alloc(1 << 20); break;
		case 'r': raw(1 << 20); break;
		case 'p': cudaFree(0), two_ways(0), two_ways(1); break;
		}
	return 0;
}
C
if gcc -g -O1 -fno-optimize-sibling-calls -I"$CUDA_INCLUDE" -o wrapped wrapped.c \
	"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" 2>build.err; then
	hides_only_what_is_known ./wrapped k -- ./wrapped k n
	says 'it goes out to main' printed.supp '^leak:.*known_leak.*fun:\^main\$ at=exact count<=1$'
	hides_only_what_is_known ./wrapped m -- ./wrapped m n
	hides_only_what_is_known ./wrapped r -- ./wrapped r k
	hides_only_what_is_known ./wrapped k -- ./wrapped k r
	gated first --print-suppressions -- ./wrapped k
	mv out printed.supp
	gated fourth --suppressions printed.supp -- ./wrapped k k
	is 'the same place leaks more: so too' $status 1
	gated fifth --print-suppressions -- ./wrapped k c
	is 'a place that frees is no hindrance' "$(grep -vc '^#' out)" 1
	gated sixth --print-suppressions -- ./wrapped d
	is 'recursion that is deeper is another place' "$(grep -vc '^#' out)" 2
	gated ways --print-suppressions -- ./wrapped p
	is 'a rule that would suppress another place is not printed' "$(grep -vc '^#' out)" 0
	says 'and why' out '^# \(no rule: it would suppress another place too: '
	strip -s -o bare wrapped
	gated seventh --print-suppressions -- ./bare k c
	is 'of a program without symbols too, while depths differ' "$(grep -vc '^#' out)" 1
else failed 'it can be built' <build.err; fi

scene 'a leak in main itself'
cat >direct.c <<'C'
#include <cuda_runtime_api.h>
static __attribute__((noinline)) void helper(void) { void *p; cudaMalloc(&p, 2 << 20); __asm__ volatile(""); }
int main(int count, char **arguments)
{
	void *p;

	(void)arguments;
	cudaMalloc(&p, 1 << 20);
	if (count > 1)
		helper();
	return 0;
}
C
if gcc -g -O1 -I"$CUDA_INCLUDE" -o direct direct.c "$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" 2>build.err; then
	hides_only_what_is_known ./direct -- ./direct more
else failed 'it can be built' <build.err; fi

scene 'an interpreter'
cat >leaks.py <<'PY'
import ctypes, sys
runtime = ctypes.CDLL("libcudart.so.13")
def known():
    runtime.cudaMalloc(ctypes.byref(ctypes.c_void_p()), ctypes.c_size_t(1 << 20))
def new():
    runtime.cudaMalloc(ctypes.byref(ctypes.c_void_p()), ctypes.c_size_t(1 << 20))
for name in sys.argv[1:]:
    globals()[name]()
PY
if python3 -c 'import ctypes' 2>/dev/null; then
	hides_only_what_is_known python3 leaks.py known -- python3 leaks.py known new
else skip 'an interpreter' 'no python3 here'; fi

scene 'libvramtrack stripped or not'
cat >user.c <<'C'
#include <vramtrack/vramtrack.h>
static __attribute__((noinline)) void keep(void) { vt_buffer *kept; vt_buffer_create(&kept, 1 << 20, NULL); }
static __attribute__((noinline)) void keep_too(void) { vt_buffer *kept; vt_buffer_create(&kept, 1 << 20, NULL); }
int main(int count, char **arguments)
{
	(void)arguments;
	keep();
	if (count > 1)
		keep_too();
	return 0;
}
C
mkdir lib && cp "$LIBVRAMTRACK_DIR"/libvramtrack.so.?* lib/
library=$(basename "$(readlink -f "$LIBVRAMTRACK_DIR/libvramtrack.so")")
if gcc -g -O1 -I"$here/../../include" -I"$CUDA_INCLUDE" -o user user.c "lib/$library" \
	"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" -Wl,-rpath,"$PWD/lib" 2>build.err; then
	tracked ./user
	whole=$(identities)
	is 'a leak was found' "$(grep -cE '^[0-9a-f]{32}$' <<<"$whole")" 1
	strip -s lib/libvramtrack.so.*.*
	is 'its identity is of the program' "$(identities)" "$whole"
	says 'so is its title' <("$VRAMTRACK" gate rec 2>&1) 'keep at .*user\.c:2'
	hides_only_what_is_known ./user -- ./user too
	silent_about 'it ends at no frame of libvramtrack' printed.supp 'vt_|libvramtrack'
else failed 'it can be built' <build.err; fi

finish
