"""PyTorch as far as the tests of its cache need it: tensors of the stand-in libc10_cuda.so.

TORCH names the folder of the library, VRAMTRACK the command. The library is opened as Python opens
an extension, RTLD_LOCAL; calls of it release the GIL.
"""

import ctypes
import json
import os
import subprocess

lib = ctypes.CDLL(os.path.join(os.environ["TORCH"], "libc10_cuda.so"))
lib.torch_empty.restype = ctypes.c_void_p
lib.torch_empty.argtypes = [ctypes.c_size_t]
lib.torch_delete.argtypes = [ctypes.c_void_p]
lib.torch_allocated.restype = lib.torch_reserved.restype = ctypes.c_size_t
lib.c10_calls.restype = lib.c10_sum.restype = lib.c10_of_cpu.restype = ctypes.c_uint64
empty_cache = lib.torch_empty_cache
moments = 0


class Tensor:
    def __init__(self, size):
        self.at = lib.torch_empty(size)

    def __del__(self, delete=lib.torch_delete):
        delete(self.at)


def moment():
    """What the cache says now, and what a snapshot of the recording does."""
    global moments
    moments += 1
    with open(f"moment-{moments}.json", "w") as out:
        json.dump({"allocated": lib.torch_allocated(), "reserved": lib.torch_reserved()}, out)
    environment = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    subprocess.run(
        [os.environ["VRAMTRACK"], "snapshot", "-o", f"moment-{moments}.vramtrack", str(os.getpid())],
        env=environment, check=True, stdout=subprocess.DEVNULL)


def said():
    """What was passed on to libc10."""
    lib.torch_cpu()
    print("calls", lib.c10_calls(), "sum", lib.c10_sum(), "cpu", lib.c10_of_cpu())
