"""The rows of the benchmark's table: what is run, how, and what it may cost."""
import dataclasses

OFF = (("PYTORCH_NO_CUDA_MEMORY_CACHING", "1"),)
SMALL = ("256",)  # bytes: the simulated device maps large blocks, which would drown the rest


@dataclasses.dataclass(frozen=True)
class Row:
    key: str
    title: str
    method: str  # of method.py; "end" is its own, see run
    program: str  # source beside this file
    arguments: tuple = ()
    budget: float | None = None  # the most that the ratio may be
    budget_ns: float | None = None  # or that may be added
    wanted: float = 0.01  # half of the interval, of the native time, at most
    tools: tuple = ("vramtrack",)
    groups: int = 4  # beside: processes of each kind
    blocks: int = 200  # in an observation
    seconds: float = 8  # its share of the time, beside the others
    simulated: bool = True  # means something on the simulated device
    simulated_more: tuple = ()
    environment: tuple = ()
    divide: float = 1  # what is added is of so many

    def arguments_on(self, simulate):
        return self.arguments + (self.simulated_more if simulate else ())


def pool(key, title, frames, sites, threads, **more):
    return Row(key, title, "inside", "paired.cpp", ("pool", str(frames), str(sites), str(threads)),
               simulated_more=SMALL, **more)


def cold(key, title, kib):
    """Over null_driver.c, which does nothing but walk through so much memory, and through code."""
    return Row(key, title, "inside", "paired.cpp", ("pool", "16"), wanted=0.02, seconds=6,
               environment=(("NULL_DRIVER_COLD", str(kib)),))


PAIR = "pool pair (cuMemAllocAsync + cuMemFreeAsync)"
ROWS = (
    pool("pair", f"{PAIR}, 16 frames", 16, 1, 1, budget=1.12),
    pool("depth8", "the same, 8 frames", 8, 1, 1, budget=1.12),
    pool("depth32", "the same, 32 frames", 32, 1, 1, budget=1.12),
    pool("depth64", "the same, 64 frames", 64, 1, 1, budget=1.12),
    pool("sites64", "the same, 16 frames, 64 sites in turn", 16, 64, 1, budget=1.15),
    pool("sites4096", "the same, 4096 sites in turn", 16, 4096, 1, blocks=60),
    Row("handoff", "the same, freed by another thread", "inside", "paired.cpp",
        ("handoff", "16"), simulated_more=("1", "1", *SMALL)),
    pool("threads4", "the same, 4 threads, each its stream, one pool", 16, 1, 4, budget=1.10,
         blocks=80),
    pool("threads16", "the same, 16 threads", 16, 1, 16, budget=1.10, blocks=80),
    Row("held", "cuMemAlloc + cuMemFree, 256 B, 2048 held", "inside", "paired.cpp",
        ("held", "16"), budget=1.03, blocks=60),
    Row("decode", "a token of 75 small pool pairs, 75 sites, each with a memset", "inside",
        "paired.cpp", ("decode",)),
    Row("launch", "kernel launch", "beside", "launches.cu", ("launch",), budget=1.0,
        blocks=150, simulated=False),
    Row("copy", "4 KiB cudaMemcpyAsync", "beside", "launches.cu", ("copy",), budget=1.0,
        blocks=150, simulated=False),
    Row("train", "PyTorch training step, cache on", "beside", "torch_train.py", budget=1.005,
        wanted=0.005, tools=("vramtrack", "history"), blocks=150, seconds=45, simulated=False),
    Row("train_off", "PyTorch training step, cache off", "beside", "torch_train.py", budget=1.02,
        tools=("vramtrack", "history"), blocks=150, seconds=45, simulated=False, environment=OFF),
    Row("token", "served model, a token (transformers, 32-token answers)", "beside",
        "served_model.py", budget=1.004, wanted=0.004, blocks=30, seconds=45, simulated=False),
    Row("frame", "a Python frame of a stack that comes again", "inside", "python_frames.py",
        budget_ns=4, wanted=0.05, blocks=60, seconds=6, divide=80),
    Row("block", "a block of PyTorch's cache below Python, taken and given back", "inside",
        "cache_blocks.py", blocks=60, seconds=6),
    cold("warm", "pool pair over a driver that does nothing, 16 frames", 0),
    cold("cold", "the same, the first caches cold between calls", 64),
    cold("cold_l2", "the same, the second caches cold, too", 2048),
    Row("start", "start and end of a program without CUDA", "starts", "starts.cpp", ("nothing",),
        wanted=0.1, blocks=15, seconds=4),
    Row("start_one", "the same with one allocation", "starts", "starts.cpp", ("one",),
        wanted=0.1, blocks=3, seconds=10),
    Row("end", "end of a PyTorch process until its report stands", "end", "torch_train.py",
        budget_ns=5e8, wanted=0.2, blocks=1, seconds=30, simulated=False),
    Row("rivals_pair", f"{PAIR}, 16 frames", "beside", "paired.cpp", ("alone", "pool", "16"),
        wanted=0.05, tools=("cupti", "sanitizer"), groups=3, blocks=10, seconds=20,
        simulated=False),
    Row("rivals_train", "PyTorch training step, cache off", "beside", "torch_train.py",
        wanted=0.5, tools=("sanitizer",), groups=3, blocks=3, seconds=40, simulated=False,
        environment=OFF),
    Row("rivals_host", "malloc + free, 64 B, 16 frames", "beside", "paired.cpp",
        ("alone", "host", "16"), wanted=0.5, tools=("heaptrack",), groups=3, blocks=10,
        seconds=8),
)

TOOLS = {
    "vramtrack": "vramtrack",
    "history": "PyTorch's memory history",
    "cupti": "vramtrack, CUPTI source",
    "sanitizer": "compute-sanitizer",
    "heaptrack": "heaptrack",
}
