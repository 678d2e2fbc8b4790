"""CuPy's arrays in libvramtrack's accounts: cupy_allocator.py LIBVRAMTRACK

Each array is an allocation of its own, by cudaMalloc.
"""

import ctypes
import sys

import cupy

MIB = 1 << 20

library = ctypes.CDLL(sys.argv[1])
library.vt_last_error_text.restype = ctypes.c_char_p
library.vt_allocator_bytes.restype = ctypes.c_size_t
allocator = ctypes.c_void_p()
if library.vt_allocator_create(ctypes.byref(allocator), None):
    sys.exit(library.vt_last_error_text().decode())


def allocate(size, device):
    memory = ctypes.c_void_p()
    # bytes, alignment, device, stream
    if library.vt_allocator_allocate(
        allocator, ctypes.byref(memory), ctypes.c_size_t(size), ctypes.c_size_t(0), device, None
    ):
        raise MemoryError(library.vt_last_error_text().decode())
    return memory.value or 0


def free(memory, device):
    library.vt_allocator_free(allocator, ctypes.c_void_p(memory), None)


cupy.cuda.set_allocator(cupy.cuda.PythonFunctionAllocator(allocate, free).malloc)
array = cupy.ones(MIB, dtype=cupy.float32)
print("sum", float(array.sum()))
print("array", library.vt_allocator_bytes(allocator) // MIB, "MiB")
try:
    cupy.empty(1 << 50, dtype=cupy.uint8)
except MemoryError as error:
    print("refused:", error)
del array
print("array", library.vt_allocator_bytes(allocator) // MIB, "MiB after del")
cupy.cuda.set_allocator(None)
