"""Allocations in greenlets, on stacks of their own: greenlets.py PLUGIN. Sizes tell who made them."""
import ctypes
import sys

import greenlet

driver = ctypes.CDLL("libcuda.so.1")
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0


def allocate(size):
    assert driver.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(size)) == 0


def deep(depth, size):
    if depth:
        deep(depth - 1, size)
    else:
        inside(size)


def inside(size):
    allocate(size)
    greenlet.getcurrent().parent.switch()
    allocate(size)


def body(size):
    deep(3, size)


def raises(size):
    allocate(size)
    raise KeyError(size)


def outside(size):
    allocate(size)


# two that take turns, and what the main one does in between
one, two = greenlet.greenlet(body), greenlet.greenlet(body)
outside(1024)
one.switch(2048)
outside(1024)
two.switch(4096)
one.switch()
outside(1024)
two.switch()
assert one.dead and two.dead

# a greenlet in a greenlet, one that ends by an exception, and very many of them
nested = greenlet.greenlet(lambda: greenlet.greenlet(body).switch(8192))
nested.switch()
try:
    greenlet.greenlet(raises).switch(16384)
except KeyError:
    outside(1024)
for _ in range(500):
    greenlet.greenlet(outside).switch(256)
kept = [greenlet.greenlet(body) for _ in range(50)]
for one in kept:
    one.switch(512)
for one in kept:
    one.switch()
print("done", sys.version_info[0])
