"""Allocates simulated device memory from every kind of Python frame, and writes beside each
allocation what traceback says of the stack: a line of JSON with its size and its frames.

python frames.py OUT [CASE...]   the size of an allocation tells which stack it is of
"""
import asyncio
import atexit
import ctypes
import functools
import json
import os
import sys
import threading
import traceback

FRAMES = 64  # the option python
released = ctypes.CDLL("libcuda.so.1")  # the GIL is released during a call
held = ctypes.PyDLL("libcuda.so.1")
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int)
out = open(sys.argv[1], "a", buffering=1, errors="surrogateescape")
lock = threading.Lock()
number = 0
case = ""


def name_of(code):
    return getattr(code, "co_qualname", code.co_name)


def stack_of(frame):
    stack = []
    while frame is not None and len(stack) < FRAMES:
        line = frame.f_lineno
        stack.append([name_of(frame.f_code), frame.f_code.co_filename, line])
        frame = frame.f_back
    return stack


def allocate(library=None):
    """A block whose size is its number, kept for ever, and what the stack is."""
    global number
    with lock:
        number += 1
        size = number
    address = ctypes.c_uint64()
    call, frame = (library or released).cuMemAlloc_v2, sys._getframe()
    where = ctypes.byref(address), ctypes.c_size_t(size * 256)
    result, stack = call(*where), stack_of(frame)
    lines = traceback.extract_stack(frame, None)
    lines.reverse()
    assert [x.lineno for x in lines[1:FRAMES]] == [x[2] for x in stack[1:]], (lines, stack)
    with lock:
        out.write(json.dumps({"bytes": size * 256, "case": case, "stack": stack},
                             ensure_ascii=True) + "\n")
    assert result == 0, result


def both():
    allocate()
    allocate(held)


def begin():
    for library in (held, released):
        library.cuMemAlloc_v2.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    assert released.cuInit(0) == 0
    context, device = ctypes.c_void_p(), ctypes.c_int()
    assert released.cuDeviceGet(ctypes.byref(device), 0) == 0
    assert released.cuDevicePrimaryCtxRetain(ctypes.byref(context), device) == 0
    assert released.cuCtxSetCurrent(context) == 0
    return context


context = begin()
cases = []


def a_case(function):
    cases.append(function)
    return function


@a_case
def plain():
    both()
    for _ in range(4):
        both()


@a_case
def one_line_after_the_other():
    allocate()
    allocate(); allocate()
    allocate(
        None
    )
    (lambda: allocate())()
    [allocate() for _ in range(3)]
    list(allocate() for _ in range(3))
    {1: allocate(), 2: (
        allocate())}


@a_case
def threads():
    def work(depth):
        released.cuCtxSetCurrent(context)
        for _ in range(8):
            if depth:
                inner(depth - 1)
            both()

    def inner(depth):
        if depth:
            return inner(depth - 1)
        both()
        return None

    all_of_them = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in all_of_them:
        thread.start()
    for thread in all_of_them:
        thread.join()


@a_case
def generators():
    def inner():
        allocate()
        yield 1
        allocate()
        try:
            yield 2
        finally:
            allocate()

    def outer():
        allocate()
        yield from inner()
        yield 3

    for value in outer():
        if value == 2:
            break
    made = outer()
    next(made)
    made.close()
    try:
        made = inner()
        next(made)
        made.throw(ValueError)
    except ValueError:
        allocate()


@a_case
def coroutines():
    async def leaf(n):
        allocate()
        await asyncio.sleep(0)
        both()
        return n

    async def numbers():
        for i in range(3):
            await leaf(i)
            yield i
            allocate()

    async def main():
        await asyncio.gather(*(leaf(i) for i in range(3)))
        async for _ in numbers():
            allocate()
        async with Manager():
            allocate()

    class Manager:
        async def __aenter__(self):
            allocate()

        async def __aexit__(self, *_):
            allocate()

    asyncio.run(main())


@a_case
def through_c():
    @CALLBACK
    def inner():
        both()
        return 0

    @CALLBACK
    def outer():
        both()
        return inner()

    outer()
    sorted([3, 1, 2], key=lambda _: allocate() or 0)
    list(map(lambda _: functools.partial(allocate)(), [1, 2]))
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
        lambda _a, _b: allocate() or 0)
    ctypes.CDLL(None).qsort(ctypes.create_string_buffer(8), ctypes.c_size_t(2),
                            ctypes.c_size_t(4), compare)

    def many(depth):
        return list(map(lambda _: many(depth - 1), [1])) if depth else both()

    many(12)


@a_case
def recursion():
    def deep(n):
        if n:
            return deep(n - 1)
        return both()

    for depth in (20, 60, 64, 65, 100, 800):
        deep(depth)


@a_case
def odd_callers():
    class Meta(type):
        @classmethod
        def __prepare__(mcs, name, bases):
            allocate()
            return {}

    class Shown(metaclass=Meta):
        allocate()

        class Inner:
            both()

        @property
        def value(self):
            return allocate()

        def __format__(self, spec):
            allocate()
            return ""

        def __del__(self):
            allocate()

        def __lt__(self, other):
            allocate()
            return True

    class Missing(dict):
        def __missing__(self, key):
            return allocate()

    class Odd(Exception):
        def __init__(self, *words):
            both()
            super().__init__(*words)

    shown = Shown()
    shown.value
    f"{shown}"
    shown < shown
    Missing()["x"]
    try:
        raise Odd("x")
    except Odd:
        allocate()
    try:
        raise Odd
    except Odd:
        pass
    del shown


@a_case
def odd_names():
    source = "def f(allocate):\n\n    allocate()\nf(allocate)\n"
    for name in ("plain.py", "with\nnewline", "tab\tand \x1b[1mescape", "latin-\xe9", "bmp-\u20ac",
                 "astral-\U0001f600", "undecodable-\udc80\udcff", "x" * 3000, "<string>", "",
                 "a:b:c", "quote\"'\\"):
        exec(compile(source, name, "exec"), {"allocate": allocate})
    for name in ("f\xe9", "f\u03b1\u4e2d", "f\U0001d4d0", "f" * 120):
        space = {"allocate": allocate}
        exec("def %s():\n    allocate()\n%s()\n" % (name, name), space)
    exec("\n" * 70000 + "allocate()", {"allocate": allocate})


@a_case
def used_again():
    for i in range(300):
        space = {"allocate": allocate}
        exec(compile("\n" * (i * 7 % 290) + "def again():\n    allocate()\n", "again.py", "exec"),
             space)
        space["again"]()
        del space


@a_case
def replaced():
    def one():
        allocate()

    def two():
        x = 1
        allocate()
        return x

    for code in (two.__code__, one.__code__, two.__code__.replace(co_firstlineno=900)):
        one.__code__ = code
        one()
        one()


@a_case
def traced():
    def trace(*_):
        return trace

    def inner():
        allocate()
        allocate()

    sys.settrace(trace)
    inner()
    sys.settrace(None)
    sys.setprofile(lambda *_: None)
    inner()
    sys.setprofile(None)
    inner()


@a_case
def python_signal():
    import signal

    def handler(*_):
        allocate()

    signal.signal(signal.SIGUSR1, handler)
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(10):
        allocate()


@a_case
def the_end():
    class Last:
        def __del__(self):
            allocate()

    atexit.register(both)
    sys.last_of_all = Last()


wanted = sys.argv[2:]
for function in cases:
    if not wanted or function.__name__ in wanted:
        case = function.__name__
        function()
case = "the_end"
