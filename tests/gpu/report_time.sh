#!/usr/bin/env bash
# Where the time goes between the end of a PyTorch process and its report, on a real GPU.
#
# report_time.sh PREFIX FOLDER [ROUNDS]: where vramtrack is installed; where recordings and reports go.
# In each of 5 rounds a small training ends alone, with the shim and no report, and under "vramtrack run" with
# one; then reports of what was recorded are timed, by themselves. Milliseconds, medians. Needs a python3 with
# PyTorch. Ends with 1 if something is over its budget.
set -u
[ $# -ge 2 ] || { echo "usage: $0 PREFIX FOLDER [ROUNDS]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
prefix=$(cd "$1" && pwd) || exit 2
mkdir -p "$2" || exit 2
export PYTHONDONTWRITEBYTECODE=1
exec python3 - "$prefix" "$(cd "$2" && pwd)" "${3:-5}" "$here/../../bench/torch_train.py" <<'PYTHON'
import os, pathlib, shutil, statistics, subprocess, sys, time

prefix, folder, rounds, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
command, shim = prefix / "bin/vramtrack", prefix / "lib/vramtrack/libvramtrack_preload.so"
recordings = folder / "recordings"
BUDGET_MS = 500


def end_of(name, before, **more):
    """ms from the last step of the training until all is over."""
    shutil.rmtree(recordings, ignore_errors=True)
    recordings.mkdir()
    with open(folder / f"{name}.txt", "w", encoding="utf-8") as errors:
        process = subprocess.Popen([*before, sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=errors, text=True, env=dict(os.environ, **more))
        while "ready" not in (line := process.stdout.readline()):
            if not line:
                sys.exit(f"{name}: ended with status {process.wait()}: see {errors.name}")
        process.stdin.write("1\n")
        process.stdin.flush()
        process.stdout.readline()
        begin = time.perf_counter()
        process.stdin.close()
        status = process.wait()
    if status:
        sys.exit(f"{name}: ended with status {status}: see {errors.name}")
    return 1e3 * (time.perf_counter() - begin)


def report(*options):
    with open(folder / "report.out", "w", encoding="utf-8") as out:
        begin = time.perf_counter()
        subprocess.run([command, "report", *options, recordings], stdout=out, stderr=subprocess.STDOUT, check=True)
    return 1e3 * (time.perf_counter() - begin)


ways = {
    "alone": lambda: end_of("alone", []),
    "with the shim, no report": lambda: end_of("shim", [], LD_PRELOAD=str(shim),
                                               VRAMTRACK_OPTIONS=f"output={recordings}:report=0"),
    "with the shim, no report, accounts=0": lambda: end_of(
        "no-accounts", [], LD_PRELOAD=str(shim), VRAMTRACK_OPTIONS=f"output={recordings}:report=0:accounts=0"),
    "run, until its report stands": lambda: end_of("run", [command, "run", "-o", recordings, "--"]),
    "run --format=json": lambda: end_of("run-json", [command, "run", "--format=json", "-o", recordings, "--"]),
    "report alone": lambda: report(),
    "report --format=json alone": lambda: report("--format=json"),
    "report --show all --all alone": lambda: report("--show", "all", "--all"),
}
took = {name: [] for name in ways}
for number in range(rounds + 1):
    for name, way in ways.items():
        ms = way()
        if number:  # the first round only warms the caches of files
            took[name].append(ms)
median = {name: statistics.median(values) for name, values in took.items()}
print(f"{rounds} rounds, {sum(f.stat().st_size for f in recordings.iterdir()) / 2 ** 20:.1f} MiB of recordings")
for name, values in took.items():
    print(f"{name:40} {median[name]:9.1f} ms   ({min(values):.1f} to {max(values):.1f})")
failed = 0
for what, ms in (
        ("the end with its report, over alone", median["run, until its report stands"] - median["alone"]),
        ("the same as JSON", median["run --format=json"] - median["alone"]),
        ("a report alone", median["report alone"]),
        ("a JSON report alone", median["report --format=json alone"])):
    ok = ms <= BUDGET_MS
    failed += not ok
    print(f"{'ok' if ok else 'not ok'} - {what}: {ms:.1f} ms, budget {BUDGET_MS}")
print(f"the shim's own part of it: {median['with the shim, no report'] - median['alone']:.1f} ms, without its questions "
      f"to driver and NVML {median['with the shim, no report, accounts=0'] - median['alone']:.1f} ms")
sys.exit(failed > 0)
PYTHON
