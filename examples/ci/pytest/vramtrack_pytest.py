"""A pytest plugin: each test has to give back the device memory that it takes.

    vramtrack gate -- python3 -m pytest -p vramtrack_pytest

or `pytest_plugins = ["vramtrack_pytest"]` in the conftest.py at the top. A test that ends
with more device memory than it began with has an error at its teardown. Fixtures of a
wider scope (class, module, package, session) may hold what they allocate in their setup
until they end. A test that is meant to leave something says how much:

    @pytest.mark.vramtrack_leaves("4MiB")

Without the shim nothing is looked at, and the header says so; with --vramtrack-required
that is an error. With PyTorch, set PYTORCH_NO_CUDA_MEMORY_CACHING=1 to see single tensors,
not the blocks of its cache.
"""

import ctypes
import gc
import re

import pytest

_shim_live = getattr(ctypes.CDLL(None), "vramtrack_preload_live", None)
if _shim_live:
    _shim_live.argtypes = [ctypes.c_int]
    _shim_live.restype = ctypes.c_uint64

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


class _Watch:
    """What is live, and how much of it fixtures of a wider scope hold."""

    def __init__(self):
        self.held = {}  # fixture definition -> bytes that its setup took
        self.inner = [0]  # taken by fixtures that were set up inside of the current one
        self.before = 0
        self.allowed = 0
        self.failed = False

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


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "vramtrack_leaves(size): the test may leave this much device memory"
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


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    watch = item.config._vramtrack
    watch.allowed = _allowed(item)
    watch.failed = False
    if _shim_live:
        gc.collect()  # what an earlier test left would be freed in this one
    watch.before = watch.unowned()
    yield


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
    if call.when != "teardown" or watch.failed:
        return
    if watch.left() > watch.allowed:
        gc.collect()
    if watch.left() > watch.allowed:
        path, line, name = item.location
        report.outcome = "failed"
        report.longrepr = (
            f"{path}:{(line or 0) + 1}: {name} left {watch.left()} bytes of device memory behind"
            + (f" ({watch.allowed} are allowed)" if watch.allowed else "")
        )
