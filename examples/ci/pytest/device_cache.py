"""A cache of blocks in device memory, by ctypes: the code under test."""

import ctypes


def _runtime():
    """The CUDA runtime of either release."""
    for name in ("libcudart.so.13", "libcudart.so.12"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise ImportError("no libcudart.so.13 or .12: add its folder to LD_LIBRARY_PATH")


_cuda = _runtime()
_cuda.cudaMalloc.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_size_t]
_cuda.cudaFree.argtypes = [ctypes.c_void_p]


class Cache:
    def __init__(self):
        self.blocks = []

    def add(self, size):
        block = ctypes.c_void_p()
        if _cuda.cudaMalloc(ctypes.byref(block), size) != 0:
            raise MemoryError(f"no device memory for {size} bytes")
        self.blocks.append(block)

    def close(self):
        while self.blocks:
            _cuda.cudaFree(self.blocks.pop())
