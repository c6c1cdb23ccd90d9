"""Cross-validation of a release: k runs, each evaluated on its held-out rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from smelt.releases.fingerprint import digest_of_row, together
from smelt.tuning.answers.generate import ModelAnswerer
from smelt.tuning.base.load import load_trained
from smelt.tuning.base.model_folder import open_base
from smelt.tuning.base.tiny import make_tiny_model
from smelt.tuning.checks import chat_of, pairs_of
from smelt.tuning.crossvalidation.classifier import classify, judge
from smelt.tuning.crossvalidation.folds import Folds, make_folds
from smelt.tuning.errors import ReleaseUnusable
from smelt.tuning.evaluation.scores import SCORES, scores_of
from smelt.tuning.prepare import Prepared
from smelt.tuning.source.release import Release
from smelt.tuning.training.record import versions, write_json
from smelt.tuning.training.run import train

Say = Callable[[str], None]

COLUMNS = (
    *(
        "example_id",
        "split",
        "messages",
        "prompt",
        "completion",
        "instruction",
        "input",
        "output",
        "group_id",
    ),
    *("category", "composite", "source"),
)


@dataclass(frozen=True)
class _FoldRows:
    """The rows of one fold with the interface of a release's rows: ``train``, and the held-out rows as validation."""

    by_split: dict[str, list[dict[str, Any]]]
    place: str
    version: int | None
    columns: frozenset[str] = frozenset(COLUMNS)

    def batches(
        self, split: str | None, columns: Sequence[str], batch_rows: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Rows in batches, as :class:`smelt.tuning.source.release.Rows` defines."""
        for name, rows in self.by_split.items():
            if split in (None, name):
                for at in range(0, len(rows), batch_rows):
                    yield [{column: row[column] for column in columns} for row in rows[at : at + batch_rows]]


def crossvalidate(ready: Prepared, out: Path, *, say: Say = lambda line: None) -> dict[str, Any]:
    """Cross-validate: model scores and data quality of every fold with mean, deviation and interval, written to
    ``out``.

    The rows of all splits are divided again by the release's groups. ``tuning.crossvalidation.proxy``: ``none`` trains
    the base itself, ``tiny`` a small random model, ``classifier`` a classifier of categories.

    Raises ReleaseUnusable for fewer groups than folds, for a single category with the proxy ``classifier``, and for
    exported files, which have no groups.
    """
    chosen = ready.config.crossvalidation
    rows = ready.release.read(None, COLUMNS)
    folds = make_folds(
        [row["group_id"] for row in rows], [str(row["category"]) for row in rows], chosen.folds
    )
    categories = {str(row["category"]) for row in rows}
    if len(categories) < 2 and chosen.proxy == "classifier":
        raise ReleaseUnusable(
            f"release {ready.release.name} has one category",
            ["there is nothing to classify: use another proxy"],
        )
    say(f"{len(rows):,} rows in {chosen.folds} folds of {min(folds.sizes):,} to {max(folds.sizes):,}")
    results: list[dict[str, Any]] = []
    for number in range(chosen.folds):
        train_at, held_at = folds.rows(number)
        seen, held = [rows[at] for at in train_at], [rows[at] for at in held_at]
        performance = (
            _classified(seen, held)
            if chosen.proxy == "classifier"
            else _trained(ready, number, seen, held, out, say)
        )
        results.append(
            {
                "fold": number,
                "train_size": len(seen),
                "val_size": len(held),
                "performance": performance,
                "data_quality": _quality(seen, held),
            }
        )
        shown = ", ".join(f"{name} {value:.4f}" for name, value in performance.items())
        say(f"fold {number + 1}/{chosen.folds}: {shown}")
    report = {
        "release": ready.release.about(),
        "proxy": chosen.proxy,
        "folds": results,
        "aggregate": {
            part: {
                name: aggregate([each[part][name] for each in results])
                for name in results[0][part]
            }
            for part in ("performance", "data_quality")
        },
        "imbalance": folds.imbalance,
        "largest_group": folds.largest_group,
        "warnings": [
            *_warnings(folds, chosen.folds),
            *(["all rows are of one category: nothing is stratified"] if len(categories) < 2 else []),
        ],
        "versions": versions(),
    }  # fmt: skip
    write_json(out / "crossvalidation.json", report)
    return report


def aggregate(values: Sequence[float]) -> dict[str, float]:
    """Mean, standard deviation and Student's 95 % interval over folds.

    Folds share train rows, so that the interval is too narrow (Bengio and Grandvalet 2004: there is no unbiased
    estimate of the variance); it describes the spread and is not a test.
    """
    held = np.asarray([value for value in values if math.isfinite(value)], np.float64)
    if not len(held):
        return {"mean": math.nan, "deviation": math.nan, "low": math.nan, "high": math.nan}
    mean = float(held.mean())
    if len(held) < 2:
        return {"mean": mean, "deviation": math.nan, "low": -math.inf, "high": math.inf}
    deviation = float(held.std(ddof=1))
    half = float(stats.t.ppf(0.975, len(held) - 1)) * deviation / math.sqrt(len(held))
    return {"mean": mean, "deviation": deviation, "low": mean - half, "high": mean + half}


def _classified(seen: list[dict[str, Any]], held: list[dict[str, Any]]) -> dict[str, float]:
    truth = [str(row["category"]) for row in held]
    said = classify(
        [row["instruction"] for row in seen],
        [str(row["category"]) for row in seen],
        [row["instruction"] for row in held],
    )
    return judge(truth, said)


def _trained(
    ready: Prepared, number: int, seen: list[dict[str, Any]], held: list[dict[str, Any]], out: Path, say: Say
) -> dict[str, float]:
    release = _fold_release(ready.release, number, seen, held)
    folder = out / f"fold-{number}"
    config = ready.config
    steps = config.crossvalidation.max_steps
    changes: dict[str, Any] = {"out": str(folder)}
    if steps:
        changes["train"] = config.train.model_copy(update={"max_steps": steps})
    base, chat = ready.base, ready.chat
    if config.crossvalidation.proxy == "tiny":
        texts = [turn["content"] for row in seen for turn in row["messages"]]
        place = folder / "base"
        if not (place / "config.json").is_file():
            make_tiny_model(place, texts)
        changes |= {"base": str(place), "chat_template": None}
    config = config.model_copy(update=changes)
    if config.crossvalidation.proxy == "tiny":
        base = open_base(config)
        chat = chat_of(base, release, config)
    run = train(release, base, chat, config, say=lambda line: None)
    after = run.record["validation"]["after"]
    found = {"loss": after["eval_loss"], "perplexity": after["eval_perplexity"]}
    asked = list(islice(pairs_of(release, "validation", config), config.crossvalidation.generate_rows))
    if asked:
        answerer = ModelAnswerer(load_trained(base, run.weights, config), chat, config.generation)
        answers = answerer.answer([pair.prompt for pair in asked])
        each = [scores_of(one.text, pair.answer) for one, pair in zip(answers, asked, strict=True)]
        found |= {name: sum(one[name] for one in each) / len(each) for name in SCORES}
    return found


def _fold_release(
    release: Release, number: int, seen: list[dict[str, Any]], held: list[dict[str, Any]]
) -> Release:
    """The fold as a release with its own fingerprint, so that its checkpoints are not used for anything else."""
    by_split = {
        split: [row | {"split": split} for row in rows]
        for split, rows in (("train", seen), ("validation", held))
    }
    digests = {
        split: together(digest_of_row(split, row["example_id"], row["messages"]) for row in rows)
        for split, rows in by_split.items()
    }
    manifest = replace(
        release.manifest,
        release=f"{release.name}-fold-{number}",
        counts={split: len(rows) for split, rows in by_split.items()},
        rows=len(seen) + len(held),
        fingerprint=together(digests.values()).hex(),
        split_fingerprints={split: digest.hex() for split, digest in digests.items()},
    )
    return Release(manifest, _FoldRows(by_split, release.rows.place, release.rows.version), release.sources)


def _quality(seen: list[dict[str, Any]], held: list[dict[str, Any]]) -> dict[str, float]:
    """Mean composite of train and held-out rows, and the share of held-out rows whose category is in train."""
    known = {row["category"] for row in seen}
    scores = [row["composite"] for row in seen if row["composite"] is not None]
    others = [row["composite"] for row in held if row["composite"] is not None]
    return {
        "composite": sum(scores) / len(scores) if scores else math.nan,
        "composite_held": sum(others) / len(others) if others else math.nan,
        "held_of_known_category": sum(row["category"] in known for row in held) / len(held),
    }


def _warnings(folds: Folds, count: int) -> list[str]:
    found = []
    if max(folds.sizes) > 1.5 * min(folds.sizes):
        found.append(
            f"folds have {min(folds.sizes):,} to {max(folds.sizes):,} rows;"
            f" the largest group has {folds.largest_group:,}"
        )
    if folds.imbalance > 0.5 / count:
        found.append(f"a category's share in a fold is {folds.imbalance:.2f} off: it has too few groups")
    return found
