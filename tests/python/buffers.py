"""Device memory that is freed with its object, as a framework's tensors are."""
import ctypes

driver = ctypes.CDLL("libcuda.so.1")
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0


def use():
    """In each thread."""
    assert driver.cuCtxSetCurrent(context) == 0


use()


class Buffer:
    # kept by the class: a module's names are gone before its objects are
    free = driver.cuMemFree_v2

    def __init__(self, size):
        self.address = ctypes.c_uint64()
        assert driver.cuMemAlloc_v2(ctypes.byref(self.address), ctypes.c_size_t(size)) == 0

    def __del__(self):
        self.free(self.address)
