"""The time of whatever reads a record grows with its length and no faster, whatever the text is made of.

Each function is given the same piece of text over and over: ``tests.linear``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from smelt.conversations.html_blocks import html_blocks
from smelt.conversations.markdown_blocks import markdown_blocks, without_extensions
from smelt.conversations.plain_text import mended, to_plain_text
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.signing import sign
from smelt.examples.asides import aside
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig
from smelt.examples.hashes import text_hashes
from smelt.intake.markup import text_of_tangled, without_spans
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile
from smelt.intake.times import time_parser
from smelt.pii.config import PiiConfig
from smelt.pii.files import scrubber_of
from smelt.pii.types import Known, TextBatch
from smelt.privacy.gate import ResidualScanner
from smelt.quality.score import score_pairs
from smelt.regexes import spans
from tests.linear import superlinear
from tests.unit.intake.intake_builders import LATEST, a_source

SHORT, SHORT_OF_SLOW = 30_000, 3_000
"""Characters. What costs most per character is given fewer."""
SLOW = frozenset(("scores", "the gate", "scrubbing", "markdown", "own entities"))


MARKUP = (
    "<!--", "[!INCLUDE[", "[!INCLUDE[a](", ":::image", ":::image \n", "# #", "# a  ", "#", "a\n=", "[", "![", "[a](",
    "`", "``a", "*a_", "**a*", "<", "<a b='", "</", "&#", "\\", "a|b\n|-|\n", "> ", "- ", "1. ", "    ", "\n", "~~~\n",
    "[a]: b\n", "[a][", "<div>", "<b>", "<p>", "<table><tr><td>", "<ul><li>", '<ol start="\u00b2">', "<blockquote>",
    "<script>", "<![CDATA[", "&nbsp;", "\u00e2\u20ac\u2122", "\u200b", "\u00a0 ", "::: ", "---\n", "(",
)  # fmt: skip
WORDS = (
    "eyJ-", "a@", "a@b.", "1-", "1 ", "(1", "+1 ", "0", "12/1/", "A1 ", "Mr. John ", "john smith ", "my name is ",
    "12 Main St, ", "at dot ", "oh five ", "a at b dot ", "com ", "gmailcom ", "-----BEGIN A", "key=", "https://a/?",
    "a=b&", "0x", "[EMAIL_1] ", "[", "***", "Dear ", "Regards,\n", "van der ", "-", "A.", "\u540d", "\U0001f642",
    "the the ", "...", "a, ", "1,000 ", "/a", "a_b ", "AA ", "on a wrote:\n", ">", "-- \n", "ref: ",
    "a  ", "\t\n", "'", "e mail ",
)  # fmt: skip
SUBTITLES = (
    "00:00:01.000 --> 00:00:02.000\n",
    "NOTE ",
    "<v a>",
    "00:01.000 --> 00:02.000\n<v A>hi\n\n",
    "1\n",
    "\n",
)
YAML = (
    "a: b\n",
    "- ",
    "[",
    "{",
    "? ",
    "&a ",
    "*a ",
    "!!",
    "'a' ",
    '"a\\',
    "a:\n ",
    "<<: *a\n",
    "#",
    "|\n ",
    "%",
    "9",
)

FILE = SourceFile("/landing/a", "a")
LIMITS = Limits(LATEST, 200, 1 << 24, 1 << 24)


def reader(form, begin="", end="", **given):
    kind = {"markdown": "articles", "html": "articles", "webvtt": "transcripts", "srt": "transcripts"}.get(
        form, "tickets"
    )
    mapping = {"source_key": "id", "body": "body"} if kind == "tickets" else {}
    parser = Parser(a_source(kind=kind, format=form, mapping=mapping, **given), LIMITS)
    return lambda text: list(parser.file(f"{begin}{text}{end}".encode(), FILE))


def scrub():
    scrubber = scrubber_of(PiiConfig())
    known = [Known("name", "John Smith"), Known("email", "j@x.com")]
    return lambda text: scrubber.scrub(TextBatch([text, text], [0, 0], ["customer", "agent"], [known]))


def scan():
    scanner = ResidualScanner(PiiConfig())
    return lambda text: scanner.scan([[text]])


def custom():
    entities = {"custom": {"CODE": {"pattern": "(a+)+b|(?:x|xx)*y|[0-9]+(?:-[0-9]+)*z"}}}
    scrubber = scrubber_of(PiiConfig.model_validate(entities))
    return lambda text: scrubber.scrub(TextBatch.of([text]))


def score(text):
    score_pairs(pa.table({"question": [f"How do I {text}"], "answer": [text]}))


def clean():
    cleaner = Cleaner(CleaningConfig(terminology={"e mail": "e-mail"}, lines=(r"(a+)+$",)))
    return lambda text: cleaner.clean([text])


def signatures(text):
    names = ("example_id", "record_id", "content_hash", "source", "question", "answer")
    batch = pa.RecordBatch.from_pydict({name: [text] for name in names})
    sign(batch, DuplicatesConfig(), np.empty(0, dtype=np.int64))


def a_time(text):
    parse = time_parser("UTC", ("%d.%m.%Y",), LATEST)
    for value in (text, text[:190]):
        try:
            parse(value)
        except ValueError:
            continue


CASES = {
    "markdown files": (lambda: reader("markdown"), MARKUP),
    "front matter": (lambda: reader("markdown", "---\n", "\n---\ntext"), YAML),
    "html files": (lambda: reader("html"), MARKUP),
    "webvtt files": (lambda: reader("webvtt", "WEBVTT\n\n"), SUBTITLES + MARKUP[:12]),
    "srt files": (lambda: reader("srt"), SUBTITLES + MARKUP[:12]),
    "csv files": (lambda: reader("csv", "id,body\n"), ('"', "a,", "\n", "\r", '""', "a", ",\n", "'")),
    "csv headers": (lambda: reader("csv"), ("a,", "b c,", '"a",')),
    "json lines": (lambda: reader("json_lines", '{"id":1,"body":"x","o":'), ("[", '{"a":', "[],", "1", '"a",', "\\")),
    "json documents": (lambda: reader("json", '[{"id":1,"body":"x"},'), ("[", '{"a":', "[],", "1", "null,")),
    "markdown": (lambda: markdown_blocks, MARKUP),
    "markdown extensions": (lambda: without_extensions, MARKUP),
    "html": (lambda: html_blocks, MARKUP),
    "plain text": (lambda: lambda text: to_plain_text([text, f"<p>{text}"]), MARKUP),
    "plain words": (lambda: lambda text: mended([text]), MARKUP[-8:]),
    "tangled markup": (lambda: text_of_tangled, MARKUP),
    "spans of markup": (lambda: lambda text: without_spans(text, "<!--", "-->"), ("<!--", "<!-", "-->", "<!-- -->")),
    "times": (lambda: a_time, ("1", "9", "-", " ", "Mon, ", "1:", "+0", "(", "T")),
    "scrubbing": (scrub, WORDS),
    "the gate": (scan, WORDS),
    "own entities": (custom, ("a", "x", "1-", "aab", "xy ")),
    "cleaning": (clean, (*WORDS[-14:], "a", "on a\n", "from: a\n")),
    "asides": (lambda: aside, (*WORDS[-8:], "kb number: ", "note: a\n", "1. ")),
    "hashes": (lambda: lambda text: text_hashes([text], [text]), WORDS[-20:]),
    "scores": (lambda: score, (*WORDS[::4], "\u540d", "com ", "the the ", "a, ")),
    "signatures": (lambda: signatures, WORDS[::3]),
    "own patterns": (lambda: lambda text: spans("(a|aa)+$|(x+x+)+y", text), ("a", "x", "aab")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_four_times_the_text_takes_about_four_times_as_long(case):
    make, pieces = CASES[case]
    work, size = make(), SHORT_OF_SLOW if case in SLOW else SHORT
    work("hello there, this is a text.")
    assert superlinear(work, pieces, size) == {}
