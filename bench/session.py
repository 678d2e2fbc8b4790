"""What a run of the benchmark has: the installed vramtrack, the toolkit, built programs, notes."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import method

HERE = pathlib.Path(__file__).resolve().parent

# Programs in Python on the driver that does nothing, and what each has in C.
PYTHON_LIBRARIES = {"python_frames.py": "python_pairs.c", "cache_blocks.py": "cache_blocks.c"}

# Libraries that have to have another name.
PLACES = {"null_driver": "null/libcuda.so.1", "cache_blocks": "null/libc10.so"}


def fail(message):
    sys.exit(f"bench/run: {message}")


class Session:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.prefix = pathlib.Path(options.prefix).resolve()
        self.command = self.prefix / "bin/vramtrack"
        self.shim = self.prefix / "lib/vramtrack/libvramtrack_preload.so"
        self.simulator = self.prefix / "lib/vramtrack/simulate"
        for path in (self.command, self.shim):
            if not path.exists():
                fail(f"{path} is missing: give the prefix that vramtrack was installed to")
        self.cuda = self.find_cuda()
        self.recordings = folder / "recordings"
        self.recordings.mkdir()
        self.programs = {}
        self.notes = []

    def note(self, text):
        text = text.replace(f"{self.folder}/", "").replace(f"{HERE}/", "")
        text = text.replace(f"{self.prefix}/", "")
        if text not in self.notes:
            self.notes.append(text)

    @staticmethod
    def find_cuda():
        nvcc = shutil.which("nvcc")
        beside = pathlib.Path(nvcc).resolve().parent.parent if nvcc else None
        for place in (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), beside,
                      "/usr/local/cuda"):
            if place and (pathlib.Path(place) / "include/cuda_runtime_api.h").exists():
                return pathlib.Path(place)
        return fail("no CUDA toolkit: set CUDA_HOME")

    # ---- programs ---------------------------------------------------------------------------
    def build(self, source, strip=False):
        """The command of a program; None, with a note, if it cannot be built here."""
        if (source, strip) not in self.programs:
            self.programs[source, strip] = self.build_new(source, strip)
        return self.programs[source, strip]

    def build_new(self, source, strip):
        if source in PYTHON_LIBRARIES:
            return [sys.executable, str(HERE / source), self.compile(PYTHON_LIBRARIES[source])]
        if source.endswith(".py"):
            return self.find_python(source)
        if source.endswith(".cu") and not (self.cuda / "bin/nvcc").exists():
            self.note(f"{source}: no nvcc in {self.cuda}: not measured")
            return None
        return [self.compile(source, strip)]

    def find_python(self, source):
        needed = "torch, transformers" if source == "served_model.py" else "torch"
        probe = [sys.executable, "-c", f"import {needed}; assert torch.cuda.is_available()"]
        if subprocess.run(probe, capture_output=True, check=False).returncode:
            self.note(f"{source}: this python3 has no {needed} with CUDA: not measured")
            return None
        return [sys.executable, str(HERE / source)]

    def compile(self, source, strip=False):
        stem, suffix = source.rsplit(".", 1)
        binary = self.folder / (stem + ("-stripped" if strip else ""))
        include = ["-isystem", str(self.cuda / "include")]
        symbols = "-s" if strip else "-g"
        needs_runtime = source == "many_live.cpp"
        if stem in PLACES:
            binary = self.folder / PLACES[stem]
            binary.parent.mkdir(exist_ok=True)
        if suffix == "c":
            command = ["gcc", "-O2", "-shared", "-fPIC", *include, f"-Wl,-soname,{binary.name}"]
        elif suffix == "cu" or (needs_runtime and not self.options.simulate):
            command = [str(self.cuda / "bin/nvcc"), "-std=c++17", "-O2",
                       *(["-Xlinker", "-s"] if strip else ["-g"]), "-Xcompiler", "-pthread"]
        else:
            command = ["g++", "-std=c++17", "-O2", symbols, "-pthread", *include]
        libraries = ["-ldl"]
        if needs_runtime and self.options.simulate:
            libraries += [f"-L{self.simulator}", "-l:libcudart.so.13"]
        done = subprocess.run([*command, "-o", str(binary), str(HERE / source), *libraries],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            fail(f"{source} does not compile:\n{done.stderr}")
        return str(binary)

    # ---- runs -------------------------------------------------------------------------------
    def library_path(self, row):
        if row.program in PYTHON_LIBRARIES or "NULL_DRIVER_COLD" in dict(row.environment):
            self.compile("null_driver.c")
            return str(self.folder / "null")
        return str(self.simulator) if self.options.simulate else None

    def environment(self, row, tool):
        environment = dict(os.environ, **dict(row.environment), PYTHONDONTWRITEBYTECODE="1")
        for name in ("LD_PRELOAD", "VRAMTRACK_OPTIONS"):
            environment.pop(name, None)
        path = self.library_path(row)
        if path:
            environment["LD_LIBRARY_PATH"] = path
        if tool == "vramtrack" and row.method != "end":
            environment["LD_PRELOAD"] = str(self.shim)
            extra = f":{self.options.options}" if self.options.options else ""
            environment["VRAMTRACK_OPTIONS"] = f"output={self.recordings}:report=0{extra}"
        return environment

    def tool_command(self, row, tool):
        """What stands before a program's command and after it; None if it is not here."""
        run = [str(self.command), "run", "-o", str(self.recordings)]
        if tool == "sanitizer":
            path = f"{os.environ['PATH']}:{self.cuda}/bin:{self.cuda}/compute-sanitizer"
            found = shutil.which("compute-sanitizer", path=path)
            return found and ([found, "--leak-check", "full", "--log-file", os.devnull], [])
        if tool == "heaptrack":
            found = shutil.which("heaptrack")
            return found and ([found, "-o", str(self.folder / "heaptrack")], [])
        if tool == "cupti":
            return [*run, "--no-report", "--source=cupti", "--"], []
        if tool == "history":
            return [], ["history"]
        if tool == "vramtrack" and row.method == "end":
            return [*run, "--"], []
        return [], []

    def tools(self, row):
        """Those of the row's tools that are here."""
        here = []
        for tool in row.tools:
            if self.tool_command(row, tool):
                here.append(tool)
            else:
                self.note(f"{tool} was not found: not measured")
        return here

    def start(self, row, tool, processors=None):
        before, after = self.tool_command(row, tool)
        command = [*before, *self.build(row.program),
                   *row.arguments_on(self.options.simulate), *after]
        return method.Program(command, self.environment(row, tool), self.folder, processors)

    def clear_recordings(self):
        """Whether there were any."""
        found = list(self.recordings.iterdir())
        for path in found:
            path.unlink()
        return bool(found)

    def measure(self, row, tools, seconds):
        """The row's observations by tool, and what stopped. Raises method.Stopped."""
        self.clear_recordings()
        if row.method == "inside":
            out = method.inside(lambda tool: self.start(row, tool), row.blocks,
                                method.START_SECONDS)
        elif row.method == "beside":
            out = method.beside(lambda tool, processors: self.start(row, tool, processors), tools,
                                row.groups, row.blocks, seconds)
        else:
            whole = method.end_only if row.method == "end" else method.start_and_end
            out = method.neighbours(
                lambda tool: whole(lambda: self.start(row, tool), method.START_SECONDS), tools,
                row.blocks)
        recorded = {"vramtrack", "cupti"} & set(out[0]) and row.key != "start"
        if not self.clear_recordings() and recorded:
            raise method.Stopped("left no recording: it was not tracked")
        return out


def read_command(command):
    """The first line a command prints, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else None


def make(options):
    """A session in a folder of its own, which goes with the second value."""
    folder = tempfile.TemporaryDirectory(prefix="vramtrack-bench.")
    return Session(options, pathlib.Path(folder.name)), folder


def today():
    return time.strftime("%Y-%m-%d")
