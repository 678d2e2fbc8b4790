"""A small training with cuBLAS, a captured graph and, where it is there, NCCL of one rank; then the
model goes to the host and comes back. Marks: awake, asleep, awake again."""

import ctypes
import os
import socket

import torch

mark = getattr(ctypes.CDLL(None), "vramtrack_preload_mark", None) or (lambda name: None)


def train(model, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batch = torch.randn(256, 4096, device="cuda")
    for _ in range(steps):
        optimizer.zero_grad()
        model(batch).square().mean().backward()
        optimizer.step()


def capture(model):
    batch = torch.randn(64, 4096, device="cuda")
    side = torch.cuda.Stream()
    with torch.cuda.stream(side), torch.no_grad():
        for _ in range(3):
            model(batch)
    graph = torch.cuda.CUDAGraph()
    with torch.no_grad(), torch.cuda.graph(graph):
        model(batch)
    graph.replay()
    return graph


def communicate():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.distributed.init_process_group("nccl", rank=0, world_size=1)
    torch.distributed.all_reduce(torch.ones(1 << 20, device="cuda"))


def main():
    model = torch.nn.Sequential(*[torch.nn.Linear(4096, 4096) for _ in range(8)]).cuda()
    train(model, 10)
    graph = capture(model)
    if torch.distributed.is_nccl_available():
        communicate()
    torch.cuda.synchronize()
    mark(b"awake")
    del graph
    model = model.cpu()
    for parameter in model.parameters():
        parameter.grad = None
    torch.cuda.empty_cache()
    mark(b"asleep")
    model = model.cuda()
    torch.cuda.synchronize()
    mark(b"awake again")
    globals()["kept"] = model  # until the process ends


main()
