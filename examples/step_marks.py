"""Marks for vramtrack, from Python: one call for each step of a loop.

    from step_marks import mark

    for batch in loader:
        mark()
        train(batch)

Under `vramtrack run` (or the shim in LD_PRELOAD) a call site whose device memory rises
from mark to mark is reported as growth. Elsewhere mark() does nothing. With PyTorch, set
PYTORCH_NO_CUDA_MEMORY_CACHING=1 to see single tensors, not the cache's blocks.
"""

import ctypes

_shim_mark = getattr(ctypes.CDLL(None), "vramtrack_preload_mark", None)
if _shim_mark:
    _shim_mark.argtypes = [ctypes.c_char_p]
    _shim_mark.restype = None


def mark(name="step"):
    """A mark. Growth follows one name: the first, or that of growth=mark:NAME."""
    if _shim_mark:
        _shim_mark(name.encode())
