"""Web addresses: with a scheme, with www, and bare host names with a known top-level domain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from smelt.pii.config import PublicRules
from smelt.pii.detect.patterns.domains import COMMON_TLDS, FILE_LIKE_TLDS, is_file_name
from smelt.pii.detect.patterns.matching.scene import Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.public import PUBLIC, is_public_page

URL = "URL"

_SCHEME = re.compile(
    r"(?<![\w])(?:(?:https?|ftps?|sftp|wss?|hxxps?)://|www\.(?=[^\W_]))"
    r"(?P<host>[^\s/?#<>\"'`{}|\\^)(\],;]{1,253})(?P<rest>[/?#][^\s<>\"`{}|\\^]{0,2000})?",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![\w@./:-])(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}(?P<tld>[a-z]{2,12}))"
    r"(?P<rest>(?::\d{2,5})?(?:[/?#][^\s<>\"`{}|\\^]{0,2000})?)(?![\w@-])",
    re.IGNORECASE,
)
_DOT = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z]{2})")
_HOST_START = re.compile(r"[A-Za-z0-9.-]*\Z")
MAX_HOST_CHARS = 128
_TRAILING = ".,;:!?'\")]}*~…”“„»«’‘›‹"
_HOST_NAME = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,24}|xn--[\w-]{2,59})\.?(?::\d{1,5})?", re.UNICODE
)


def _trim(span: str) -> int:
    """The length of a URL without trailing sentence punctuation; balanced brackets are kept."""
    end = len(span)
    while end and span[end - 1] in _TRAILING:
        if span[end - 1] == ")" and span.count("(", 0, end) >= span.count(")", 0, end):
            break
        end -= 1
    return end


def _with_scheme(scene: Scene) -> Iterator[Hit]:
    for match in _schemes(scene):
        host = match["host"].rstrip(_TRAILING)
        name = host.rpartition("@")[2]
        is_www = match.group()[:4].lower() == "www."
        if not _HOST_NAME.fullmatch(name) or (is_www and "." not in name):
            continue
        end = match.start() + _trim(match.group())
        yield Hit(URL, match.start(), end, "pattern.url", 0.9)


def _schemes(scene: Scene) -> Iterator[re.Match[str]]:
    """The addresses that begin with a scheme or www, in order."""
    text = scene.text
    done = 0
    for anchor in scene.starts(("://", "www.")):
        if anchor < done:
            continue
        start = anchor
        while start > max(done, anchor - 6) and text[start - 1].isalpha():
            start -= 1
        match = _SCHEME.match(text, start)
        if match is not None:
            done = match.end()
            yield match


def _bare(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    done = 0
    for dot in _DOT.finditer(text):
        if dot.start() < done:
            continue
        floor = max(done, dot.start() - MAX_HOST_CHARS)
        start = _HOST_START.search(text, floor, dot.start()).start()  # type: ignore[union-attr]
        match = _BARE.match(text, start)
        done = match.end() if match is not None else dot.end()
        if match is None:
            continue
        tld = match["tld"].lower()
        if tld not in COMMON_TLDS or is_file_name(match["host"]):
            continue
        labels = match["host"].split(".")
        if tld in FILE_LIKE_TLDS and len(labels) < 3 and not match["rest"]:
            continue
        if len(labels[-2]) < 2 or not any(char.isalpha() for char in match["host"][: -len(tld)]):
            continue
        if match["host"] != match["host"].lower() and labels[-1][0].isupper() and labels[-1][1:].islower():
            continue  # a missing space between sentences: "end of a sentence.In the next"
        yield Hit(URL, match.start(), match.start() + _trim(match.group()), "pattern.url_bare", 0.7)


def families(public: PublicRules) -> tuple[Family, ...]:
    """The families of both forms, with or without marking public pages."""

    def told(find: Callable[[Scene], Iterator[Hit]]) -> Callable[[Scene], Iterator[Hit]]:
        if public.urls != "keep":
            return find

        def tell(scene: Scene) -> Iterator[Hit]:
            for hit in find(scene):
                is_public = is_public_page(scene.text[hit.start : hit.end])
                yield hit._replace(detector=hit.detector + PUBLIC) if is_public else hit

        return tell

    return (
        Family("url", ("://", any_case("www.")), told(_with_scheme)),
        Family("url_bare", (r"[A-Za-z0-9]\.[A-Za-z]{2}",), told(_bare)),
    )
