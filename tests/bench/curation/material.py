"""The pairs to choose from: generated ones of the demo, and real questions and answers about places."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
import polars as pl

from smelt.config import load_config
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.files import Rows, duplicates_of
from smelt.quality.config import QualityConfig
from smelt.quality.files import score_lines
from smelt.tuning.encoding.rows import Pair
from smelt.tuning.evaluation.scores import normal
from smelt.tuning.prepare import places_of
from smelt.tuning.source.delta import open_table
from smelt.tuning.source.release import open_release

DATA = Path(os.environ.get("SMELT_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"))
FAQ = DATA / "faq_dstc10_knowledge" / "knowledge.json"


class Material(NamedTuple):
    """Pairs of one origin: as they came, as they are released, and clean ones that nothing is trained on."""

    name: str
    raw: list[Pair]
    released: list[Pair]
    held: list[Pair]


def generated(conf: str) -> Material:
    """The demo: silver.examples, and the newest release; no raw pair shares record or text with its test split."""
    config = load_config([conf])
    places = places_of(config.warehouse)
    release = open_release("latest", places, config.tuning.data)
    table = open_table(places, "silver.examples")
    if table is None:
        raise SystemExit("there is no silver.examples: make demo")
    test = release.read("test", ["record_id", "instruction", "output"])
    records = {row["record_id"] for row in test}
    columns = ["example_id", "record_id", "question", "answer"]
    rows = table.to_pyarrow_dataset().to_table(columns=columns).to_pylist()
    raw = [
        _pair(row["example_id"], row["question"], row["answer"])
        for row in sorted(rows, key=lambda row: str(row["example_id"]))
        if row["question"] and row["answer"] and row["record_id"] not in records
    ]
    held = [_pair(row["example_id"], row["instruction"], row["output"]) for row in test]
    train_rows = release.read("train", ["instruction", "output"])
    released = [_pair(row["example_id"], row["instruction"], row["output"]) for row in train_rows]
    return Material("generated", _without_texts_of(raw, held), released, held)


def places(file: Path) -> Material:
    """Questions and answers about places; those of every tenth place are held back."""
    found: dict[bool, list[Pair]] = {True: [], False: []}
    for domain, named in json.loads(file.read_text("utf-8")).items():
        for place, about in named.items():
            is_held = hashlib.sha256(f"{domain}/{place}".encode()).digest()[0] % 10 == 0
            for number, document in about["docs"].items():
                name = f"{domain}/{place}/{number}"
                found[is_held].append(_pair(name, document["title"], document["body"]))
    held = curated(found[True])
    raw = _without_texts_of(found[False], held)
    return Material("questions about places", raw, curated(raw), held)


def curated(pairs: list[Pair]) -> list[Pair]:
    """What `smelt score` accepts and `smelt dedup` keeps."""
    lines = [orjson.dumps({"question": p.prompt[0]["content"], "answer": p.answer}) for p in pairs]
    accepted = [
        pair
        for pair, answer in zip(pairs, score_lines(lines, QualityConfig()), strict=True)
        if not answer.get("rejections") and "error" not in answer
    ]
    if not accepted:
        return []
    texts = pl.Series([f"{pair.prompt[0]['content']}\n{pair.answer}" for pair in accepted])
    rows = Rows(pl.Series([pair.example_id for pair in accepted]), texts)
    kept = set(duplicates_of(rows, DuplicatesConfig(), every_row=True)["kept_id"].to_list())
    return [pair for pair in accepted if pair.example_id in kept]


def _without_texts_of(pairs: list[Pair], held: Sequence[Pair]) -> list[Pair]:
    texts = {normal(f"{pair.prompt[0]['content']} {pair.answer}") for pair in held}
    return [pair for pair in pairs if normal(f"{pair.prompt[0]['content']} {pair.answer}") not in texts]


def _pair(name: str, question: str, answer: str) -> Pair:
    return Pair(name, [{"role": "user", "content": question}], answer)
