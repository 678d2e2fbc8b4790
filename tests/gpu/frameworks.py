"""Small fixed-seed programs in the frameworks people run.

frameworks.py NAME FACTS: results go to standard output, which must be the same
with and without a tracker. What the framework says of its own memory goes to
the file FACTS as "bytes NUMBER". Each ends with os._exit(), so that what the
framework holds is still live in the recording.
"""

import os
import sys


def torch_training():
    import torch

    torch.manual_seed(7)
    torch.use_deterministic_algorithms(True)
    model = torch.nn.Sequential(
        torch.nn.Linear(1024, 4096), torch.nn.ReLU(), torch.nn.Linear(4096, 1024)
    ).cuda()
    optimizer = torch.optim.Adam(model.parameters())
    batch = torch.randn(256, 1024, generator=torch.Generator().manual_seed(7)).cuda()
    for step in range(20):
        optimizer.zero_grad()
        loss = (model(batch) - batch).square().mean()
        loss.backward()
        optimizer.step()
        print(step, loss.item())
    return torch


def torch_reserved():
    torch = torch_training()
    torch.cuda.synchronize()
    return torch.cuda.memory_reserved()


def torch_used():
    """backend:cudaMallocAsync: reserved is the driver's pool, used is what was asked for."""
    torch = torch_training()
    torch.cuda.synchronize()
    return torch.cuda.memory_allocated()


def torch_tensors():
    """Caching off: PyTorch counts nothing, so the tensors that live are counted."""
    import gc

    torch = torch_training()
    torch.cuda.synchronize()
    storages = {}
    for each in gc.get_objects():
        try:
            tensors = [each] if torch.is_tensor(each) else []
        except Exception:  # objects whose class attribute raises
            continue
        for tensor in tensors + [t.grad for t in tensors if t.is_leaf and t.grad is not None]:
            if tensor.is_cuda:
                storage = tensor.untyped_storage()
                storages[storage.data_ptr()] = storage.nbytes()
    return sum(storages.values())


def torch_profiler():
    import torch
    from torch.profiler import ProfilerActivity, profile

    a = torch.ones(512, 512, device="cuda")
    for _ in range(3):
        a = (a @ a).clamp(0, 1)
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as seen:
        for _ in range(10):
            a = a.mul(2).add(1).clamp(0, 1)
        torch.cuda.synchronize()
    device = torch.autograd.DeviceType.CUDA
    count = sum(event.device_type == device for event in seen.events())
    print("device events recorded:", count > 0, count)
    return count


def cupy_pool():
    import cupy

    cupy.random.seed(7)
    kept = [cupy.arange(n * 100000, dtype=cupy.float32) for n in range(1, 8)]
    freed = [cupy.ones(1 << 20, dtype=cupy.float64) for _ in range(4)]
    print(float(sum(part.sum() for part in freed)))
    del freed
    print([float(part[-1]) for part in kept])
    return cupy.get_default_memory_pool().total_bytes()


def jax_pool():
    import jax
    import jax.numpy as jnp

    key = jax.random.key(7)
    a = jax.random.normal(key, (1024, 1024))
    print(float(jnp.abs(a @ a.T).mean()))
    stats = jax.devices()[0].memory_stats()
    return stats.get("pool_bytes") or stats["bytes_limit"]


def numba_arrays():
    import numpy
    from numba import cuda

    kept = [cuda.to_device(numpy.arange(1 << 20, dtype=numpy.float64)) for _ in range(3)]
    print([float(part.copy_to_host()[-1]) for part in kept])
    return sum(part.nbytes for part in kept)


PROGRAMS = {
    "torch_reserved": torch_reserved,
    "torch_used": torch_used,
    "torch_tensors": torch_tensors,
    "torch_profiler": torch_profiler,
    "cupy_pool": cupy_pool,
    "jax_pool": jax_pool,
    "numba_arrays": numba_arrays,
}


def main():
    name, facts = sys.argv[1:]
    number = PROGRAMS[name]()
    with open(facts, "w") as out:
        print("bytes", int(number), file=out)
    sys.stdout.flush()
    os._exit(0)


main()
