"""What is live when the interpreter begins to end: ending.py CASE."""
import atexit
import os
import signal
import sys
import threading

import buffers
from buffers import Buffer

MIB = 1 << 20
kept = []


def serve():
    kept.append(Buffer(4 * MIB))  # kept by a name of the module, and freed with it


def module():
    serve()


def registered():
    """A framework's exit handler frees what was kept, before the interpreter says that it ends."""
    serve()
    atexit.register(kept.clear)


def leaked():
    serve()
    leak = Buffer(MIB)
    leak.free = lambda address: 0
    kept.append(leak)


def clean():
    serve()
    kept.clear()


def exited():
    serve()
    sys.exit(0)


def raised():
    serve()
    raise ValueError("on purpose")


def killed():
    serve()
    os.kill(os.getpid(), signal.SIGKILL)


def killed_while_it_ends():
    """The record of it is in the file at once."""
    serve()
    kept.append(Buffer(2 * MIB))

    def end():
        kept.pop()
        os.kill(os.getpid(), signal.SIGKILL)

    atexit.register(end)


def worker():
    """A thread that goes on while the interpreter waits for it, before it ends."""
    started = threading.Event()

    def work():
        buffers.use()
        started.set()
        threading.main_thread().join()
        for _ in range(100):
            Buffer(8 * MIB)
        serve()

    threading.Thread(target=work).start()
    started.wait()


def daemon():
    """One that nobody waits for."""
    def work():
        buffers.use()
        while True:
            Buffer(4096)

    threading.Thread(target=work, daemon=True).start()
    serve()


globals()[sys.argv[1]]()
