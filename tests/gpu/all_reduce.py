"""An all-reduce through NCCL on two devices, one process each.

all_reduce.py FACTS: results go to standard output. Each process writes what
PyTorch's allocator holds to FACTS.RANK as "bytes NUMBER", and ends at once, so
that what it holds is still live in the recording.
"""

import os
import sys

import torch
import torch.distributed
import torch.multiprocessing

WORLD = 2


def work(rank, facts, results):
    torch.cuda.set_device(rank)
    torch.distributed.init_process_group(
        "nccl", rank=rank, world_size=WORLD, device_id=torch.device("cuda", rank)
    )
    for step in range(10):
        part = torch.full((1 << 22,), float(rank + step + 1), device="cuda")
        torch.distributed.all_reduce(part)
        assert part.min() == part.max() == 2 * step + 3
    torch.distributed.barrier()
    torch.cuda.synchronize()
    with open(f"{facts}.{rank}", "w") as out:
        print("bytes", torch.cuda.memory_reserved(), file=out)
    results.put((rank, part[0].item()))
    results.close()
    results.join_thread()
    os._exit(0)


def main():
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29541")
    context = torch.multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [context.Process(target=work, args=(r, sys.argv[1], results)) for r in range(WORLD)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(40)
        if worker.is_alive():
            worker.kill()
    if any(worker.exitcode for worker in workers):
        sys.exit("a worker failed")
    for rank, value in sorted(results.get(timeout=5) for _ in workers):
        print(rank, value)


if __name__ == "__main__":
    main()
