"""PyTorch's tensors by purpose, and within a budget: torch_allocator.py LIBTORCH_ALLOCATOR LIBVRAMTRACK

torch_allocator.cpp says how the first is built.
"""

import contextlib
import ctypes
import sys

import torch

MODEL_WEIGHTS, KV_CACHE = 0, 1  # vt_purpose
MIB = 1 << 20


class Scope(ctypes.Structure):  # vt_scope
    _fields_ = [("label", ctypes.c_char_p), ("purpose", ctypes.c_int), ("open", ctypes.c_int)]


own = ctypes.CDLL(sys.argv[1])
library = ctypes.CDLL(sys.argv[2])
own.torch_budget.argtypes = [ctypes.c_size_t]
own.torch_bytes.restype = own.torch_all_bytes.restype = ctypes.c_size_t
own.torch_report.restype = ctypes.c_void_p
library.vt_free.argtypes = [ctypes.c_void_p]


@contextlib.contextmanager
def scope(purpose, label):
    """What the thread allocates in it is for that."""
    text = label.encode()  # not copied: lives as long as the scope
    around = Scope()
    library.vt_scope_begin(ctypes.byref(around), purpose, text)
    try:
        yield
    finally:
        library.vt_scope_end(ctypes.byref(around))


def report():
    text = own.torch_report()
    print(ctypes.string_at(text).decode(), end="")
    library.vt_free(text)


torch.cuda.memory.change_current_allocator(
    torch.cuda.memory.CUDAPluggableAllocator(sys.argv[1], "torch_allocate", "torch_free")
)
with scope(MODEL_WEIGHTS, "linear"):
    model = torch.nn.Linear(1024, 1024, bias=False, device="cuda")
with scope(KV_CACHE, "request 1"):
    cache = torch.empty(8 * MIB, dtype=torch.uint8, device="cuda")
print("weights", own.torch_bytes(MODEL_WEIGHTS) // MIB, "MiB, cache", own.torch_bytes(KV_CACHE) // MIB)
own.torch_budget(64 * MIB)  # cuBLAS's workspace, 32 MiB, is in it
try:
    too_much = torch.empty(128 * MIB, dtype=torch.uint8, device="cuda")
except RuntimeError as error:
    print("refused:", error)
print("sum", float(model(torch.ones(1, 1024, device="cuda")).isfinite().all()))
report()
del cache
print("cache", own.torch_bytes(KV_CACHE) // MIB, "MiB after del")
