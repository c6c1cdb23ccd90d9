"""Texts in the wild: names that headers of real mail prove, texts of other languages, own sentences by kind.

    python tests/bench/privacy/wild.py [--seed 1] [--misses KIND]

A value is gone when no letter and no digit of it stays, which is what a reader of a release sees. Development
looks at even seeds of the sentences (``--misses`` refuses odd ones), the tables report an odd one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from scoring import data_root
from sentences import Case, cases

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Finding, Known, TextBatch

Spans = Sequence[tuple[int, int]]
_NAME = r"([A-Z][\w.'-]+(?: [A-Z][\w.'-]*){1,3})"
_ADDRESS = r"(?: <[^>\n]*>| \([^)\n]*\))?"
_CLOCK = r"(?:\d\d:\d\d.{0,12},? )?"
_STARTS = "(?:On|Le|Am|El|Il|At|In)"
_VERB = r"(?:wrote|writes|said|schrieb|a écrit|escribió|ha scritto)"
NO_PEOPLE = frozenset(
    [
        "CERT Advisory",
        "CNET CatchUp",
        "Classic Novels",
        "Daily Dilbert",
        "DivX News",
        "Effector List",
        "Forgotten History",
        "FreeBSD Security Advisories",
        "JTS - MCDLXXXVI",
        "Mail Delivery System",
        "Media Unspun",
        "The Evil Gerald",
        "The Motley Fool",
        "Tribute Movie Mail",
    ]
)
"""Senders of the mails who are no people, but newsletters and programs: read by eye, of 178 senders."""
HEADERS = (
    ("reply header", re.compile(rf"(?m)^[>| ]*{_STARTS} .{{4,60}}?,? {_CLOCK}{_NAME}{_ADDRESS} {_VERB}\s?:")),
    ("reply header", re.compile(rf"(?m)^[>| ]*{_NAME}{_ADDRESS} {_VERB}\s?:")),
    ("From:, To:", re.compile(rf'(?m)^[>| ]*(?:From|To|Cc|Von|An|De|Para)\s?: "?{_NAME}"? [<\[(]')),
)  # fmt: skip


def gone(found: Spans, start: int, end: int, text: str) -> bool:
    """Whether every letter and digit of a span lies in a finding."""
    return all(any(a <= at < b for a, b in found) for at in range(start, end) if text[at].isalnum())


def found_in(
    scrubber: Scrubber, texts: Sequence[str], known: Sequence[Sequence[Known]]
) -> list[list[Finding]]:
    """The findings of each text, each a conversation of its own, that would be replaced."""
    result: list[list[Finding]] = [[] for _ in texts]
    for finding in scrubber.find(TextBatch(list(texts), range(len(texts)), [""] * len(texts), known)):
        if scrubber.config.rule(finding.entity).policy != "keep":
            result[finding.text].append(finding)
    return result


def proven(row: dict[str, str]) -> list[tuple[int, int, str]]:
    """What the headers of a mail prove of its text: names in reply headers, and all that names its sender."""
    text = row["text"]
    spans = [(m.start(1), m.end(1), what) for what, pattern in HEADERS for m in pattern.finditer(text)]
    parts = row["name"].replace('"', "").split()
    if len(parts) in (2, 3) and all(part[0].isupper() and len(part) > 2 for part in (parts[0], parts[-1])):
        full = " ".join(parts)
        for what, name in (("full name", full), ("family name", parts[-1]), ("given name", parts[0])):
            for match in re.finditer(rf"(?<![\w@.]){re.escape(name)}(?![\w@])", text):
                if any(a <= match.start() < b for a, b, _ in spans):
                    continue
                line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
                is_alone = len(re.sub(r"[\W_]+", "", line)) <= len(re.sub(r"\W+", "", name)) + 2
                where = "sign-off" if is_alone else "in a line"
                spans.append((match.start(), match.end(), f"sender's {what}, {where}"))
    return spans


def mail(scrubber: Scrubber, root: Path, misses: str) -> None:
    """Names in mail: what is gone by itself, and with the sender known."""
    with gzip.open(root / "mail_discussion" / "mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [row["text"] for row in rows]
    sender = [[Known("name", row["name"]), Known("email", row["addr"])] for row in rows]
    known = [[entry for entry in entries if entry.value] for entries in sender]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for column, given in (("alone", [()] * len(rows)), ("known", known)):
        for row, found in zip(rows, found_in(scrubber, texts, given), strict=True):
            spans = [(finding.start, finding.end) for finding in found]
            for start, end, what in proven(row):
                is_gone = gone(spans, start, end, row["text"])
                for count in (counts, people) if row["name"] not in NO_PEOPLE else (counts,):
                    count[what][column] += is_gone
                    count[what]["of"] += column == "alone"
                if not is_gone and column == "alone" and what in misses.split(";"):
                    print(repr(row["text"][max(0, start - 60) : end + 30]), row["text"][start:end])
    print("| names in mail | gone | gone, sender known | of | gone, people alone | of |\n|" + " --- |" * 6)
    for what, count in sorted(counts.items()):
        alone = people[what]
        print(
            f"| {what} | {count['alone'] / count['of']:.3f} | {count['known'] / count['of']:.3f} | {count['of']} "
            f"| {alone['alone'] / alone['of']:.3f} | {alone['of']} |"
        )
    print()


def other_languages(scrubber: Scrubber, root: Path, misses: str) -> None:
    """Texts of support forums in other languages, which name nearly nobody: the share in which a person is found."""
    print("| language | texts | with a person |\n| --- | --- | --- |")
    for path in sorted((root / "text_other_languages").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        found = found_in(scrubber, texts, [()] * len(texts))
        persons = [[f for f in one if f.entity == "PERSON"] for one in found]
        if misses == "languages":
            for text, one in zip(texts, persons, strict=True):
                print(
                    *(
                        repr(text[max(0, f.start - 25) : f.end + 15])
                        + f" {text[f.start : f.end]!r} {f.confidence}"
                        for f in one
                    ),
                    sep="\n",
                ) if one else None
        share = sum(1 for one in persons if one) / len(texts)
        print(f"| {path.name.partition('.')[0]} | {len(texts)} | {share:.3f} |")
    print()


def own_sentences(scrubber: Scrubber, seed: int, misses: str) -> None:
    """Own sentences: the share of values that are gone, by kind and language."""
    drawn = list(cases(seed))
    found = found_in(scrubber, [case.text for case in drawn], [()] * len(drawn))
    counts: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for case, one in zip(drawn, found, strict=True):
        is_right = _right(case, one)
        counts[case.kind][case.language].append(is_right)
        if not is_right and case.kind in misses.split(";") and seed % 2 == 0:
            print(case.language, repr(case.text), [(f.entity, case.text[f.start : f.end]) for f in one])
    languages = list(dict.fromkeys(case.language for case in drawn))
    print(f"| gone, own sentences | {' | '.join(languages)} |\n| --- |{' --- |' * len(languages)}")
    for kind, by_language in counts.items():
        cells = (by_language.get(language) for language in languages)
        print(f"| {kind} | {' | '.join(f'{sum(c) / len(c):.2f}' if c else '' for c in cells)} |")
    print()


def _right(case: Case, found: Sequence[Finding]) -> bool:
    if not case.spans:
        return not any(finding.entity in ("PHONE", "EMAIL", "PERSON") for finding in found)
    spans = [(finding.start, finding.end) for finding in found]
    return all(gone(spans, start, end, case.text) for start, end in case.spans)


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", default="")
    parser.add_argument("--regions", default="US,GB,DE,FR,ES,IT,PT,NL,PL")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    root = data_root()
    scrubber = Scrubber(PiiConfig(regions=tuple(given.regions.split(","))), None)
    if (root / "mail_discussion").is_dir() and given.only in ("", "mail"):
        mail(scrubber, root, given.misses)
    if (root / "text_other_languages").is_dir() and given.only in ("", "languages"):
        other_languages(scrubber, root, given.misses)
    if given.only in ("", "sentences"):
        own_sentences(scrubber, given.seed, given.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
