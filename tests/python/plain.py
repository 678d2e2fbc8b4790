"""What any Python can do, without a library beside it: plain.py. Leaks 3 times 1 MiB."""
import ctypes
import threading

driver = ctypes.CDLL("libcuda.so.1")
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0


def serve(size):
    assert driver.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(size)) == 0


def work():
    driver.cuCtxSetCurrent(context)
    serve(1 << 20)


serve(1 << 20)
for _ in range(3000):  # until a compiler of loops has been at it
    address = ctypes.c_uint64()
    assert driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(4096)) == 0
    assert driver.cuMemFree_v2(address) == 0
thread = threading.Thread(target=work)
thread.start()
thread.join()
serve(1 << 20)
print("done")
