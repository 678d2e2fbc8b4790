"""Trains a small network with PyTorch; asked as blocks.hpp says, it prints ns of a step.

usage: torch_train.py [history]
With PYTORCH_NO_CUDA_MEMORY_CACHING=1 every tensor is a cudaMalloc and a cudaFree, about 60 of each
in a step. `history`: with PyTorch's own record of its memory.
"""
import sys
import time

import torch

import blocks

LAYERS = 8
WIDTH = 512
BATCH = 64
STEPS = 5  # in a block


def make_network():
    layers = []
    for _ in range(LAYERS):
        layers += [torch.nn.Linear(WIDTH, WIDTH), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers).cuda()


def main():
    if "history" in sys.argv:
        torch.cuda.memory._record_memory_history(max_entries=100000)
    network = make_network()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    inputs = torch.randn(BATCH, WIDTH, device="cuda")
    targets = torch.randn(BATCH, WIDTH, device="cuda")

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(network(inputs), targets)
        loss.backward()
        optimizer.step()

    def block():
        torch.cuda.synchronize()
        start = time.perf_counter_ns()
        for _ in range(STEPS):
            step()
        torch.cuda.synchronize()
        return ((time.perf_counter_ns() - start) / STEPS,)

    for _ in range(10):
        block()
    blocks.serve(block)


if __name__ == "__main__":
    main()
