#!/usr/bin/env bash
# What a library retains and what a framework's cache keeps are told apart from leaks, by rules. The
# libraries are stand-ins: of the real ones they have the names of the file and of the functions.
. "$(dirname "$0")/lib.sh"

: "${CUDA_INCLUDE:?}" "${VRAMTRACK_FRAMES_FOLDER:?}"
device=("$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1")
flags=(-g -O1 -fno-optimize-sibling-calls "-I$CUDA_INCLUDE")
libs=$work/libs
mkdir "$libs"

# cuBLAS: a workspace for each handle, that stays when the handle is destroyed.
cat >"$work/cublas.c" <<'C'
#include <cuda_runtime_api.h>
static __attribute__((noinline)) void workspace(void **out) { cudaMalloc(out, 32 << 20); }
int cublasCreate_v2(void **handle) { workspace(handle); return 0; }
int cublasDestroy_v2(void *handle) { (void)handle; return 0; }
C
# PyTorch: a cache in libc10_cuda.so that keeps segments of 20 MiB, or passes calls on.
cat >"$work/c10.cpp" <<'C'
#include <cstdlib>
#include <cuda_runtime_api.h>
namespace c10 { namespace cuda { namespace CUDACachingAllocator { namespace Native {
struct DeviceCachingAllocator {
	char *segment = nullptr;
	size_t used = 0;
	__attribute__((noinline)) void *malloc(size_t bytes)
	{
		if (!segment)
			cudaMalloc(reinterpret_cast<void **>(&segment), 20 << 20);
		used += bytes;
		return segment + used - bytes;
	}
};
static DeviceCachingAllocator cache;
__attribute__((noinline)) void *allocate(size_t bytes)
{
	void *block;
	if (!getenv("PYTORCH_NO_CUDA_MEMORY_CACHING"))
		return cache.malloc(bytes);
	cudaMalloc(&block, bytes);
	return block;
}
}}}}
extern "C" void *torch_empty(size_t bytes) { return c10::cuda::CUDACachingAllocator::Native::allocate(bytes); }
extern "C" void torch_delete(void *block)
{
	if (getenv("PYTORCH_NO_CUDA_MEMORY_CACHING"))
		cudaFree(block);
}
C
cat >"$work/program.c" <<'C'
#include <cuda_runtime_api.h>
#include <string.h>
int cublasCreate_v2(void **handle);
void *torch_empty(size_t bytes);
void torch_delete(void *block);
static __attribute__((noinline)) void train(void) { void *handle; cublasCreate_v2(&handle); torch_delete(torch_empty(4096)); }
static __attribute__((noinline)) void plant(void) { void *kept; cudaMalloc(&kept, 3 << 20); }
static __attribute__((noinline)) void forget(void) { torch_empty(1 << 20); }
int main(int argc, char **argv)
{
	train();
	if (argc > 1 && !strcmp(argv[1], "plant"))
		plant();
	if (argc > 1 && !strcmp(argv[1], "forget"))
		forget();
	return 0;
}
C
scene 'stand-ins'
if gcc "${flags[@]}" -fPIC -shared -Wl,-soname,libcublas.so.13 -o "$libs/libcublas.so.13" "$work/cublas.c" "${device[@]}" 2>build.err &&
	g++ "${flags[@]}" -fPIC -shared -Wl,-soname,libc10_cuda.so -o "$libs/libc10_cuda.so" "$work/c10.cpp" "${device[@]}" 2>build.err &&
	gcc "${flags[@]}" -o "$work/program" "$work/program.c" "$libs/libcublas.so.13" "$libs/libc10_cuda.so" "${device[@]}" \
		-Wl,-rpath,"$libs" 2>build.err; then passed 'are built'; else
	failed 'are built' <build.err
	finish
	exit
fi

# gate ARGUMENT...: of the recordings in rec; json in gate.json
judge() { limited "$VRAMTRACK" gate --report json=gate.json "$@" rec; }

scene 'a program without a fault'
tracked "$work/program"
holds 'nothing leaks' 'leaks == []'
holds 'the library is named' '[of("retained")[] | [.bytes, .kept_by.name]] == [[32 * MiB, "cuBLAS"]]'
holds 'and the cache' '[of("cached")[] | [.bytes, .kept_by.name]] == [[20 * MiB, "PyTorch"]]'
holds 'and the rule' '[of("retained")[], of("cached")[] | .kept_by | (.file | endswith("/kept.frames")) and .line > 0] | all and length == 2'
limited "$VRAMTRACK" report rec
says 'text says what it is' out '^RETAINED 32\.0 MiB of device memory on GPU 0, by cudaMalloc'
says 'who keeps it' out '^  cuBLAS keeps this for itself until the process ends \(rule .*kept\.frames:[0-9]+\)$'
says 'what is not known' out "^  PyTorch's cache keeps this segment; what lives in it is not known"
says 'and counts them apart' out '^vramtrack: nothing leaked: 2 allocations; 1 retained by a library, 32\.0 MiB in 1 allocation; 1 kept by a cache, 20\.0 MiB in 1 allocation$'
judge
is 'the gate is clean with no option' "$status $(tail -n 1 err)" '0 vramtrack gate: clean: nothing beyond the policy in 1 process and 2 allocations; 0 in the baseline, 0 suppressed, 2 other'
says 'and lists them' err '^  32\.0 MiB in 1 allocation, retained by a library \(cuBLAS\): train at '
judge --fail-on retained
is 'a policy can name one class' "$status $(jq -c '[.gate.findings[]? | select(.fails) | .class]' gate.json)" '1 ["retained"]'
judge --fail-on 'cached:>1M'
is 'and the other' $status 1
judge --no-default-suppressions
is 'without the rules that come along all is a leak' "$status $(jq '[.processes[].findings[].class] == ["leak", "leak"]' gate.json)" '1 true'

