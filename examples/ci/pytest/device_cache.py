"""A cache of blocks in device memory, by ctypes: the code under test."""

import ctypes

_cuda = ctypes.CDLL("libcudart.so.13")
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
