#!/usr/bin/env bash
# An array of two dimensions takes nearly twice what the same array takes as a volume of one plane.
#
# Software: NVIDIA driver 580.159.04 (CUDA 13.0), H200 (2026-11-30).
# Behaviour: cuArray3DCreate with a height and a depth of 0 pads rows to blocks of up to 128; with a depth of 1 to
# blocks of 8. So 1000 x 129 floats (504 KiB of elements) are 1024 KiB as an array, and 576 KiB as a volume
# of one plane. With more planes the blocks grow in depth instead, by powers of two to 16: the ninth plane
# takes as much as the first eight. cuArrayGetMemoryRequirements tells it, of arrays whose mapping is put off.
# Seen: "depth 0: 1024 KiB", "depth 1: 576 KiB", "depth 8: 4288 KiB", "depth 9: 8576 KiB".
set -u
command -v python3 >/dev/null || exit 77
seen=$(python3 - <<'PYTHON'
import ctypes, sys

try:
    cuda = ctypes.CDLL("libcuda.so.1")
except OSError:
    sys.exit("needs a driver")


class Shape(ctypes.Structure):
    _fields_ = [("width", ctypes.c_size_t), ("height", ctypes.c_size_t), ("depth", ctypes.c_size_t),
                ("format", ctypes.c_int), ("channels", ctypes.c_uint), ("flags", ctypes.c_uint)]


class Requirements(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_size_t), ("alignment", ctypes.c_size_t), ("reserved", ctypes.c_uint * 4)]


FLOAT, MAPPED_LATER = 0x20, 0x80
device, context = ctypes.c_int(), ctypes.c_void_p()
if cuda.cuInit(0) or cuda.cuDeviceGet(ctypes.byref(device), 0):
    sys.exit("needs a GPU")
if cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), device) or cuda.cuCtxSetCurrent(context):
    sys.exit("needs a GPU")
for depth in 0, 1, 8, 9:
    array, told = ctypes.c_void_p(), Requirements()
    shape = Shape(1000, 129, depth, FLOAT, 1, MAPPED_LATER)
    if cuda.cuArray3DCreate_v2(ctypes.byref(array), ctypes.byref(shape)):
        sys.exit("needs a device with deferred mapping of arrays")
    if cuda.cuArrayGetMemoryRequirements(ctypes.byref(told), array, device):
        sys.exit("the driver does not tell")
    print(f"depth {depth}: {told.bytes >> 10} KiB")
    cuda.cuArrayDestroy(array)
PYTHON
) || exit 77
echo "$seen"
[ "$seen" = 'depth 0: 1024 KiB
depth 1: 576 KiB
depth 8: 4288 KiB
depth 9: 8576 KiB' ]
# In vramtrack: src/base/array_tiles.h computes both, and the statement has what is padded by call site.
