#!/usr/bin/env bash
# PyTorch takes a null pointer from a pluggable allocator for memory: no out-of-memory error, a tensor at address 0.
#
# Software: PyTorch 2.11.0 (CUDA 13.0), H200 (2026-11-30).
# Behaviour: torch.cuda.memory.CUDAPluggableAllocator does not look at what the allocation function returns.
# Where that returns null, torch.empty() succeeds with a tensor of the wanted size whose data_ptr() is 0.
# An exception that the function throws does become a Python exception.
# Seen: "1024 bytes at 0, no exception".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
python=python3
if ! nvidia-smi -L >/dev/null 2>&1 || ! command -v gcc >/dev/null; then
	echo "needs a GPU and gcc"
	exit 77
fi
if ! "$python" -c 'import torch; raise SystemExit(not torch.__version__.startswith("2.11."))' 2>/dev/null; then
	if ! "$python" -m venv "$work/venv" || ! "$work/venv/bin/pip" -q install torch==2.11.0; then
		echo "needs PyTorch 2.11.0"
		exit 77
	fi
	python=$work/venv/bin/python
fi
cat >"$work/none.c" <<'END'
#include <stddef.h>
void *none(long bytes, int device, void *stream) { return NULL; }
void nothing(void *memory, long bytes, int device, void *stream) {}
END
gcc -shared -fPIC -o "$work/none.so" "$work/none.c" || exit 99
"$python" - "$work/none.so" >"$work/seen" <<'END'
import sys
import torch

print("PyTorch", torch.__version__, file=sys.stderr)
torch.cuda.memory.change_current_allocator(
    torch.cuda.memory.CUDAPluggableAllocator(sys.argv[1], "none", "nothing")
)
try:
    tensor = torch.empty(1024, dtype=torch.uint8, device="cuda")
    print(f"{tensor.nbytes} bytes at {tensor.data_ptr()}, no exception")
except RuntimeError as error:
    print(type(error).__name__)
END
cat "$work/seen"
grep -qx '1024 bytes at 0, no exception' "$work/seen"
# In vramtrack: examples/frameworks/torch_allocator.cpp throws where the library has no memory to give.
