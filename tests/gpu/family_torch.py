"""PyTorch beside what the tracker offers: graphs, accounts, refusals, a limit.

family_torch.py NAME FACTS: results go to standard output; what PyTorch says of
its memory goes to the file FACTS as "bytes NUMBER".
"""

import os
import sys

import torch

MIB = 1 << 20


def leave(facts):
    """Ends at once: what the allocator holds is still live in the recording."""
    torch.cuda.synchronize()
    with open(facts, "w") as out:
        print("bytes", torch.cuda.memory_reserved(), file=out)
    sys.stdout.flush()
    os._exit(0)


def graphs(facts):
    """A captured graph and ten replays; no matrix products, whose library takes its own."""
    given = torch.zeros(MIB, device="cuda")
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        (given * 2 + 1).relu()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = (given * 2 + 1).relu()
    for step in range(10):
        given.fill_(step)
        graph.replay()
        print(step, result[:1000].sum().item())
    leave(facts)


def account(_):
    """Ends as programs do; some of the memory is freed and stays in the cache."""
    kept = torch.ones(64 * MIB, dtype=torch.uint8, device="cuda")
    freed = torch.ones(256 * MIB, dtype=torch.uint8, device="cuda")
    del freed
    print(int(kept[0].item()))


def allocate():
    """Six times 64 MiB; how often that was refused. Everything else still works."""
    kept, raised = [], 0
    for step in range(6):
        try:
            kept.append(torch.empty(64 * MIB, dtype=torch.uint8, device="cuda"))
            kept[-1].fill_(step)
        except torch.cuda.OutOfMemoryError:
            raised += 1
    print("raised", raised, "kept", len(kept), "last", [int(each[-1]) for each in kept[-1:]])


def refused(_):
    allocate()


def limited(_):
    free, total = torch.cuda.mem_get_info()
    print("within 2 GiB:", free <= total <= 2048 * MIB)
    try:
        torch.empty(3072 * MIB, dtype=torch.uint8, device="cuda")
        print("3 GiB: given")
    except torch.cuda.OutOfMemoryError:
        print("3 GiB: refused")
    allocate()


def main():
    name, facts = sys.argv[1:]
    {each.__name__: each for each in (graphs, account, refused, limited)}[name](facts)


main()
