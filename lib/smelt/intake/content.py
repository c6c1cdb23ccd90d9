"""The content of one file: decompressed as a stream, decoded by its byte-order mark or the given encoding."""

from __future__ import annotations

import bz2
import codecs
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any

_PIECE = 1 << 18
_MEMORY = 1 << 28
"""Memory limit of the xz decompressor in bytes: the file's header dictates the dictionary size."""
_UNPACKERS: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(wbits=31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(memlimit=_MEMORY)),
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PACKED = (".gz", ".bz2", ".xz")
"""Suffixes of compressed files; the format itself is recognised by the first bytes."""


LONGEST_LINE = 1 << 24
MOST_IN_MEMORY = 1 << 29
MOST_UNPACKED = 1 << 34


class Content:
    """One file, decompressed and held in memory only up to the given limits, whatever its headers claim.

    ``longest_line`` is in bytes (in characters for decoded lines), ``most_in_memory`` limits the bytes read at once,
    ``most_unpacked`` all bytes of a compressed file. After reading, ``is_broken`` tells that a compressed file ended
    early or is damaged, ``is_too_large`` that it holds more than allowed.
    """

    def __init__(
        self,
        data: bytes,
        encoding: str,
        *,
        longest_line: int = LONGEST_LINE,
        most_in_memory: int = MOST_IN_MEMORY,
        most_unpacked: int = MOST_UNPACKED,
    ) -> None:
        self.longest_line, self.most_in_memory = longest_line, most_in_memory
        self._raw = _Unpacked(data, most_unpacked)
        self.stream = io.BufferedReader(self._raw, buffer_size=_PIECE)
        head = self.stream.peek(4)[:4]
        self.encoding = next((name for mark, name in _MARKS if head.startswith(mark)), encoding)
        self.tail = ""
        """The incomplete last line of a broken file."""
        self._is_too_large = False

    @property
    def is_broken(self) -> bool:
        """Whether decompression stopped before the end; valid only after everything was read."""
        return self._raw.is_broken

    @property
    def is_too_large(self) -> bool:
        """Whether the file holds more than may be read; valid only after reading has ended."""
        return self._is_too_large or self._raw.is_too_large

    def byte_lines(self) -> Iterator[bytes]:
        """Lines as UTF-8, whatever the file's encoding; the incomplete last line of a broken file goes to ``tail``.

        Of a line that ``is_long`` only the beginning is given, without its end.
        """
        codec = codecs.lookup(self.encoding).name
        if codec in ("utf-8", "utf-8-sig", "ascii"):
            if codec == "utf-8-sig":
                self.stream.read(3)
            lines = self._bounded(self.stream.readline, (b"\n",))
            yield from self._whole(lines, b"\n", lambda line: line.decode("utf-8", "replace"))
        else:
            for line in self.text_lines(newline="\n"):
                yield line.encode("utf-8", "surrogatepass")

    def text_lines(self, newline: str = "") -> Iterator[str]:
        """Decoded lines with their line ends; undecodable bytes become lone surrogates (see :func:`has_bad_bytes`).

        Of a line that ``is_long`` only the beginning is given, without its end.
        """
        wrapper = io.TextIOWrapper(
            self.stream, encoding=self.encoding, errors=_errors(self.encoding), newline=newline
        )
        yield from self._whole(self._bounded(wrapper.readline, ("\n", "\r")), "\n", printable)

    def is_long(self, line: bytes | str) -> bool:
        """Whether a line was cut at ``longest_line``."""
        return len(line) > self.longest_line and line[-1:] not in ("\n", b"\n", "\r")

    def data(self) -> bytes:
        """All bytes; empty if they exceed ``most_in_memory`` (``is_too_large``)."""
        read = self.stream.read(self.most_in_memory + 1)
        if len(read) > self.most_in_memory:
            self._is_too_large = True
            return b""
        return read

    def text(self) -> str:
        """The whole text, decoded as by :meth:`text_lines`, with ``\\n`` as line end; empty if it is too large."""
        text = self.data().decode(self.encoding, _errors(self.encoding))
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _bounded(self, readline: Callable[[int], Any], ends: tuple[Any, ...]) -> Iterator[Any]:
        limit = self.longest_line + 1
        while line := readline(limit):
            if len(line) == limit and not line.endswith(ends):
                while (rest := readline(_PIECE)) and not rest.endswith(ends):
                    pass
            yield line

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
    """Bytes of a plain or compressed file; a truncated or damaged file ends where its readable part ends.

    A compressed file is decompressed in small pieces and up to ``most`` bytes.
    """

    def __init__(self, data: bytes, most: int) -> None:
        self._data = memoryview(data)
        self._position = 0
        self._make = next((make for magic, make in _UNPACKERS if data.startswith(magic)), None)
        self._unpacker = self._make() if self._make else None
        self._ready = memoryview(b"")
        self._left = most
        self.is_broken = self.is_too_large = self._is_done = False

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
        if self.is_broken or self.is_too_large or self._is_done:
            return False
        if self._unpacker.eof:
            return self._next_member()
        if not self._needs_input():
            return self._unpack(b"")
        piece = self._data[self._position : self._position + _PIECE]
        if not piece:
            self.is_broken = True
            return False
        self._position += len(piece)
        return self._unpack(piece)

    def _next_member(self) -> bool:
        self._position -= len(self._unpacker.unused_data)  # type: ignore[union-attr]
        if not bytes(self._data[self._position :][:2]).strip(b"\0"):  # the end, or only padding is left
            self._is_done = True
            return False
        self._unpacker = self._make() if self._make else None
        return True

    def _needs_input(self) -> bool:
        if isinstance(self._unpacker, (bz2.BZ2Decompressor, lzma.LZMADecompressor)):
            return self._unpacker.needs_input
        return not self._unpacker.unconsumed_tail  # type: ignore[union-attr]

    def _unpack(self, piece: Any) -> bool:
        unpacker: Any = self._unpacker
        try:
            if hasattr(unpacker, "unconsumed_tail"):
                found = unpacker.decompress(unpacker.unconsumed_tail or piece, _PIECE)
            else:
                found = unpacker.decompress(piece, _PIECE)
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            self.is_broken = True
            return False
        self._left -= len(found)
        if self._left < 0:
            self.is_too_large = True
            return False
        self._ready = memoryview(found)
        return True
