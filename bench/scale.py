"""A million live allocations: the memory that they cost, and how long a report about them takes;
and how long one of a PyTorch process takes."""
import pathlib
import statistics
import subprocess
import time

import method
import rows

LIVE_ALLOCATIONS = 1_000_000
SECONDS = 30  # that are kept for it
STACK_LEVELS = 17  # 2^17 = 131072 different stacks
ROW = rows.Row("scale", "", "scale", "many_live.cpp")
LINES = (
    ("bytes_per_live_allocation", "memory of the tracked process, per live allocation", "64 bytes",
     "{:.1f} bytes"),
    ("report_seconds", f"report of them over {2 ** STACK_LEVELS:,} stacks, without symbols",
     "0.4 s", "{:.2f} s"),
    ("report_with_symbols_seconds", "the same with debug information", "–", "{:.2f} s"),
    ("recording_mib", "the recording of that", "–", "{:.0f} MiB"),
)
TORCH = rows.Row("report", "", "scale", "torch_train.py")
TORCH_LINES = (
    ("torch_report_seconds", "its report", "0.5 s", "{:.2f} s"),
    ("torch_report_json_seconds", "as JSON", "0.5 s", "{:.2f} s"),
    ("torch_recording_mib", "its recording", "–", "{:.1f} MiB"),
)


def run_program(session, tracked, levels, strip):
    command = [*session.build(ROW.program, strip), str(LIVE_ALLOCATIONS), str(levels)]
    done = subprocess.run(command, env=session.environment(ROW, "vramtrack" if tracked else ""),
                          capture_output=True, text=True, timeout=300, check=False)
    for line in done.stdout.splitlines():
        words = line.split()
        if words[:1] == ["resident_bytes"]:
            return float(words[1])
    session.note(f"many_live ended with status {done.returncode}: {done.stderr.strip()}")
    return None


def time_report(session, recording, *options):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run([session.command, "report", *options, recording],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              timeout=300, check=False)
        times.append(time.perf_counter() - start)
        if done.returncode:
            session.note(f"vramtrack report ended with status {done.returncode}: "
                         f"{done.stderr.strip()}")
            return None
    return statistics.median(times)


def measure_torch(session):
    """How long reports about a PyTorch training take, which was ended."""
    if session.options.simulate or not session.build(TORCH.program):
        return {}
    session.clear_recordings()
    try:
        method.start_and_end(lambda: session.start(TORCH, "vramtrack"), method.START_SECONDS)
    except (method.Stopped, subprocess.TimeoutExpired) as error:
        session.note(f"{TORCH.program}: {error}: its report was not timed")
        return {}
    found = list(pathlib.Path(session.recordings).glob("*.vramtrack"))
    if len(found) != 1:
        session.note(f"{TORCH.program} left {len(found)} recordings: its report was not timed")
        return {}
    out = {"torch_report_seconds": time_report(session, found[0]),
           "torch_report_json_seconds": time_report(session, found[0], "--format=json"),
           "torch_recording_mib": found[0].stat().st_size / 2 ** 20}
    return {key: value for key, value in out.items() if value is not None}


def measure(session):
    out = measure_torch(session)
    session.clear_recordings()
    native = run_program(session, False, 0, False)
    tracked = run_program(session, True, 0, False)
    if native is not None and tracked is not None:
        out["bytes_per_live_allocation"] = (tracked - native) / LIVE_ALLOCATIONS
    for key, strip in (("report_seconds", True), ("report_with_symbols_seconds", False)):
        session.clear_recordings()
        run_program(session, True, STACK_LEVELS, strip)
        found = list(pathlib.Path(session.recordings).glob("*.vramtrack"))
        if len(found) != 1:
            session.note("many_live left no recording: the report was not timed")
            continue
        out["recording_mib"] = found[0].stat().st_size / 2 ** 20
        seconds = time_report(session, found[0])
        if seconds is not None:
            out[key] = seconds
    session.clear_recordings()
    return out
