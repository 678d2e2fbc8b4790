"""The Python file of scopes and marks: bindings.py FOLDER; with the shim or without."""
import asyncio
import sys
import threading

sys.path.insert(0, sys.argv[1])
import vramtrack  # noqa: E402
import buffers  # noqa: E402
from buffers import Buffer  # noqa: E402

kept = []


@vramtrack.scope("Weights")
def load(size):
    """Loads."""
    kept.append(Buffer(size))
    return size


@vramtrack.marked("request")
def handle(number):
    kept.append(Buffer(1 << 16))
    return number


def refused(words, function):
    try:
        function()
    except TypeError as error:
        return words in str(error)
    return False


def in_thread():
    buffers.use()
    kept.append(Buffer(512))  # outside of the scope of the thread that began this one


async def wait():
    pass


assert load(4096) == 4096 and load.__name__ == "load" and load.__doc__ == "Loads."
with vramtrack.scope("KVCache", "layer \u00e9\udc80"):
    kept.append(Buffer(1024))
    with vramtrack.scope(label="inner"):
        kept.append(Buffer(2048))
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
    try:
        with vramtrack.scope("Lost"):
            raise KeyError
    except KeyError:
        kept.append(Buffer(1024))
kept.append(Buffer(256))
for number in range(20):
    assert handle(number) == number
    vramtrack.mark()
vramtrack.mark("other")
assert refused("may be left and resumed", lambda: vramtrack.scope("x")(wait))
assert refused("may be left and resumed", lambda: vramtrack.marked("x")(wait))
assert refused("is a str, not int", lambda: vramtrack.mark(3))
assert refused("write @marked(), not @marked", lambda: vramtrack.marked(handle))
assert refused("a label is a str", lambda: vramtrack.scope("x", 3))
assert vramtrack.live_bytes() == (20 * (1 << 16) + 4096 + 2 * 1024 + 2048 + 512 + 256
                                  if vramtrack.is_tracked() else 0)
asyncio.run(wait())
print("tracked" if vramtrack.is_tracked() else "alone")
import os  # noqa: E402
sys.stdout.flush()
os._exit(0)  # all that was kept is live
