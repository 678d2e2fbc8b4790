"""Trains a small network with PyTorch and prints the time of a step.

usage: torch_train.py [steps]
With PYTORCH_NO_CUDA_MEMORY_CACHING=1 every tensor is a cudaMalloc and a cudaFree,
about 60 of each in a step. Prints "step_ns".
"""

import sys
import time

import torch

LAYERS = 8
WIDTH = 512
BATCH = 64


def make_network():
    layers = []
    for _ in range(LAYERS):
        layers += [torch.nn.Linear(WIDTH, WIDTH), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers).cuda()


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    network = make_network()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    inputs = torch.randn(BATCH, WIDTH, device="cuda")
    targets = torch.randn(BATCH, WIDTH, device="cuda")

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(network(inputs), targets)
        loss.backward()
        optimizer.step()

    for _ in range(10):
        step()
    torch.cuda.synchronize()
    start = time.perf_counter_ns()
    for _ in range(steps):
        step()
    torch.cuda.synchronize()
    print(f"step_ns {(time.perf_counter_ns() - start) / steps:.3f}")


if __name__ == "__main__":
    main()
