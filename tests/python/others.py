"""Single allocations whose stacks the test looks at: others.py CASE PLUGIN."""
import ctypes
import os
import sys
import threading

driver = ctypes.CDLL("libcuda.so.1")
context = ctypes.c_void_p()
assert driver.cuInit(0) == 0
assert driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert driver.cuCtxSetCurrent(context) == 0
plugin = ctypes.CDLL(sys.argv[2])
plugin.plugin_use(ctypes.cast(driver.cuMemAlloc_v2, ctypes.c_void_p))


def serve(size=4096):
    assert driver.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(size)) == 0


def forked():
    serve()
    child = os.fork()
    serve()
    if child:
        assert os.waitpid(child, 0)[1] == 0


def c_thread():
    plugin.plugin_thread(ctypes.cast(ctypes.CFUNCTYPE(None)(serve), ctypes.c_void_p))


def deep_c():
    for _ in range(3):
        assert plugin.plugin_deep(100, ctypes.c_size_t(4096)) == 0


def inner():
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    interpreters = __import__(name)
    if sys.version_info >= (3, 13):
        made = interpreters.create("legacy")
    elif sys.version_info >= (3, 9):
        made = interpreters.create(isolated=False)
    else:
        made = interpreters.create()
    interpreters.run_string(made, """
import ctypes
def within():
    driver = ctypes.CDLL("libcuda.so.1")
    assert driver.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(4096)) == 0
within()
""")


def many_threads():
    def work(number):
        driver.cuCtxSetCurrent(context)
        address = ctypes.c_uint64()
        for i in range(2000):
            driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(256))
            if i % 100 or number % 2:
                driver.cuMemFree_v2(address)

    # more than have a memory of their own
    for _ in range(10):
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def one_function():
    """Called from many lines, as a layer of a model is."""
    address = ctypes.c_uint64()
    driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(256))
    driver.cuMemFree_v2(address)


def many_lines():
    def inner():
        one_function()
        one_function()
        one_function()

    lines = {}
    exec("def run(f):\n" + 8 * "    f()\n", lines)
    masks = ctypes.CDLL(None).mask_count
    for turn in range(200):
        before = masks()
        lines["run"](one_function)
        lines["run"](inner)
    print(masks() - before, "stacks of the last turn were taken anew")


def more_chains():
    """Than a thread remembers: 1200 lines, each 50 functions below; a line's size is its number."""
    size = {}
    exec("def below0(f, size): f(size)\n" + "".join(
        "def below%d(f, size): below%d(f, size)\n" % (i, i - 1) for i in range(1, 51)), size)
    exec("def run(below, f):\n" + "".join(
        " below(f, %d)\n" % (line * 256) for line in range(2, 1202)), size)
    for _ in range(3):
        size["run"](size["below50"], serve)


globals()[sys.argv[1]]()
