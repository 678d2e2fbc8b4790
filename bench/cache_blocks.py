"""What a block of PyTorch's cache costs, taken and given back below the Python and C frames of a
model's layers: a step takes 104 blocks from 13 lines of eight layers.

    LD_LIBRARY_PATH=… LD_PRELOAD=…/libvramtrack_preload.so python3 bench/cache_blocks.py LIBC10

with the driver of null_driver.c in that folder, and LIBC10 made of cache_blocks.c. Asked as
blocks.hpp says, it prints for each pair of blocks the nanoseconds a block of the cache takes when
its reports go past the shim, and through it.
"""
import ctypes
import random
import sys
import time

import blocks

LAYERS, STEPS, BLOCKS_OF_STEP = 8, 10, 104

driver = ctypes.CDLL("libcuda.so.1")
cache = ctypes.PyDLL(sys.argv[1])
cache.blocks_take.restype = ctypes.c_void_p
cache.blocks_take.argtypes = [ctypes.c_uint]
cache.blocks_give.argtypes = [ctypes.c_void_p]
take, give = cache.blocks_take, cache.blocks_give
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0
assert cache.blocks_begin(ctypes.cast(driver.cuMemAlloc_v2, ctypes.c_void_p)) == 0


class Module:
    def __call__(self):
        return self.forward()


class Linear(Module):
    def forward(self):
        return take(24)


class Norm(Module):
    def forward(self):
        scratch, out = take(28), take(28)
        give(scratch)
        return out


class Activation(Module):
    def forward(self):
        return take(26)


class Attention(Module):
    def __init__(self):
        self.linear, self.activation = Linear(), Activation()

    def forward(self):
        q = self.linear()
        k = self.linear()
        v = self.linear()
        scores = self.activation()
        out = self.linear()
        for block in (q, k, v, scores):
            give(block)
        return out


class Perceptron(Module):
    def __init__(self):
        self.linear, self.activation = Linear(), Activation()

    def forward(self):
        gate = self.linear()
        up = self.linear()
        hidden = self.activation()
        out = self.linear()
        for block in (gate, up, hidden):
            give(block)
        return out


class Layer(Module):
    def __init__(self):
        self.norm, self.attention, self.perceptron = Norm(), Attention(), Perceptron()

    def forward(self):
        before = self.norm()
        attended = self.attention()
        after = self.norm()
        out = self.perceptron()
        for block in (before, attended, after, out):
            give(block)


model = [Layer() for _ in range(LAYERS)]


def steps(past):
    cache.blocks_past(past)
    begin = time.perf_counter_ns()
    for _ in range(STEPS):
        for layer in model:
            layer()
    return (time.perf_counter_ns() - begin) / (STEPS * BLOCKS_OF_STEP)


def pair_of_blocks():
    took = {}
    for past in random.sample((True, False), 2):
        took[past] = steps(past)
    return took[True], took[False]


for _ in range(8):
    pair_of_blocks()
blocks.serve(pair_of_blocks)
