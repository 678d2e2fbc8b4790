#!/usr/bin/env bash
# With its cache switched off PyTorch cannot share a CUDA tensor with another process.
#
# Software: PyTorch 2.11.0 (CUDA 13.0), H200 (2026-11-30).
# Behaviour: with PYTORCH_NO_CUDA_MEMORY_CACHING=1 a tensor works in its own process, and pickling it for another
# (torch.multiprocessing, what Queue.put() does) raises "RuntimeError: invalid device pointer", though its memory
# is a plain cudaMalloc, which cudaIpcGetMemHandle takes. With the cache it works.
# Seen: "with the cache: shared", "without: RuntimeError: invalid device pointer".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
python=python3
if ! nvidia-smi -L >/dev/null 2>&1; then
	echo "needs a GPU"
	exit 77
fi
if ! "$python" -c 'import torch; raise SystemExit(not torch.__version__.startswith("2.11."))' 2>/dev/null; then
	if ! "$python" -m venv "$work/venv" || ! "$work/venv/bin/pip" -q install torch==2.11.0; then
		echo "needs PyTorch 2.11.0"
		exit 77
	fi
	python=$work/venv/bin/python
fi
cat >"$work/share.py" <<'END'
import sys
import torch
import torch.multiprocessing
from torch.multiprocessing.reductions import reduce_tensor

print("PyTorch", torch.__version__, file=sys.stderr)
tensor = torch.ones(1 << 20, device="cuda")
try:
    reduce_tensor(tensor)
    print("shared")
except RuntimeError as error:
    print("RuntimeError:", str(error).split(":")[0])
END
with=$("$python" "$work/share.py") || exit 99
without=$(PYTORCH_NO_CUDA_MEMORY_CACHING=1 "$python" "$work/share.py") || exit 99
echo "with the cache: $with"
echo "without: $without"
[ "$with" = shared ] && [ "$without" = 'RuntimeError: invalid device pointer' ]
# In vramtrack: docs/caches.md says it of --no-caching; blocks are seen with the cache on.
