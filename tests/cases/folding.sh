#!/usr/bin/env bash
# Whose a frame is: the site is the user's line in every format, and stacks fold to what a person needs.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$here/../../data/suppressions}" "${VRAMTRACK_FRAMES_FOLDER:=$here/../../data/frames}"
: "${LIBVRAMTRACK_DIR:?}" "${CUDA_INCLUDE:?}"
export VRAMTRACK_SUPPRESSIONS_FOLDER VRAMTRACK_FRAMES_FOLDER
device=("$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1")
flags=(-g -O1 -fno-optimize-sibling-calls "-I$CUDA_INCLUDE" "-I$here/../../include")

# The site of the one leak, by every format: WHERE as a pattern, "keep at .*user\.c:2".
known_as() { # WHERE FILE LINE, of the recordings in rec
	limited "$VRAMTRACK" gate --report json=gate.json --report junit=junit.xml --report sarif=sarif.json \
		--report markdown=page.md --report github=notes.txt --report gitlab=quality.json --print-suppressions rec
	is 'the gate is red' $status 1
	says 'JUnit names the user'\''s function' junit.xml "<testcase [^>]*name=\"${1%% at *} (at|in) "
	is 'SARIF points at the line' \
		"$(jq -r '.runs[0].results[0].locations[0].physicalLocation | "\(.artifactLocation.uri | sub(".*/"; "")):\(.region.startLine)"' sarif.json)" "$2:$3"
	says 'so does an annotation' notes.txt "file=.*$2,line=$3[,:]"
	is 'and the code quality of GitLab' "$(jq -r '.[0].location | "\(.path | sub(".*/"; "")):\(.lines.begin)"' quality.json)" "$2:$3"
	says 'Markdown has it in its table' page.md "^\\| leak \\| <code>.*$(sed 's/ at .*//; s/.*:://' <<<"$1") at .*$2:$3</code>"
	says 'a printed rule has it' out "fun:\\^[^.]*$(sed 's/ at .*//; s/.*:://' <<<"$1")"
	limited "$VRAMTRACK" gate --baseline known.txt --update-baseline rec
	says 'a baseline has it' known.txt "${1%% at *} (at|in) "
	limited "$VRAMTRACK" report --show peak rec
	says 'the peak has it' out "100 %  $1"
	holds 'JSON says which frame it is' "leaks | .[0] | .stack[.site].line == $3 and (.stack[.site].file | endswith(\"/$2\"))"
	holds 'of a part of the peak too' "[.processes[].peak[] | select(.stack | length > 0) | .stack[.site].line == $3] | length > 0 and all"
}

# ---- libvramtrack ------------------------------------------------------------------------------

cat >"$work/user.c" <<'C'
#include <vramtrack/vramtrack.h>
static __attribute__((noinline)) void keep(void) { vt_buffer *kept; vt_buffer_create(&kept, 1 << 20, NULL); }
int main(void) { keep(); return 0; }
C
scene 'a user of libvramtrack'
if gcc "${flags[@]}" -o user "$work/user.c" "$LIBVRAMTRACK_DIR/libvramtrack.so" "${device[@]}" \
	-Wl,-rpath,"$LIBVRAMTRACK_DIR" 2>build.err; then
	tracked ./user
	known_as 'keep at .*user\.c:2' user.c 2
	limited "$VRAMTRACK" report --show findings rec
	says 'what was called is shown' out '^    #[0-9]+ +vt_buffer_create at '
	says 'and the rest is one line' out '^    \.\.\. [0-9]+ frames of libvramtrack\.so\.0$'
	silent_about 'none of it by itself' out 'vt__'
	limited "$VRAMTRACK" report --full-stacks rec
	says 'all of it where that is asked for' out '^    #1 +vt__cuda_malloc at '
	silent_about 'and nothing is folded' out '^    \.\.\. '
else failed 'it can be built' <build.err; fi

scene 'a user of libvramtrack.a'
if [ ! -e "$LIBVRAMTRACK_DIR/libvramtrack.a" ]; then skip 'libvramtrack.a' 'this build has none'
elif gcc "${flags[@]}" -o user "$work/user.c" "$LIBVRAMTRACK_DIR/libvramtrack.a" "${device[@]}" -ldl -lpthread 2>build.err; then
	tracked ./user
	known_as 'keep at .*user\.c:2' user.c 2
	silent_about 'no frame of it is shown but what was called' <("$VRAMTRACK" report --show all rec 2>&1) 'vt__|default_allocate'
else failed 'it can be built' <build.err; fi

