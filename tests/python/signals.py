"""A handler in C allocates, every 100 microseconds, wherever Python is just then."""
import ctypes
import sys
import time

driver = ctypes.CDLL("libcuda.so.1")
plugin = ctypes.CDLL(sys.argv[1])
plugin.plugin_use(ctypes.cast(driver.cuMemAlloc_v2, ctypes.c_void_p))
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def generate(n):
    for i in range(n):
        yield sum(map(lambda x: x + i, range(5)))


class Walked:
    def __init__(self):
        self.all = [x for x in generate(20)]

    def __lt__(self, other):
        return len(self.all) < len(other.all)


def before():
    assert plugin.plugin_deep(0, 1 << 20) == 0
    assert plugin.plugin_deep(100, 1 << 20) == 0


before()
plugin.plugin_alarms(100)
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    fibonacci(12)
    sorted([Walked(), Walked()])
    try:
        [].pop()
    except IndexError:
        pass
print(plugin.plugin_alarms(0) > 100)
