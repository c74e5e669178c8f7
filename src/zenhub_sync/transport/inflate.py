"""Take the compression off an answer while it arrives, and stop at a size that no honest answer has."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO

ACCEPTED = "gzip"

_EITHER_HEADER = 32 + zlib.MAX_WBITS  # zlib finds out by itself whether it is gzip or deflate


class BodyError(Exception):
    """The body is too long, cut off, or not compressed as it claims."""


class BodyTooLong(BodyError):
    """The body is longer than any honest answer of this size of page."""


class Inflater:
    """Collect a body of at most `cap` bytes, counted after decompression."""

    def __init__(self, encoding: str, cap: int) -> None:
        self._room = cap
        self._inflated = BytesIO()
        self._begun = False
        self._unzip = _decompressor(encoding)

    def feed(self, chunk: bytes) -> None:
        """Take what arrived next."""
        self._begun = self._begun or bool(chunk)
        for part in self._plain(chunk):
            self._room -= len(part)
            if self._room < 0:
                raise BodyTooLong("the answer is too long")
            self._inflated.write(part)

    def body(self) -> bytes:
        """Return the whole body."""
        if self._unzip and self._begun and not self._unzip.eof:
            raise BodyError("the answer is cut off")
        return self._inflated.getvalue()  # no copy, as a join of parts would be

    def _plain(self, chunk: bytes) -> Iterator[bytes]:
        if not self._unzip:
            yield chunk
            return
        try:
            while chunk:
                yield self._unzip.decompress(chunk, self._room + 1)
                chunk = self._unzip.unconsumed_tail
        except zlib.error:
            raise BodyError("the answer is not compressed as it says") from None


def _decompressor(encoding: str) -> zlib._Decompress | None:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip" | "deflate":
            return zlib.decompressobj(wbits=_EITHER_HEADER)
        case _:
            raise BodyError("the answer is compressed in a way that was not asked for")