scene 'the C++ header under wrappers of the program'
cat >wrapped.cpp <<'CPP'
#include <vramtrack/device_memory.hpp>
#include <memory>
#include <new>
namespace
{
struct Block { worker::DeviceMemory memory; explicit Block(std::size_t n) : memory(n) {} };
struct Cache {
	std::unique_ptr<Block> block;
	__attribute__((noinline)) void open(std::size_t n) { block = std::make_unique<Block>(n); }
};
} // namespace
int main() { auto *kept = new Cache; kept->open(1 << 18); return kept->block ? 0 : 1; }
CPP
if g++ -std=c++17 "${flags[@]}" -o wrapped wrapped.cpp "$LIBVRAMTRACK_DIR/libvramtrack.so" "${device[@]}" \
	-Wl,-rpath,"$LIBVRAMTRACK_DIR" 2>build.err; then
	tracked ./wrapped
	known_as '\(anonymous namespace\)::Block::Block at .*wrapped\.cpp:6' wrapped.cpp 6
	limited "$VRAMTRACK" report --show all rec
	silent_about 'one form of a name' out '\(anonymous\)'
	printf 'library: fun:^(anonymous)::Block:: # ours\nlibrary: fun:^(anonymous)::Cache::\n' >own.frames
	limited "$VRAMTRACK" report --show peak --frame-rules own.frames rec
	says 'rules of its own lead to who called the wrappers' out '100 %  main at .*wrapped\.cpp:12'
else failed 'it can be built' <build.err; fi

scene 'the Rust crate'
cat >kept.rs <<'RS'
#[inline(never)]
fn keep() {
    std::mem::forget(vramtrack::DeviceBuffer::new(1 << 20).unwrap());
}
fn main() { keep(); }
RS
# The crate names the library: rustc 1.63 puts what the program names before the crate.
if ! command -v rustc >/dev/null; then skip 'Rust' 'rustc is not installed'
elif rustc -g --edition 2021 --crate-type rlib --crate-name vramtrack -L "$LIBVRAMTRACK_DIR" -l dylib=vramtrack \
	"$here/../../bindings/rust/src/lib.rs" >build.err 2>&1 &&
	rustc -g --edition 2021 --extern vramtrack=libvramtrack.rlib -L "$LIBVRAMTRACK_DIR" \
		-C link-arg=-Wl,-rpath,"$LIBVRAMTRACK_DIR:$SIMULATE_DIR" -C link-arg="${device[0]}" kept.rs >>build.err 2>&1; then
	tracked ./kept
	known_as 'kept::keep at .*kept\.rs:3' kept.rs 3
else failed 'it can be built' <build.err; fi

# ---- Frameworks --------------------------------------------------------------------------------

