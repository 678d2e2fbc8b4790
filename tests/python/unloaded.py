"""Allocates before and after a library is closed: what was known of places in memory is looked up anew."""
import _ctypes
import ctypes
import sys

driver = ctypes.CDLL("libcuda.so.1")
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0


def before():
    return driver.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(1 << 20))


def after():
    return driver.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(1 << 20))


assert before() == 0
_ctypes.dlclose(ctypes.CDLL(sys.argv[1])._handle)
assert after() == 0
