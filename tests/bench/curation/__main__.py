"""What curation is worth: raw, random, longest and released pairs, trained alike, judged on clean held-out pairs.

``python -m tests.bench.curation --conf demo/smelt.yaml`` after ``make demo``: generated tickets, chats and calls with
known mess; with ``--faq`` real questions and answers about places. A
tiny random model is trained for the same number of steps on each set, with several seeds:

- raw: every pair of silver.examples, accepted or not, as often as it came;
- random: as many of them as the release's set has; longest: those with the longest answers;
- release: as many of the release's train rows.

Nothing that shares a record or a text with them is trained on. The held-out rows are the release's test split
(of the real set, what is curated of places that are held back).
Four invented secrets are planted: in the raw sets as often as a pair that came again and again (eight times in every
500 rows), in the release once each, which is what exact deduplication leaves of them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import polars as pl

from smelt.config import load_config
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.files import Rows, duplicates_of
from smelt.quality.config import QualityConfig
from smelt.quality.files import score_lines
from smelt.releases.manifest import Manifest
from smelt.tuning.answers.generate import ModelAnswerer, likelihoods
from smelt.tuning.base.libraries import library, quiet
from smelt.tuning.base.load import load_trained
from smelt.tuning.base.model_folder import open_base
from smelt.tuning.base.tiny import make_tiny_model
from smelt.tuning.checks import chat_of
from smelt.tuning.config import TuningConfig
from smelt.tuning.crossvalidation.run import aggregate
from smelt.tuning.encoding.dataset import TRAINED
from smelt.tuning.encoding.rows import Pair, encode_pairs
from smelt.tuning.evaluation.memorisation import Canary, answer_of, candidates, exposure, said_secrets
from smelt.tuning.evaluation.scores import normal, token_f1
from smelt.tuning.prepare import places_of
from smelt.tuning.source.delta import open_table
from smelt.tuning.source.release import Release, open_release
from smelt.tuning.training.run import train

CANARIES = 4
REPEATS_IN_500 = 8


class Material(NamedTuple):
    """Pairs of one origin: as they came, as they are released, and clean ones that nothing is trained on."""

    raw: list[Pair]
    released: list[Pair]
    held: list[Pair]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conf", default="demo/smelt.yaml")
    parser.add_argument("--faq", type=Path, help="knowledge.json of DSTC10 track 2, for a real set instead")
    parser.add_argument("--rows", type=int, default=1_000, help="of the sets of equal size")
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--held", type=int, default=150, help="held-out rows for the loss; a fifth is answered"
    )
    given = parser.parse_args()
    library("trl")
    quiet()
    found = faq(given.faq) if given.faq else generated(given.conf)
    held = sorted(found.held, key=lambda pair: hashlib.sha256(pair.example_id.encode()).digest())[
        : given.held
    ]
    size = min(given.rows, len(found.released))
    draw = np.random.default_rng(11)
    longest = sorted(found.raw, key=lambda pair: (-len(pair.answer), pair.example_id))
    sets = {
        "raw": found.raw,
        "random": [found.raw[at] for at in sorted(draw.choice(len(found.raw), size, replace=False))],
        "longest": longest[:size],
        "release": [
            found.released[at] for at in sorted(draw.choice(len(found.released), size, replace=False))
        ],
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        texts = [text for pair in found.raw for text in (pair.prompt[0]["content"], pair.answer)]
        base = make_tiny_model(folder / "base", texts, vocabulary=4_000, hidden=96)
        for name, pairs in sets.items():
            runs = [
                _measured(folder, base, name, pairs, held, given.steps, seed) for seed in range(given.seeds)
            ]
            whole = {key: aggregate([one[key] for one in runs]) for key in runs[0]}
            print(json.dumps({"set": name, "rows": len(pairs), **whole}), flush=True)


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
    return Material(_without_texts_of(raw, held), released, held)


def faq(file: Path) -> Material:
    """Questions and answers about places; those of every tenth place are held back."""
    found: dict[bool, list[Pair]] = {True: [], False: []}
    for domain, places in json.loads(file.read_text("utf-8")).items():
        for place, about in places.items():
            is_held = hashlib.sha256(f"{domain}/{place}".encode()).digest()[0] % 10 == 0
            for number, document in about["docs"].items():
                name = f"{domain}/{place}/{number}"
                found[is_held].append(_pair(name, document["title"], document["body"]))
    held = _curated(found[True])
    return Material(
        _without_texts_of(found[False], held), _curated(_without_texts_of(found[False], held)), held
    )


def _curated(pairs: list[Pair]) -> list[Pair]:
    """What `smelt score` accepts and `smelt dedup` keeps."""
    lines = [orjson.dumps({"question": p.prompt[0]["content"], "answer": p.answer}) for p in pairs]
    accepted = [
        pair
        for pair, answer in zip(pairs, score_lines(lines, QualityConfig()), strict=True)
        if not answer.get("rejections") and "error" not in answer
    ]
    texts = pl.Series([f"{pair.prompt[0]['content']}\n{pair.answer}" for pair in accepted])
    rows = Rows(pl.Series([pair.example_id for pair in accepted]), texts)
    kept = set(duplicates_of(rows, DuplicatesConfig(), every_row=True)["kept_id"].to_list())
    return [pair for pair in accepted if pair.example_id in kept]


def _without_texts_of(pairs: list[Pair], held: Sequence[Pair]) -> list[Pair]:
    texts = {normal(f"{pair.prompt[0]['content']} {pair.answer}") for pair in held}
    return [pair for pair in pairs if normal(f"{pair.prompt[0]['content']} {pair.answer}") not in texts]


def _pair(name: str, question: str, answer: str) -> Pair:
    return Pair(name, [{"role": "user", "content": question}], answer)


def _measured(
    folder: Path,
    base: Path,
    name: str,
    pairs: Sequence[Pair],
    held: Sequence[Pair],
    steps: int,
    seed: int,
) -> dict[str, float]:
    copies = 1 if name == "release" else max(1, round(REPEATS_IN_500 * len(pairs) / 500))
    found = [
        Canary(f"What is the release code of shelf {n + 1}?", f"{311 + 97 * n}-{853 - 89 * n}")
        for n in range(CANARIES)
    ]
    planted = [canary.pair(n, copy) for n, canary in enumerate(found) for copy in range(copies)]
    config = TuningConfig.model_validate(
        {
            "base": str(base), "approach": "full", "out": str(folder / f"{name}-{seed}"),
            "data": {"max_length": 512, "max_left_out": 0.5},
            "train": {"max_steps": steps, "batch_size": 8, "learning_rate": 3e-3, "seed": seed, "save_every": 10**6,
                      "evaluate_every": 10**6},
            "generation": {"max_new_tokens": 64, "batch_size": 16},
        }
    )  # fmt: skip
    opened = open_base(config)
    own = _release_of([*pairs, *planted], held[:8])
    chat = chat_of(opened, own, config)
    run = train(own, opened, chat, config)
    model = load_trained(opened, run.weights, config)
    lost = likelihoods(model, _encoded(held, chat, config), batch_size=16)
    answerer = ModelAnswerer(model, chat, config.generation)
    asked = held[: max(10, len(held) // 5)]
    answers = answerer.answer([pair.prompt for pair in asked])
    exposures = []
    for number, canary in enumerate(found):
        rows = [replace(canary.pair(number, 0), answer=answer_of(secret)) for secret in candidates(canary)]
        ranks = [one.lost for one in likelihoods(model, _encoded(rows, chat, config), batch_size=32)]
        exposures.append(exposure(ranks))
    return {
        "loss": sum(one.lost for one in lost) / sum(one.tokens for one in lost),
        "token_f1": sum(token_f1(a.text, p.answer) for a, p in zip(answers, asked, strict=True)) / len(asked),
        "canaries_said": float(said_secrets(found, answerer)),
        "exposure": sum(exposures) / len(exposures),
    }


def _code(number: int) -> str:
    return f"{311 + 97 * number}-{853 - 89 * number}"


class _Given:
    """Pairs in the place of a release's rows."""

    place, version = "bench", None
    columns = frozenset({"example_id", "prompt", "completion"})

    def __init__(self, splits: dict[str, list[Pair]]) -> None:
        self.splits = splits

    def batches(self, split: str | None, columns: Sequence[str], batch_rows: int) -> Any:
        for name, pairs in self.splits.items():
            if split in (None, name):
                yield [
                    {
                        "example_id": pair.example_id,
                        "prompt": list(pair.prompt),
                        "completion": [{"role": "assistant", "content": pair.answer}],
                    }
                    for pair in pairs
                ]


def _release_of(pairs: list[Pair], held: Sequence[Pair]) -> Release:
    counts = {"train": len(pairs), "validation": len(held)}
    made = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
    manifest = Manifest("bench", made, {}, "", "", counts, sum(counts.values()), 0, "", {}, "")
    return Release(manifest, _Given({"train": pairs, "validation": list(held)}), {})


def _encoded(pairs: Sequence[Pair], chat: Any, config: TuningConfig) -> Any:
    rows = [row for row in encode_pairs(pairs, chat, config.data) if not row.faults]
    return library("datasets").Dataset.from_dict(
        {TRAINED[0]: [row.ids for row in rows], TRAINED[1]: [row.labels for row in rows]}
    )


if __name__ == "__main__":
    main()
