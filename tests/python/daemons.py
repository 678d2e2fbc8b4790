"""Threads allocate, in C and without the GIL, while the interpreter ends, and after. They never
come back to Python: CPython itself can end at that (3.10, take_gil of a freed state)."""
import ctypes
import sys
import threading
import time

driver = ctypes.CDLL("libcuda.so.1")
plugin = ctypes.CDLL(sys.argv[1])
plugin.plugin_use(ctypes.cast(driver.cuMemAlloc_v2, ctypes.c_void_p))
release = ctypes.cast(driver.cuMemFree_v2, ctypes.c_void_p)
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0


begun = threading.Barrier(5)


def work():
    begun.wait()
    plugin.plugin_pairs(release, ctypes.c_ulong(1 << 40))


for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
begun.wait()
time.sleep(0.02)  # all of them are past Python
