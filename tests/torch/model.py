"""Programs with tensors in a cache: model.py NAME"""

import collections
import ctypes
import os
import signal
import sys
import threading

import torch

KIB, MIB = 1 << 10, 1 << 20
RUNTIME = os.environ.get("CUDART", "libcudart.so.13")  # the one that the library is linked with: it is loaded already
kept = []


def keep(size):
    kept.append(torch.Tensor(size))


def work():
    for i in range(100):
        first = torch.Tensor(MIB)
        second = torch.Tensor(4 * KIB * i + 1)
        del first, second


def clean():
    work()
    torch.lib.torch_linear()
    torch.said()


def told():
    work()
    keep(3 * MIB)
    torch.moment()
    activations = [torch.Tensor(300 * KIB + i) for i in range(50)]
    torch.moment()
    del activations[::2]
    torch.empty_cache()
    torch.moment()
    del activations
    torch.said()


def pin():
    large = torch.Tensor(8 * MIB)
    keep(512)
    small = torch.Tensor(7 * MIB)
    del large, small
    torch.moment()


def refused():
    blocks = [torch.Tensor(MIB) for _ in range(40)]
    del blocks[1::4], blocks[1::3]
    ctypes.CDLL(RUNTIME).cudaMalloc(ctypes.byref(ctypes.c_void_p()), ctypes.c_size_t(1 << 45))
    torch.moment()


def held():
    keep(3 * MIB)


def leaked():
    keep(3 * MIB)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept[0]))


def killed():
    keep(3 * MIB)
    keep(512)
    os.kill(os.getpid(), signal.SIGKILL)


def serve(keeps):
    torch.Tensor(2 * MIB)
    if keeps:
        keep(MIB)


def grows():
    for _ in range(60):
        serve(True)


def rests():
    for _ in range(60):
        serve(False)


def forked():
    keep(3 * MIB)
    if os.fork() == 0:
        kept.clear()
        keep(MIB)  # of memory that is the parent's: no driver is asked
        return
    os.wait()
    torch.moment()


def allocate():
    last = collections.deque()
    for i in range(10000):
        last.append(torch.lib.torch_empty(512 * (1 + i % 37)))
        if len(last) == 8:
            torch.lib.torch_delete(last.popleft())
    for one in last:
        torch.lib.torch_delete(one)


def threads():
    torch.Tensor(1)
    workers = [threading.Thread(target=allocate) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    torch.moment()
    torch.said()


def constructed():
    """The first block is taken while another thread holds the loader's lock, and waits for it."""
    ctypes.CDLL(RUNTIME).cudaMalloc(ctypes.byref(ctypes.c_void_p()), ctypes.c_size_t(512))
    ctypes.CDLL(os.environ["PLUGIN"])
    torch.said()


globals()[sys.argv[1]]()
