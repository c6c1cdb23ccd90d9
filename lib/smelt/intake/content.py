"""The bytes of one file: unpacked as a stream, decoded with what its byte-order mark says."""

from __future__ import annotations

import bz2
import codecs
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any

_PIECE = 1 << 18
_UNPACKERS: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(wbits=31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lzma.LZMADecompressor),
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PACKED = (".gz", ".bz2", ".xz")
"""Suffixes of packed files; what is inside is told by their first bytes."""


class Content:
    """One file. ``is_broken`` says, after reading, that a packed file ended early or is damaged."""

    def __init__(self, data: bytes, encoding: str) -> None:
        self._raw = _Unpacked(data)
        self.stream = io.BufferedReader(self._raw, buffer_size=_PIECE)
        head = self.stream.peek(4)[:4]
        self.encoding = next((name for mark, name in _MARKS if head.startswith(mark)), encoding)
        self.tail = ""
        """What a broken file has after its last whole line."""

    @property
    def is_broken(self) -> bool:
        """Whether unpacking stopped before the end; known only when all has been read."""
        return self._raw.is_broken

    def byte_lines(self) -> Iterator[bytes]:
        """Lines as UTF-8, whatever the encoding; the cut-off last line of a broken file goes to ``tail``."""
        codec = codecs.lookup(self.encoding).name
        if codec in ("utf-8", "utf-8-sig", "ascii"):
            if codec == "utf-8-sig":
                self.stream.read(3)
            yield from self._whole(self.stream, b"\n", lambda line: line.decode("utf-8", "replace"))
        else:
            for line in self.text_lines(newline="\n"):
                yield line.encode("utf-8", "surrogatepass")

    def text_lines(self, newline: str = "") -> Iterator[str]:
        """Decoded lines with their ends; undecodable bytes become lone surrogates, for ``has_bad_bytes``."""
        wrapper = io.TextIOWrapper(
            self.stream, encoding=self.encoding, errors=_errors(self.encoding), newline=newline
        )
        yield from self._whole(wrapper, "\n", printable)

    def text(self) -> str:
        """All of it, decoded as ``text_lines`` does, line ends as ``\\n``."""
        data = self.stream.read()
        text = data.decode(self.encoding, _errors(self.encoding))
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _whole(self, lines: Any, end: Any, shown: Callable[[Any], str]) -> Iterator[Any]:
        for line in lines:
            if self._raw.is_broken and not line.endswith(end):
                self.tail = shown(line)
                return
            yield line


def printable(text: str) -> str:
    """Text with lone surrogates (undecodable bytes) replaced."""
    return text.encode("utf-8", "replace").decode("utf-8") if has_bad_bytes(text) else text


def has_bad_bytes(text: str) -> bool:
    """Whether text holds lone surrogates: bytes that could not be decoded."""
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _errors(encoding: str) -> str:
    return "replace" if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")) else "surrogateescape"


class _Unpacked(io.RawIOBase):
    """Bytes of a plain or packed file; a file that is cut off or damaged ends where its good part does."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._position = 0
        self._make = next((make for magic, make in _UNPACKERS if data.startswith(magic)), None)
        self._unpacker = self._make() if self._make else None
        self._ready = memoryview(b"")
        self.is_broken = self._is_done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if not self._fill():
                return 0
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _fill(self) -> bool:
        if self._unpacker is None:
            self._ready, self._position = self._data[self._position :], len(self._data)
            return len(self._ready) > 0
        if self.is_broken or self._is_done:
            return False
        if self._unpacker.eof:
            self._position -= len(self._unpacker.unused_data)
            if not bytes(self._data[self._position :][:2]).strip(b"\0"):  # the end, or padding after it
                self._is_done = True
                return False
            self._unpacker = self._make() if self._make else None
            return self._fill()
        piece = self._data[self._position : self._position + _PIECE]
        if not piece:
            self.is_broken = True
            return False
        self._position += len(piece)
        try:
            self._ready = memoryview(self._unpacker.decompress(piece))
        except (zlib.error, OSError, lzma.LZMAError):
            self.is_broken = True
            return False
        return True
