"""What PyTorch's cache holds, by its own word, at moments that the recording is compared at.

torch_blocks.py training|graph|clean|kept|threads|profiler|steps

"training" and "graph" stop three times, have `vramtrack snapshot` write moment-N.vramtrack
(VRAMTRACK names the command; nothing is written without it) and moment-N.json with
memory_allocated() and memory_reserved(). "kept" is "clean" with a tensor of each step kept in a
list. "threads" is 8 threads with 10000 tensors each, "profiler" counts torch.profiler's events,
"steps" times steps.
"""

import collections
import json
import os
import subprocess
import sys
import threading
import time

import torch

WIDTH = 1024
moments = 0
kept = []


def moment():
    global moments
    moments += 1
    torch.cuda.synchronize()
    said = [torch.cuda.memory_allocated(), torch.cuda.memory_reserved()]
    with open(f"moment-{moments}.json", "w") as out:
        json.dump({"allocated": said[0], "reserved": said[1]}, out)
    if "VRAMTRACK" in os.environ:
        environment = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
        subprocess.run(
            [os.environ["VRAMTRACK"], "snapshot", "-o", f"moment-{moments}.vramtrack", str(os.getpid())],
            env=environment, check=True, stdout=subprocess.DEVNULL)
    assert said == [torch.cuda.memory_allocated(), torch.cuda.memory_reserved()]


def make_network():
    torch.manual_seed(7)
    return torch.nn.Sequential(
        torch.nn.Linear(WIDTH, 4 * WIDTH), torch.nn.ReLU(), torch.nn.Linear(4 * WIDTH, WIDTH)
    ).cuda()


def train_step(network, optimizer, batch, stop):
    optimizer.zero_grad(set_to_none=True)
    loss = (network(batch) - batch).square().mean()
    if stop:
        moment()  # with all activations
    loss.backward()
    optimizer.step()
    return loss


def training():
    network = make_network()
    optimizer = torch.optim.Adam(network.parameters())
    for step in range(20):
        batch = torch.randn(64 + 17 * step, WIDTH, device="cuda")
        loss = train_step(network, optimizer, batch, step == 5)
        if step == 12:
            moment()
    del batch
    torch.cuda.empty_cache()
    moment()
    print(f"loss {loss.item():.3f}")


def graph():
    network = make_network()
    batch = torch.randn(256, WIDTH, device="cuda")
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            network(batch).square().mean().backward()
    torch.cuda.current_stream().wait_stream(side)
    network.zero_grad(set_to_none=True)
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        loss = network(batch).square().mean()
        loss.backward()
    moment()
    for _ in range(10):
        batch.copy_(torch.randn_like(batch))
        captured.replay()
    moment()
    network.zero_grad(set_to_none=True)
    moment()
    print(f"loss {loss.item():.3f}")


def serve(network, batch, keeps):
    with torch.no_grad():
        result = network(batch)
    if keeps:
        kept.append(result.clone())  # the planted line
    return result.sum().item()


def serving(keeps):
    network = make_network()
    batch = torch.randn(256, WIDTH, device="cuda")
    total = 0.0
    for _ in range(60):
        total = serve(network, batch, keeps)
    print(f"total {total:.3f}")


def allocate():
    last = collections.deque(maxlen=16)
    for i in range(10000):
        last.append(torch.empty(512 + 4096 * (i % 37), dtype=torch.uint8, device="cuda"))


def threads():
    torch.empty(1, device="cuda")
    workers = [threading.Thread(target=allocate) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    moment()
    print("blocks", torch.cuda.memory_stats()["allocation.all.allocated"])


def profiler():
    activities = [torch.profiler.ProfilerActivity.CPU, torch.profiler.ProfilerActivity.CUDA]
    network = make_network()
    batch = torch.randn(256, WIDTH, device="cuda")
    network(batch).square().mean().backward()
    with torch.profiler.profile(activities=activities, profile_memory=True) as profile:
        for _ in range(3):
            network.zero_grad(set_to_none=True)
            network(batch).square().mean().backward()
        torch.cuda.synchronize()
    events = profile.events()
    memory = [e for e in events if e.name == "[memory]"]
    print("memory events", len(memory), sum(e.device_memory_usage for e in memory))
    print("GPU events", sum(e.device_type == torch.autograd.DeviceType.CUDA for e in events) > 10)


def steps():
    network = make_network()
    optimizer = torch.optim.Adam(network.parameters())
    batch = torch.randn(256, WIDTH, device="cuda")
    best = float("inf")
    for _ in range(12):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        for _ in range(50):
            train_step(network, optimizer, batch, False)
        torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begin)
    print(f"{best / 50 * 1e6:.1f}")


what = sys.argv[1]
if what in ("clean", "kept"):
    serving(what == "kept")
else:
    globals()[what]()
