"""A pytest plugin: each test has to give back the device memory that it takes.

    vramtrack gate -- python3 -m pytest -p vramtrack_pytest

or `pytest_plugins = ["vramtrack_pytest"]` in the conftest.py at the top. A test that ends
with more device memory than it began with has an error at its teardown. Fixtures of a
wider scope (class, module, package, session) may hold what they allocate in their setup
until they end. A test that is meant to leave something says how much:

    @pytest.mark.vramtrack_leaves("4MiB")

What a library makes once (handles, workspaces, caches) is left by whichever test is the first to use it. With
--vramtrack-warm-up, or @pytest.mark.vramtrack_warm_up on a test or a class, a test is run once before it is run
and judged. The error names the line that allocated what is left, if the command `vramtrack` is in PATH. A
test that failed is not judged, since its traceback keeps what its frames held; how much is said at the end.

Without the shim nothing is looked at, and the header says so; with --vramtrack-required
that is an error. With PyTorch, set PYTORCH_NO_CUDA_MEMORY_CACHING=1 to see single tensors,
not the blocks of its cache.
"""

import ctypes
import gc
import json
import os
import re
import subprocess

import pytest
from _pytest.runner import runtestprotocol

_shim_live = getattr(ctypes.CDLL(None), "vramtrack_preload_live", None)
if _shim_live:
    _shim_live.argtypes = [ctypes.c_int]
    _shim_live.restype = ctypes.c_uint64

_shim_scope = getattr(ctypes.CDLL(None), "vramtrack_preload_set_scope", None)
if _shim_scope:
    _shim_scope.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    _shim_scope.restype = None

_TRACEBACK = "vramtrack_traceback"  # of a report: what its test left, and why it is not judged
_LABEL_BYTES = 127  # that a recording keeps
_UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def live_bytes():
    """Device memory that this process holds now, on all devices."""
    return _shim_live(-1) if _shim_live else 0


def _allowed(item):
    """Bytes that the test may leave, by its marker."""
    marker = item.get_closest_marker("vramtrack_leaves")
    if not marker:
        return 0
    size = marker.args[0] if len(marker.args) == 1 else "nothing"
    match = re.fullmatch(r"(\d+)(|KiB|MiB|GiB)", str(size))
    if not match:
        raise pytest.UsageError(
            f"{item.nodeid}: vramtrack_leaves takes a size, as 4096 or '4MiB', not {size!r}"
        )
    return int(match[1]) * _UNITS[match[2]]


def _label(item):
    """What the test's allocations are labelled with: the end of its name tells more than the beginning."""
    return item.nodeid.encode("utf-8", "replace")[-_LABEL_BYTES:].decode("utf-8", "ignore").encode()


