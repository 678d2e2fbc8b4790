"""What a Python frame costs in a stack that comes again: nanoseconds a frame and stack taken.

    LD_LIBRARY_PATH=tests/hazards/lib/hooked_driver LD_PRELOAD=.libs/libvramtrack_preload.so \\
        VRAMTRACK_OPTIONS=report=0:keep=0 python3 bench/python_frames.py \\
        tests/hazards/lib/libpython_plugin.so

in a build folder after `make check`. A pair takes two stacks. Before 3.11 a Python frame comes with
C frames of its own, whose cost is in it.
"""
import ctypes
import sys
import time

LOW, HIGH, PAIRS, ROUNDS = 8, 48, 20000, 9

driver = ctypes.CDLL("libcuda.so.1")
plugin = ctypes.CDLL(sys.argv[1])
plugin.plugin_use(ctypes.cast(driver.cuMemAlloc_v2, ctypes.c_void_p))
release = ctypes.cast(driver.cuMemFree_v2, ctypes.c_void_p)
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0

# Functions that differ: one that calls itself would be one code object.
space = {"f0": lambda: plugin.plugin_pairs(release, ctypes.c_ulong(PAIRS))}
for i in range(1, HIGH + 1):
    exec("def f%d():\n    x = %d\n    f%d()\n" % (i, i, i - 1), space)


def least(depth):
    best = None
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        space["f%d" % depth]()
        took = (time.perf_counter_ns() - begin) / PAIRS
        best = took if best is None or took < best else best
    return best


low, high = least(LOW), least(HIGH)
print("Python %s: %.1f ns a frame; a pair %.0f ns with %d frames, %.0f ns with %d" % (
    sys.version.split()[0], (high - low) / (HIGH - LOW) / 2, low, LOW, high, HIGH))