# Libraries with PyTorch's names, and an operator that is thirty calls of the dispatcher deep.
scene 'a stack as PyTorch has it'
cat >c10.cpp <<'CPP'
#include <cuda_runtime_api.h>
#include <cstddef>
namespace c10 { namespace cuda { namespace CUDACachingAllocator { namespace Native {
__attribute__((noinline)) void *alloc_block(std::size_t n) { void *p = nullptr; cudaMalloc(&p, n); asm volatile(""); return p; }
__attribute__((noinline)) void *malloc(std::size_t n) { void *p = alloc_block(n); asm volatile(""); return p; }
}}}}
CPP
cat >torch.cpp <<'CPP'
#include <cstddef>
#define FRAME __attribute__((noinline))
namespace c10 { namespace cuda { namespace CUDACachingAllocator { namespace Native { void *malloc(std::size_t); }}} }
namespace c10 { template <class T> struct ArrayRef {}; struct SymInt {}; struct DispatchKeySet {}; template <class T> struct optional {};
namespace guts { namespace typelist { template <class... T> struct typelist {}; } } }
namespace at { struct Tensor { void *p; };
namespace detail { FRAME Tensor empty_generic(std::size_t n) { Tensor t{c10::cuda::CUDACachingAllocator::Native::malloc(n)}; asm volatile(""); return t; } } }
namespace c10 { namespace impl {
template <class Functor, int Depth, class Return, class... Parameters> struct wrap_kernel_functor_unboxed_ {
	static FRAME Return call(std::size_t n, Functor f, guts::typelist::typelist<Parameters...> l) {
		Return t = wrap_kernel_functor_unboxed_<Functor, Depth - 1, Return, Parameters...>::call(n, f, l); asm volatile(""); return t; } };
template <class Functor, class Return, class... Parameters> struct wrap_kernel_functor_unboxed_<Functor, 0, Return, Parameters...> {
	static FRAME Return call(std::size_t n, Functor, guts::typelist::typelist<Parameters...>) {
		Return t = at::detail::empty_generic(n); asm volatile(""); return t; } };
}}
namespace at { namespace _ops {
using Wrapped = c10::impl::wrap_kernel_functor_unboxed_<c10::optional<c10::ArrayRef<c10::SymInt>>, 14, Tensor, c10::DispatchKeySet, c10::ArrayRef<c10::SymInt>, c10::optional<bool>>;
struct empty_strided { static FRAME Tensor call(std::size_t n) { Tensor t = Wrapped::call(n, {}, {}); asm volatile(""); return t; } };
struct _to_copy { static FRAME Tensor call(std::size_t n) { Tensor t = empty_strided::call(n); asm volatile(""); return t; } };
}}
extern "C" FRAME void *torch_to(std::size_t n) { void *p = at::_ops::_to_copy::call(n).p; asm volatile(""); return p; }
CPP
cat >model.cpp <<'CPP'
#include <cstddef>
extern "C" void *torch_to(std::size_t);
static __attribute__((noinline)) void *keep_cache(int requests) { void *p = torch_to(requests << 20); asm volatile(""); return p; }
static __attribute__((noinline)) void *serve() { void *p = keep_cache(4); asm volatile(""); return p; }
int main() { return serve() ? 0 : 1; }
CPP
if g++ -fPIC -shared "${flags[@]}" -g0 -o libc10_cuda.so c10.cpp "${device[@]}" 2>build.err &&
	g++ -fPIC -shared "${flags[@]}" -o libtorch_cpu.so torch.cpp ./libc10_cuda.so 2>>build.err &&
	g++ "${flags[@]}" -o model model.cpp ./libtorch_cpu.so ./libc10_cuda.so "${device[@]}" -Wl,-rpath,"$PWD" 2>>build.err; then
	run_options=(--option depth=64)
	export PYTORCH_NO_CUDA_MEMORY_CACHING=1 # else what it allocates is a segment of a cache
	tracked ./model
	unset PYTORCH_NO_CUDA_MEMORY_CACHING
	known_as 'keep_cache at .*model\.cpp:3' model.cpp 3
	limited "$VRAMTRACK" report --show findings,peak rec
	sed -n '/^LEAK/,/^$/p' out >leak
	is 'it folds to a few lines' "$(grep -c '^    ' leak)" 8
	says 'what was called is there' leak '^    #[0-9]+ +at::_ops::empty_strided::call'
	says 'and what the user called' leak '^    #[0-9]+ +at::_ops::_to_copy::call'
	says 'the dispatcher is one line' leak '^    \.\.\. [0-9]+ frames of libc10_cuda\.so and libtorch_cpu\.so$'
	silent_about 'without its names' leak 'wrap_kernel_functor'
	is 'no line is wider than a screen bears' "$(awk 'length > 140' leak)" ''
	silent_about 'nor is one of the Markdown' <(awk 'length > 400' page.md) .
	number=$(sed -n 's/^    #\([0-9]*\) *keep_cache.*/\1/p' leak)
	limited "$VRAMTRACK" report --full-stacks rec
	says 'a frame has one number, folded or not' out "^    #$number +keep_cache"
	says 'all of the dispatcher where that is asked for' out 'wrap_kernel_functor_unboxed_<c10::optional<'
	holds 'JSON keeps all frames' 'leaks | .[0].stack | length > 20'
	limited "$VRAMTRACK" gate --full-stacks rec
	says 'the gate too' err 'wrap_kernel_functor_unboxed_<c10::optional<'
	is 'a printed rule has no dispatcher in it' "$("$VRAMTRACK" gate --print-suppressions rec 2>/dev/null | grep -c wrap_kernel)" 0
	"$VRAMTRACK" gate --print-suppressions rec >known.supp 2>/dev/null
	limited "$VRAMTRACK" gate --suppressions known.supp rec
	is 'and does' $status 0
	printf 'user: module:^libtorch_cpu.so\n' >own.frames
	limited "$VRAMTRACK" report --show peak --frame-rules own.frames rec
	says 'who works on it says so' out '100 %  at::detail::empty_generic at '
else failed 'it can be built' <build.err; fi

# ---- Rules that cannot be had --------------------------------------------------------------------

scene 'rules that are malformed or missing'
tracked findings leaks
printf 'libary: fun:x\n' >bad.frames
for command in report diff gate; do
	arguments=(rec)
	[ $command = diff ] && arguments=(rec rec)
	limited "$VRAMTRACK" $command --frame-rules bad.frames "${arguments[@]}"
	is "$command: status is 4" $status 4
	says "$command says where" err "^vramtrack $command: bad\.frames:1:1: expected 'user:'"
	is "$command: and nothing else" "$(wc -l <err)" 1
done
limited "$VRAMTRACK" run --simulate -o other --frame-rules bad.frames -- touch ran
is 'run: status is 4' $status 4
is 'and the program was not run' "$(ls ran 2>/dev/null)" ''
VRAMTRACK_FRAMES_FOLDER=/nonexistent limited "$VRAMTRACK" report rec
is 'without those that come with vramtrack there is a report' $status 0
says 'and a line that says so' err "^vramtrack: cannot find the rules about frames .* in '/nonexistent'"
limited "$VRAMTRACK" report --full-stacks --format=json rec
is 'in JSON nothing is folded: the option is refused' $status 2
limited "$VRAMTRACK" report --full-stacks --merge rec
is 'nor are there stacks between processes' $status 2
says 'and both are named' err '^vramtrack report: --full-stacks has no effect with --merge'

finish
