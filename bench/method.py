"""How cost is measured: paired differences of neighbouring blocks, in random order.

An observation is one process (or one process of each kind, which live side by side and take turns):
the medians over its blocks of what the unit takes without, and of what is added. Of the
observations comes the mean and Student's 95 % interval, so what differs from one process to the next
(where memory lies, what the machine does meanwhile) is in the interval.
"""
import dataclasses
import os
import random
import selectors
import statistics
import subprocess
import tempfile
import time

# Of Student's distribution, two sides, 95 %, for 1 to 30 degrees of freedom.
STUDENT = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179,
           2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
           2.060, 2.056, 2.052, 2.048, 2.045, 2.042)
LEAST_OBSERVATIONS = 4
LEAST_BLOCKS = 10
START_SECONDS = 90  # for a program to become warm: compute-sanitizer takes long


@dataclasses.dataclass
class Observation:
    native: float  # ns of a unit
    added: float
    blocks: int

    @property
    def ratio(self):
        return 1 + self.added / self.native


def interval(values):
    """Mean and half of the 95 % interval; None for that of too few."""
    mean = statistics.fmean(values)
    if len(values) < 3:
        return mean, None
    student = STUDENT[min(len(values) - 2, len(STUDENT) - 1)]
    return mean, student * statistics.stdev(values) / len(values) ** 0.5


def observe(pairs):
    """Of (native, tracked) of neighbouring blocks."""
    native = statistics.median(a for a, _ in pairs)
    return Observation(native, statistics.median(b - a for a, b in pairs), len(pairs))


class Stopped(Exception):
    """A program that did not answer, or ended early; the text says how."""


class Program:
    """A running benchmark program that is asked for blocks."""

    def __init__(self, command, environment, folder, processors=None):
        self.command = command
        self.errors = tempfile.TemporaryFile(dir=folder)
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, cwd=folder, stdout=subprocess.PIPE,
            stderr=self.errors,
            preexec_fn=processors and (lambda: os.sched_setaffinity(0, processors)))
        self.text = b""

    def said(self):
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "no message"

    def line(self, deadline):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.text:
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise Stopped("did not answer in time")
                more = os.read(self.process.stdout.fileno(), 65536)
                if not more:
                    raise Stopped(f"ended with status {self.process.wait()}: {self.said()}")
                self.text += more
        line, self.text = self.text.split(b"\n", 1)
        return line.decode(errors="replace").strip()

    def ready(self, seconds):
        """Waits until it is warm. What others print before is passed over."""
        deadline = time.monotonic() + seconds
        while self.line(deadline) != "ready":
            pass

    def ask(self, count, seconds):
        """The numbers of so many blocks, a tuple each."""
        deadline = time.monotonic() + seconds
        self.process.stdin.write(f"{count}\n".encode())
        self.process.stdin.flush()
        return [tuple(float(word) for word in self.line(deadline).split()) for _ in range(count)]

    def end(self, seconds):
        """Lets it end by itself. How long that took, in seconds; None if it was stopped."""
        begin = time.monotonic()
        try:
            self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            return None
        except ValueError:  # its input was closed before
            pass
        self.errors.close()
        return time.monotonic() - begin

    def stop(self):
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.errors):
            try:
                file.close()
            except OSError:
                pass


def inside(start, blocks, seconds):
    """One process that calls both ways by itself."""
    program = start("vramtrack")
    try:
        program.ready(seconds)
        pairs = program.ask(blocks, seconds)
    except (Stopped, BrokenPipeError):
        program.stop()
        raise
    program.end(seconds)
    return {"vramtrack": [observe(pairs)]}, {}


def processors_of(group):
    """Two of a group's own, which all of it share: no two processors are equally fast."""
    here = sorted(os.sched_getaffinity(0))
    return {here[2 * group % len(here)], here[(2 * group + 1) % len(here)]}


def beside(start, tools, groups, blocks, seconds):
    """`groups` processes of each kind, all alive, that take turns in random order. A tool whose
    program stops is left out, with what it said."""
    deadline = time.monotonic() + seconds
    alive = [{tool: start(tool, processors_of(number)) for tool in ("native", *tools)}
             for number in range(groups)]
    took = [{tool: [] for tool in group} for group in alive]
    stopped = {}

    def drop(tool, error):
        if tool == "native":
            raise error
        stopped[tool] = error
        for group in alive:
            if tool in group:
                group.pop(tool).stop()

    def each(action):
        order = [(number, tool) for number, group in enumerate(alive) for tool in group]
        # One group after the other, so that a native block is the neighbour of the others.
        random.shuffle(order)
        order.sort(key=lambda place, shift=random.randrange(groups): (place[0] + shift) % groups)
        for number, tool in order:
            if tool in alive[number]:
                try:
                    action(number, tool)
                except (Stopped, BrokenPipeError) as error:
                    drop(tool, error if isinstance(error, Stopped) else Stopped("ended early"))

    try:
        each(lambda number, tool: alive[number][tool].ready(max(START_SECONDS, deadline - time.monotonic())))
        for done in range(blocks):
            if done >= LEAST_BLOCKS and time.monotonic() > deadline:
                break
            each(lambda number, tool: took[number][tool].append(
                alive[number][tool].ask(1, max(20, deadline - time.monotonic()))[0][0]))
        for group in alive:
            for program in group.values():
                program.process.stdin.close()
        for group in alive:
            for program in group.values():
                program.end(20)
    finally:
        for group in alive:
            for program in group.values():
                if program.process.poll() is None:
                    program.stop()
    out = {tool: [observe(list(zip(of["native"], of[tool]))) for of in took]
           for tool in tools if tool not in stopped}
    return out, stopped


def neighbours(measure, tools, pairs):
    """Runs that are measured whole, in neighbouring pairs; `measure` returns ns."""
    out = {}
    for tool in tools:
        times = []
        for _ in range(pairs):
            order = ["native", tool]
            random.shuffle(order)
            one = {way: measure(way) for way in order}
            times.append((one["native"], one[tool]))
        out[tool] = [observe(times)]
    return out, {}


def start_and_end(start, seconds):
    """ns of a program from its start until it is over."""
    begin = time.perf_counter_ns()
    program = start()
    program.process.stdin.close()
    status = program.process.wait(seconds)
    took = time.perf_counter_ns() - begin
    if status:
        raise Stopped(f"ended with status {status}: {program.said()}")
    program.stop()
    return took


def end_only(start, seconds):
    """ns from the last block of a program until it, and what reports on it, is over."""
    program = start()
    try:
        program.ready(seconds)
        program.ask(1, seconds)
    except (Stopped, BrokenPipeError):
        program.stop()
        raise
    took = program.end(seconds)
    if took is None:
        raise Stopped("did not end in time")
    return took * 1e9
