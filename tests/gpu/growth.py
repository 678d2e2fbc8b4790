"""A training loop that marks its steps, with and without a leak planted in it.

growth.py leak|clean|nvtx|timed: "leak" keeps 1 MiB of activations of each step in a
list, and empties it at the end; "nvtx" is the same with ranges of torch.cuda.nvtx for
marks, "timed" with none. Run with PYTORCH_NO_CUDA_MEMORY_CACHING=1. Prints the last loss.
"""

import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples"))
from step_marks import mark  # noqa: E402  the path is only known here

STEPS = 120
WIDTH = 1024
BATCH = 256  # WIDTH * BATCH * 4 bytes are 1 MiB


def no_mark():
    pass


def range_mark():
    torch.cuda.nvtx.range_push("step")
    torch.cuda.nvtx.range_pop()


def main():
    what = sys.argv[1]
    begin = {"nvtx": range_mark, "timed": no_mark}.get(what, mark)
    torch.manual_seed(7)
    network = torch.nn.Sequential(
        torch.nn.Linear(WIDTH, WIDTH), torch.nn.ReLU(), torch.nn.Linear(WIDTH, WIDTH)
    ).cuda()
    optimizer = torch.optim.Adam(network.parameters())
    batch = torch.randn(BATCH, WIDTH, device="cuda")
    kept = []

    def keep_activations():
        kept.append(network[0](batch).detach().clone())

    for _ in range(STEPS):
        begin()
        optimizer.zero_grad(set_to_none=True)
        loss = (network(batch) - batch).square().mean()
        loss.backward()
        optimizer.step()
        if what != "clean":
            keep_activations()
    kept.clear()
    print(f"loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
