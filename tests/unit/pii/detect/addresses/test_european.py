"""Streets are found in the lines that can hold one as in the whole text."""

# ruff: noqa: E501  a list of pieces

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smelt.pii.detect.addresses import european
from smelt.pii.detect.names.runs import lower

PIECES = (
    "Via Carlo Cattaneo ", "via ", "rue des Lilas ", "12 bis, ", "Avenida Vicente, S/N", "c/ Mayor ", "C.so Roma", "ul. Nadrzeczna ",
    "Hornichring ", "Lange Straße ", "Bahnhofstr. ", "lange Strasse ", "Am Alten Markt ", "Veien ", "8", "63/26", ", ", " ", "\n", "x", "İ",
    "@", "42048 Versa", "STRASSE ", "Ringstraße",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_streets_are_those_of_a_search_of_the_whole_text(text):
    found = {(core.start, core.end) for core in european.cores(text, _NoWords())}
    searched = [
        *european.PREFIXED.finditer(text),
        *european.WITH_CODE.finditer(text),
        *european.SUFFIXED.finditer(text),
    ]
    assert found == {
        match.span()
        for match in searched
        if not (match[0][0].isdigit() and text[match.start() - 1 : match.start()] in ("/", ".", ":", "-"))
    }


class _NoWords:
    """A lexicon without words, with which every match is a street."""

    not_names = frozenset[str]()

    def is_word(self, word: str) -> bool:
        return False


def test_lower_case_has_the_places_of_the_text():
    assert len(lower("İ Via")) == len("İ Via")