scene 'one buffer that is kept by mistake'
tracked "$work/program" plant
holds 'is the leak' '[leaks[] | .bytes] == [3 * MiB] and all(leaks[]; .stack[.site].line == 7)'
judge
is 'the gate is red' $status 1
says 'and names its line' err 'plant at .*program\.c:7'

cat >"$work/model.py" <<'PY'
import ctypes, os, sys
libs = os.environ["LIBS"]
cublas = ctypes.CDLL(libs + "/libcublas.so.13")
torch = ctypes.CDLL(libs + "/libc10_cuda.so")
runtime = ctypes.CDLL("libcudart.so.13")

def train():
    cublas.cublasCreate_v2(ctypes.byref(ctypes.c_void_p()))
    torch.torch_empty(ctypes.c_size_t(4096))

def plant():
    runtime.cudaMalloc(ctypes.byref(ctypes.c_void_p()), ctypes.c_size_t(3 << 20))

train()
if len(sys.argv) > 1:
    plant()
PY
export LIBS=$libs
if [ -x /usr/bin/python3 ]; then
	scene 'a Python program without a fault'
	tracked /usr/bin/python3 "$work/model.py"
	judge
	is 'the gate is clean with no option' $status 0
	scene 'and with a buffer that is kept by mistake'
	tracked /usr/bin/python3 "$work/model.py" plant
	judge
	is 'the gate is red' $status 1
	says 'and names its line' err 'plant at .*model\.py:12'
else skip 'Python' 'there is no /usr/bin/python3'; fi

scene 'the cache switched off'
export PYTORCH_NO_CUDA_MEMORY_CACHING=1
tracked "$work/program" forget
unset PYTORCH_NO_CUDA_MEMORY_CACHING
holds 'what it passes on is the program'\''s' '[leaks[] | .bytes] == [MiB] and of("cached") == [] and all(leaks[]; .stack[.site].function == "forget")'

scene 'caches switched off for the run'
run_options=(--no-caching)
tracked "$work/program" forget
holds 'what the program lost is a leak' '[leaks[] | .bytes] == [MiB] and of("cached") == []'
says 'what is set is said' err '^vramtrack: --no-caching: PyTorch: PYTORCH_NO_CUDA_MEMORY_CACHING=1$'
says 'with its caveat' err '^vramtrack: --no-caching: JAX: XLA_PYTHON_CLIENT_ALLOCATOR=platform \(above 0\.10 '
says 'and what cannot be set' err '^vramtrack: --no-caching: CuPy has no variable for its pools: cupy\.cuda\.set_allocator\(None\)'
limited env XLA_PYTHON_CLIENT_ALLOCATOR=bfc $'TF_GPU_ALLOCATOR=a\e[31mb' "$VRAMTRACK" run --simulate --no-report --no-caching -o rec -- env
is 'the program has all of it' "$(grep -cE '^(PYTORCH_NO_CUDA_MEMORY_CACHING=1|XLA_PYTHON_CLIENT_PREALLOCATE=false|TF_FORCE_GPU_ALLOW_GROWTH=true|NUMBA_CUDA_MAX_PENDING_DEALLOCS_COUNT=0)$' out)" 4
says 'what the user set stays' out '^XLA_PYTHON_CLIENT_ALLOCATOR=bfc$'
says 'and is said' err '^vramtrack: --no-caching: JAX: XLA_PYTHON_CLIENT_ALLOCATOR=bfc stays, as you set it$'
says 'without what would drive the terminal' err 'TF_GPU_ALLOCATOR=a\?\[31mb stays'
limited "$VRAMTRACK" gate --simulate --no-caching -- "$work/program" forget
is 'the gate has it too' $status 1
limited "$VRAMTRACK" gate --no-caching rec
is 'but not where nothing is run' $status 2
limited "$VRAMTRACK" run --simulate --no-report -o rec -- env
silent_about 'nothing is set without it' out '^(PYTORCH_NO_CUDA|XLA_PYTHON_CLIENT|TF_GPU_ALLOC|TF_FORCE_GPU|NUMBA_CUDA)'

scene 'rules of one'\''s own'
tracked "$work/program" plant
printf 'retained: by:plants fun:^plant$ at:any # ours\nleak: module:^libcublas.so\n' >own.frames
judge --frame-rules=own.frames --fail-on leak
is 'come first' "$(jq -c '[.processes[].findings[] | [.class, .bytes, .kept_by.name]]' gate.json)" \
	'[["leak",33554432,null],["retained",3145728,"plants"],["cached",20971520,"PyTorch"]]'
is 'and the policy sees them' $status 1
printf 'leak:plant\nleak:^cublasCreate\n' >old.supp
judge --frame-rules=own.frames --suppressions old.supp
is 'suppressions of leaks hold for what is kept now' "$status $(jq -c '[.gate.findings[] | select(.standing == "suppressed") | .class] | sort' gate.json)" '0 ["leak","retained"]'

# rule, words of the message
while IFS='|' read -r rule why; do
	scene "a bad rule: $rule"
	echo "$rule" >bad.frames
	limited "$VRAMTRACK" report --frame-rules=bad.frames rec
	is 'is refused' $status 4
	says 'with its place and what was expected' err "bad\.frames:1:[0-9]+: $why"
done <<'TABLE'
retained: module:^libx|expected who keeps it, as by:cuBLAS
cached: by:x|expected a pattern
cached: by:x fun:y kind:lineal|expected a kind of memory
cached: by:x fun:y at:innermost|expected at:any
kept: fun:y|expected 'user:'
TABLE

finish
