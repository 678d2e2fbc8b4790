"""A small training with cuBLAS, a captured graph and, where it is there, NCCL of one rank.

`sleeps`: a model alone, 512 MiB and a buffer of 512 MiB, goes to the host and comes back between the marks awake, asleep and
"awake again"; `forgets`: the buffer stays.
"""

import ctypes
import os
import socket
import sys

import torch

mark = getattr(ctypes.CDLL(None), "vramtrack_preload_mark", None) or (lambda name: None)
MIB = 1 << 20


def make():
    return torch.nn.Sequential(*[torch.nn.Linear(4096, 4096, bias=False) for _ in range(8)]).cuda()


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


def serve():
    model = make()
    train(model, 10)
    graph = capture(model)
    if torch.distributed.is_nccl_available():
        communicate()
    torch.cuda.synchronize()
    return model, graph


def sleep(forgets):
    model = make()
    buffer = torch.empty(512 * MIB, dtype=torch.uint8, device="cuda")
    torch.cuda.synchronize()
    mark(b"awake")
    model = model.cpu()
    if not forgets:
        del buffer
    torch.cuda.empty_cache()
    mark(b"asleep")
    model = model.cuda()
    torch.cuda.synchronize()
    mark(b"awake again")
    return model


case = sys.argv[1] if len(sys.argv) > 1 else "serves"
kept = serve() if case == "serves" else sleep(case == "forgets")
