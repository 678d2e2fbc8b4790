"""Programs as people write them, without a fault, or with one planted.

verdicts.py NAME [planted | kept]
  planted  one buffer gets a reference that nobody gives back: it outlives the interpreter
  kept     each step keeps a buffer in a list

The line that makes the buffer has `# planted` at its end.
"""

import ctypes
import sys

MODE = sys.argv[2] if len(sys.argv) > 2 else ""
STEPS = 12
kept = []


def outlive(buffer):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(buffer))


def fault(make):
    """Keeps what make() returns, as MODE says; the stack has the line in make()."""
    if MODE == "kept":
        kept.append(make())
    elif MODE == "planted" and not kept:
        kept.append(make())
        outlive(kept[0])


def torch_model():
    import torch

    torch.manual_seed(7)
    layers = [torch.nn.Linear(1024, 4096), torch.nn.ReLU(), torch.nn.Linear(4096, 1024)]
    return torch, torch.nn.Sequential(*layers).cuda()


def train(torch, model, batches):
    optimizer = torch.optim.Adam(model.parameters())

    def step(batch):
        optimizer.zero_grad()
        loss = (model(batch) - batch).square().mean()
        loss.backward()
        optimizer.step()
        fault(lambda: torch.empty(3 << 20, device="cuda"))  # planted
        return loss.item()

    for batch in batches:
        last = step(batch.cuda(non_blocking=True))
    print(last < 10)


def torch_training():
    torch, model = torch_model()
    train(torch, model, [torch.randn(256, 1024) for _ in range(STEPS)])


def torch_graph():
    torch, model = torch_model()
    batch = torch.randn(64, 1024, device="cuda")
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.no_grad(), torch.cuda.stream(side):
        for _ in range(3):
            model(batch)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.no_grad(), torch.cuda.graph(graph):
        model(batch)

    def step():
        graph.replay()
        fault(lambda: torch.empty(3 << 20, device="cuda"))  # planted

    for _ in range(STEPS):
        step()
    torch.cuda.synchronize()


def torch_compile():
    torch, model = torch_model()
    compiled = torch.compile(lambda x: torch.nn.functional.gelu(x * 2 + 1).sum())

    def step():
        result = compiled(torch.randn(512, 512, device="cuda"))
        fault(lambda: torch.empty(3 << 20, device="cuda"))  # planted
        return result.item()

    for _ in range(STEPS):
        step()


def torch_loader():
    torch, model = torch_model()
    data = torch.utils.data.TensorDataset(torch.randn(256 * STEPS, 1024))
    loader = torch.utils.data.DataLoader(data, batch_size=256, num_workers=3, pin_memory=True)
    train(torch, model, (batch for (batch,) in loader))


def consume(queue, done):
    tensor = queue.get()
    print(float(tensor.sum()))
    del tensor
    done.put("done")


def torch_ipc():
    import torch
    import torch.multiprocessing as processes

    context = processes.get_context("spawn")
    queue, done = context.Queue(), context.Queue()
    other = context.Process(target=consume, args=(queue, done))
    other.start()
    shared = torch.ones(1 << 20, device="cuda")
    queue.put(shared)
    done.get()
    other.join()

    def step():
        fault(lambda: torch.empty(3 << 20, device="cuda"))  # planted

    for _ in range(STEPS):
        step()


def jax_training():
    import jax
    import jax.numpy as jnp

    weights = jax.random.normal(jax.random.key(7), (512, 512)) * 0.01
    gradient = jax.jit(jax.grad(lambda w, x: jnp.square(x @ w - x).mean()))

    def step(weights, key):
        fault(lambda: jnp.ones((3 << 20,)).block_until_ready())  # planted
        return weights - 0.1 * gradient(weights, jax.random.normal(key, (64, 512)))

    for key in jax.random.split(jax.random.key(1), STEPS):
        weights = step(weights, key)
    print(bool(jnp.isfinite(weights).all()))


def cupy_arrays():
    import cupy

    if MODE == "planted":  # a chunk that its pool keeps cannot be told from one that is used
        cupy.cuda.set_allocator(None)
    x = cupy.arange(1 << 20, dtype=cupy.float32)

    def step():
        fault(lambda: cupy.empty(3 << 20, dtype=cupy.float32))  # planted
        return (x * 2 + 1).sum()

    for _ in range(STEPS):
        total = step()
    print(float(total))


def numba_arrays():
    """Without a kernel: numba of 2026-11 and NumPy 2.4 do not go together there."""
    import numpy
    from numba import cuda

    def step():
        a = cuda.to_device(numpy.ones(1 << 20, dtype=numpy.float32))
        fault(lambda: cuda.device_array(3 << 20, dtype=numpy.float32))  # planted
        return a.copy_to_host()[0]

    for _ in range(STEPS):
        result = step()
    print(float(result))


def triton_kernel():
    import torch
    import triton
    import triton_double

    def step():
        x = torch.ones(1 << 20, device="cuda")
        triton_double.double[(triton.cdiv(x.numel(), 1024),)](x, x.numel(), BLOCK=1024)
        fault(lambda: torch.empty(3 << 20, device="cuda"))  # planted
        return x[0].item()

    for _ in range(STEPS):
        result = step()
    print(result)


PROGRAMS = {
    "torch_training": torch_training,
    "torch_graph": torch_graph,
    "torch_compile": torch_compile,
    "torch_loader": torch_loader,
    "torch_ipc": torch_ipc,
    "jax_training": jax_training,
    "cupy_arrays": cupy_arrays,
    "numba_arrays": numba_arrays,
    "triton_kernel": triton_kernel,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]]()
