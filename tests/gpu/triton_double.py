"""A Triton kernel; it is compiled from the text of its file."""

import triton
import triton.language as tl


@triton.jit
def double(pointer, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < n
    tl.store(pointer + at, tl.load(pointer + at, mask=inside) * 2, mask=inside)
