"""Scopes and marks for vramtrack, from Python: one file, no build, harmless without the shim.

    import vramtrack

    with vramtrack.scope("KVCache", "layer 3"):    # what is allocated in it is for that
        cache = torch.empty(...)

    @vramtrack.scope("Weights")                     # or in each call of a function
    def load(path): ...

    for batch in loader:
        vramtrack.mark()                            # a step: growth is told from mark to mark
        train(batch)

    @vramtrack.marked("request")                    # a mark at each call
    def handle(request): ...

Under `vramtrack run` or `gate` (or the shim in LD_PRELOAD) purposes and labels stand in every
report, and a call site whose device memory rises from mark to mark is growth. Elsewhere nothing is
done.
"""

import contextlib
import ctypes
import functools
import inspect
import threading

__all__ = ["is_tracked", "live_bytes", "mark", "marked", "scope"]


def _door(name, result, *arguments):
    """A function that the shim exports, for nobody else to find; None: it is not loaded."""
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # not loaded, or no such thing on this system
        return None
    function.restype = result
    function.argtypes = arguments
    return function


_mark = _door("vramtrack_preload_mark", None, ctypes.c_char_p)
_set_scope = _door("vramtrack_preload_set_scope", None, ctypes.c_char_p, ctypes.c_char_p)
_live = _door("vramtrack_preload_live", ctypes.c_uint64, ctypes.c_int)


def _text(what, text):
    """As the shim takes it: UTF-8, up to a NUL."""
    if text is None or isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise TypeError(f"{what} is a str, not {type(text).__name__}")
    return text.encode("utf-8", "replace")


def _needs_calls(function, what):
    """What a call begins may run elsewhere, interleaved with others, and later."""
    if (
        inspect.iscoroutinefunction(function)
        or inspect.isgeneratorfunction(function)
        or inspect.isasyncgenfunction(function)
    ):
        raise TypeError(
            f"{what} is of a thread, and {function.__qualname__} may be left and resumed in "
            "between: use it inside, around what allocates and does not wait"
        )


def is_tracked():
    """Whether the shim is in this process."""
    return _live is not None


def live_bytes(device=-1):
    """Device memory that this process holds now, on a device or on all of them; 0 without the shim."""
    return _live(device) if _live else 0


def mark(name="step"):
    """A mark. Growth follows one name: the first, or that of the option growth=mark:NAME."""
    name = _text("the name of a mark", name)
    if _mark:
        _mark(name)


def marked(name="step"):
    """A decorator: each call of the function is a mark of that name."""
    text = _text("the name of a mark; write @marked(), not @marked:", name)

    def decorate(function):
        _needs_calls(function, "a mark of each call")

        @functools.wraps(function)
        def call(*arguments, **words):
            if _mark:
                _mark(text)
            return function(*arguments, **words)

        return call

    return decorate


class _Scopes(threading.local):
    """Those that the thread is in, outermost first: (purpose, label)."""

    def __init__(self):
        self.open = [(None, None)]


_scopes = _Scopes()
# The shim reads the strings of a scope where they lie, until it ends: nobody else may let go of them,
# not even the end of their thread.
_kept = {}


class scope(contextlib.ContextDecorator):
    """What the thread allocates until the end of the block, or of the call, is for `purpose`, and is labelled so.

    None is what the scope around says. For a block that waits (await, yield) it is not meant: others run
    in the same thread meanwhile.
    """

    def __init__(self, purpose=None, label=None):
        self._given = (_text("a purpose", purpose), _text("a label", label))

    def _recreate_cm(self):
        return self

    def __call__(self, function):
        _needs_calls(function, "a scope")
        return super().__call__(function)

    def __enter__(self):
        if _set_scope:
            around = _scopes.open[-1]
            said = tuple(around[i] if text is None else text for i, text in enumerate(self._given))
            _kept[id(said)] = said
            _scopes.open.append(said)
            _set_scope(*said)
        return self

    def __exit__(self, *_):
        if _set_scope and len(_scopes.open) > 1:
            said = _scopes.open.pop()
            _set_scope(*_scopes.open[-1])
            _kept.pop(id(said), None)
        return False
