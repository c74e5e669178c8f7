"""While threads are open, a large block lies outside of the heap: a hole that a page leaves there is never filled."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest

from zenhub_sync.transport.asking import in_threads

# https://man7.org/linux/man-pages/man3/mallinfo.3.html
_FIELDS = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
_MB = 1024 * 1024


class Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in _FIELDS]


def blocks_outside() -> Callable[[], int]:
    """Return what counts the blocks outside of the heap."""
    try:
        told = ctypes.CDLL(None).mallinfo2
    except (AttributeError, OSError, TypeError):
        pytest.skip("not glibc 2.33 or later")
    told.restype = Mallinfo
    return lambda: int(told().hblks)


def test_a_block_outside_of_the_heap_does_not_bring_the_next_one_into_it() -> None:
    blocks = blocks_outside()
    with in_threads():
        before = blocks()
        for _ in range(3):
            page = bytearray(4 * _MB)
            assert blocks() == before + 1
            del page
        batch = bytearray(_MB)
        assert blocks() == before + 1
        assert len(batch) == _MB
