import pytest

from device_cache import Cache


@pytest.fixture(scope="module")
def weights():
    """Held for all tests of the file: no leak of the test that comes first."""
    cache = Cache()
    cache.add(8 << 20)
    yield cache
    cache.close()


@pytest.fixture
def cache():
    cache = Cache()
    yield cache
    cache.close()


def test_starts_empty(cache, weights):
    assert cache.blocks == []


def test_counts_its_blocks(cache, weights):
    cache.add(1 << 20)
    cache.add(1 << 16)
    assert len(cache.blocks) == 2


@pytest.mark.parametrize("size", [1, 4096])
def test_takes_any_size(cache, size):
    cache.add(size)
    assert len(cache.blocks) == 1
