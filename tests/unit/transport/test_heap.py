"""While threads are open, a large block lies outside of the heap: a hole that a page leaves there is never filled."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

# In a process of its own: one that did other work may have a hole that is large enough, and takes that first.
# https://man7.org/linux/man-pages/man3/mallinfo.3.html
_COUNT = """
import ctypes
from zenhub_sync.transport.asking import in_threads

fields = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
Told = type("Told", (ctypes.Structure,), {"_fields_": [(name, ctypes.c_size_t) for name in fields.split()]})
mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Told
with in_threads():
    before = mallinfo().hblks
    for size in (16_000_000, 12_000_000, 16_000_000, 8_000_000):
        block = bytearray(size)
        print(mallinfo().hblks - before)
        del block
"""


def _counts_blocks() -> bool:
    try:
        return hasattr(ctypes.CDLL(None), "mallinfo2")
    except (OSError, TypeError):
        return False


@pytest.mark.skipif(not _counts_blocks(), reason="not glibc 2.33 or later")
def test_a_block_outside_of_the_heap_does_not_bring_the_next_one_into_it() -> None:
    told = subprocess.run([sys.executable, "-c", _COUNT], check=True, capture_output=True, text=True).stdout
    assert told.split() == ["1"] * 4
