"""What a Python frame costs in a stack that comes again.

    LD_LIBRARY_PATH=… LD_PRELOAD=…/libvramtrack_preload.so python3 bench/python_frames.py LIBPAIRS

with the driver of null_driver.c in that folder, and LIBPAIRS made of python_pairs.c. Asked as
blocks.hpp says, it prints for each pair of blocks the nanoseconds of an allocation and a free under
8 Python frames and under 48: 80 frames between them. Before 3.11 each Python frame comes with C
frames of its own, whose cost is in it.
"""
import ctypes
import random
import sys
import time

import blocks

LOW, HIGH, PAIRS = 8, 48, 2000

driver = ctypes.CDLL("libcuda.so.1")
pairs = ctypes.CDLL(sys.argv[1]).pairs
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0
allocate = ctypes.cast(driver.cuMemAlloc_v2, ctypes.c_void_p)
release = ctypes.cast(driver.cuMemFree_v2, ctypes.c_void_p)

# Functions that differ: one that calls itself would be one code object.
space = {"f0": lambda: pairs(allocate, release, ctypes.c_ulong(PAIRS))}
for i in range(1, HIGH + 1):
    exec("def f%d():\n    x = %d\n    f%d()\n" % (i, i, i - 1), space)


def under(depth):
    begin = time.perf_counter_ns()
    space["f%d" % depth]()
    return (time.perf_counter_ns() - begin) / PAIRS


def pair_of_blocks():
    took = {}
    for depth in random.sample((LOW, HIGH), 2):
        took[depth] = under(depth)
    return took[LOW], took[HIGH]


for _ in range(8):
    pair_of_blocks()
blocks.serve(pair_of_blocks)