def _recording():
    """The file that this process is recorded in: it is mapped."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            for line in maps:
                path = line.rstrip("\n").split(maxsplit=5)[5:]
                if path and path[0].endswith(f".{os.getpid()}.vramtrack"):
                    return path[0]
    except OSError:
        pass
    return None


def _lines(item):
    """Where the test allocated what is live now, as " by NAME at FILE:LINE": from the recording, as it lies there."""
    recording = _recording()
    if not recording:
        return ""
    try:
        report = subprocess.run(
            ["vramtrack", "report", "--format=json", recording],
            capture_output=True,
            timeout=60,
            check=False,
        )
        findings = json.loads(report.stdout)["processes"][0]["findings"]
    except (OSError, ValueError, LookupError, subprocess.TimeoutExpired):
        return ""
    label = _label(item).decode("utf-8", "replace")
    lines = []
    for finding in findings:
        if finding["class"] != "live" or not any(
            part["label"] == label for part in finding.get("purposes", [])
        ):
            continue
        site = finding["stack"][finding["site"]] if finding["site"] is not None else {}
        if site.get("file"):
            lines.append(f"{site['function']} at {site['file']}:{site['line']}")
    return ", allocated by " + "; ".join(dict.fromkeys(lines[:4])) if lines else ""


class _Watch:
    """What is live, and how much of it fixtures of a wider scope hold."""

    def __init__(self):
        self.held = {}  # fixture definition -> bytes that its setup took
        self.inner = [0]  # taken by fixtures that were set up inside of the current one
        self.before = 0
        self.allowed = 0
        self.failed = False
        self.is_warming_up = False

    def left(self):
        return self.unowned() - self.before

    def unowned(self):
        """Device memory that no fixture of a wider scope has taken."""
        return live_bytes() - sum(self.held.values())

    def set_up(self, fixture, taken):
        own = taken - self.inner.pop()
        self.inner[-1] += taken
        if fixture.scope != "function":
            self.held[fixture] = self.held.get(fixture, 0) + own


def pytest_addoption(parser):
    parser.addoption(
        "--vramtrack-required",
        action="store_true",
        help="fail if vramtrack's shim is not loaded",
    )
    parser.addoption(
        "--vramtrack-warm-up",
        action="store_true",
        help="run each test once before it is run and judged: what is made once is there then",
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "vramtrack_leaves(size): the test may leave this much device memory"
    )
    config.addinivalue_line(
        "markers", "vramtrack_warm_up: the test is run once before it is run and judged"
    )
    if not _shim_live and config.getoption("--vramtrack-required"):
        raise pytest.UsageError(
            "vramtrack's shim is not loaded; start pytest as: vramtrack gate -- python3 -m pytest"
        )
    config._vramtrack = _Watch()


def pytest_report_header():
    if _shim_live:
        return "vramtrack: each test has to give its device memory back"
    return "vramtrack: the shim is not loaded: leaks of single tests are not looked for"


def _warm_up(item, watch):
    """Runs the test without a word; fixtures of a wider scope stay."""
    watch.is_warming_up = True
    try:
        runtestprotocol(item, nextitem=item, log=False)
    finally:
        watch.is_warming_up = False
        item._initrequest()  # its fixtures are made anew


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    watch = item.config._vramtrack
    watch.allowed = _allowed(item)
    if _shim_live and (
        item.config.getoption("--vramtrack-warm-up") or item.get_closest_marker("vramtrack_warm_up")
    ):
        _warm_up(item, watch)
    watch.failed = False
    if _shim_live:
        gc.collect()  # what an earlier test left would be freed in this one
    watch.before = watch.unowned()
    label = _label(item)
    if _shim_scope:
        _shim_scope(None, label)
    yield
    if _shim_scope:
        _shim_scope(None, None)


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef, request):
    watch = request.config._vramtrack
    watch.inner.append(0)
    before = live_bytes()
    yield
    watch.set_up(fixturedef, live_bytes() - before)


def pytest_fixture_post_finalizer(fixturedef, request):
    request.config._vramtrack.held.pop(fixturedef, None)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    watch = item.config._vramtrack
    # The traceback of a test that failed holds what its frames held.
    watch.failed = watch.failed or report.failed
    if call.when != "teardown" or not _shim_live or watch.is_warming_up:
        return
    if watch.left() > watch.allowed:
        gc.collect()
    if watch.left() <= watch.allowed:
        return
    path, line, name = item.location
    place = f"{path}:{(line or 0) + 1}: {name}"
    if watch.failed:
        report.user_properties.append(
            (_TRACEBACK, f"{place} failed, and its traceback keeps {watch.left()} bytes of device memory"
             f"{_lines(item)}: not judged")
        )
        return
    report.outcome = "failed"
    report.longrepr = (
        f"{place} left {watch.left()} bytes of device memory behind"
        + (f" ({watch.allowed} are allowed)" if watch.allowed else "")
        + _lines(item)
    )


def pytest_runtest_logreport(report):
    """Also of the workers of pytest-xdist."""
    if report.when == "teardown":
        _kept.extend(text for key, text in report.user_properties if key == _TRACEBACK)


_kept = []  # what failed tests left, in words


def pytest_terminal_summary(terminalreporter):
    if _kept:
        terminalreporter.section("device memory kept by tracebacks")
    for text in _kept:
        terminalreporter.write_line(text)
