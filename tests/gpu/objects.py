"""PyTorch, whose pools of streams and events and whose graphs are made once.

objects.py train|replay|captures: "train" is a training loop on several streams with a mark each
step; "replay" captures one CUDA graph and replays it; "captures" makes one a step and keeps it.
"""

import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples"))
from step_marks import mark  # noqa: E402  the path is only known here

STEPS = 64


def train():
    network = torch.nn.Sequential(torch.nn.Linear(256, 256), torch.nn.ReLU(), torch.nn.Linear(256, 8)).cuda()
    optimizer = torch.optim.Adam(network.parameters())
    streams = [torch.cuda.Stream() for _ in range(4)]
    for step in range(STEPS):
        mark()
        with torch.cuda.stream(streams[step % 4]):
            done = torch.cuda.Event()
            optimizer.zero_grad(set_to_none=True)
            network(torch.randn(64, 256, device="cuda")).square().mean().backward()
            optimizer.step()
            done.record()
        done.synchronize()


def capture(network, data):
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        network(data)
    return graph


def infer(keeps):
    network = torch.nn.Linear(256, 256).cuda().eval()
    data = torch.randn(64, 256, device="cuda")
    kept = []
    with torch.no_grad():
        network(data)
        for _ in range(STEPS):
            mark()
            if keeps or not kept:
                kept.append(capture(network, data))
            kept[-1].replay()
        torch.cuda.synchronize()


if __name__ == "__main__":
    {"train": train, "replay": lambda: infer(False), "captures": lambda: infer(True)}[sys.argv[1]]()
    print("done")
