#!/usr/bin/env bash
# examples/frameworks: the two functions that PyTorch calls, without PyTorch.
. "$(dirname "$0")/lib.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
: "${LIBVRAMTRACK_DIR:?folder of libvramtrack.so}"
if readelf -d "$LIBVRAMTRACK_DIR/libvramtrack.so" 2>/dev/null | grep -q 'NEEDED.*lib[at]san'; then
	echo '1..0 # SKIP the library is built with a sanitizer, whose runtime must be loaded first'
	exit 0
fi

cat >"$work/tensors.cpp" <<'CPP'
#include <cstddef>
#include <cstdio>
#include <exception>
#include <sys/types.h>
extern "C" {
void *torch_allocate(ssize_t, int, void *);
void torch_free(void *, ssize_t, int, void *);
void torch_budget(std::size_t);
std::size_t torch_all_bytes();
}
int main()
{
	void *kept = torch_allocate(3 << 20, 0, nullptr), *other = torch_allocate(1 << 20, 1, nullptr);
	std::printf("two devices: %zu\n", torch_all_bytes() >> 20);
	torch_budget(5 << 20);
	try {
		torch_allocate(2 << 20, 0, nullptr);
	} catch (const std::exception &error) {
		std::printf("refused: %s\n", error.what());
	}
	torch_free(other, 1 << 20, 1, nullptr);
	torch_free(kept, 3 << 20, 0, nullptr);
	std::printf("left: %zu\n", torch_all_bytes());
	return 0;
}
CPP
scene "PyTorch's allocator"
build=(g++ -std=c++17 -O1 -Wall -Wextra -Wpedantic -Wshadow -Werror "-I$root/include" "-L$LIBVRAMTRACK_DIR"
	"-Wl,-rpath,$LIBVRAMTRACK_DIR" "-Wl,-rpath-link,$SIMULATE_DIR")
if "${build[@]}" -fPIC -shared -o "$work/libtorch_allocator.so" "$root/examples/frameworks/torch_allocator.cpp" \
	-lvramtrack 2>build.err && "${build[@]}" -o "$work/tensors" "$work/tensors.cpp" "$work/libtorch_allocator.so" \
	-lvramtrack "-Wl,-rpath,$work" 2>build.err; then passed 'is built'; else
	failed 'is built' <build.err
	finish
	exit
fi
run_options+=(--simulate=devices=2)
tracked "$work/tensors"
says 'tensors of two devices' out '^two devices: 4$'
says 'a budget refuses by an exception' out '^refused: .*requested: 2\.0 MB, available: 1\.0 MB .*budget of 5\.0 MB$'
says 'all is given back' out '^left: 0$'
finish
