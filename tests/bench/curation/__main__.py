"""What curation is worth: raw, random, longest and released pairs, trained alike, judged on clean held-out pairs.

``python -m tests.bench.curation`` after ``make demo``: generated tickets, chats and calls with known mess, and real
questions and answers about places (DSTC10 track 2, below SMELT_DATA). A tiny random model is trained for the same
number of steps on each set, with several seeds; a seed decides on the model's weights, on what is drawn and on the
order:

- raw: pairs of silver.examples as they came, accepted or not; as many different ones as the steps have room for;
- random: as many of them as the release's set has; longest: those with the longest answers;
- release: as many of the release's train rows.

Nothing that shares a record or a text with the held-out rows is trained on. Those are the release's test split; of the
real set, what is curated of every tenth place. Being curated themselves they are more like the release than like the
rest. Steps are equal, tokens are not: the longest pairs give a step more to learn from (``learnt_tokens``).

Four invented secrets are planted before anything is chosen, each in 8 of 500 pairs, as a mail that came again and
again. What scoring and deduplication leave of them stands in the release's set, whole, whatever its share.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from smelt.releases.manifest import Manifest
from smelt.tuning.answers.generate import Likelihood, ModelAnswerer, likelihoods
from smelt.tuning.base.libraries import library, quiet
from smelt.tuning.base.load import load_trained
from smelt.tuning.base.model_folder import Base, open_base
from smelt.tuning.base.tiny import make_tiny_model
from smelt.tuning.checks import chat_of
from smelt.tuning.config import TuningConfig
from smelt.tuning.crossvalidation.run import aggregate
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.encoding.dataset import TRAINED
from smelt.tuning.encoding.rows import Pair, encode_pairs
from smelt.tuning.evaluation.intervals import difference
from smelt.tuning.evaluation.memorisation import Canary, answer_of, candidates, exposure, said_secrets
from smelt.tuning.evaluation.scores import token_f1
from smelt.tuning.source.release import Release
from smelt.tuning.training.run import train
from tests.bench.curation.material import FAQ, Material, curated, generated, places

BATCH = 8
REPEATS_IN_500 = 8
CANARIES = tuple(
    Canary(f"What is the release code of shelf {n + 1}?", f"{311 + 97 * n}-{853 - 89 * n}") for n in range(4)
)
SETS = ("raw", "random", "longest", "release")


class Measured(NamedTuple):
    """One trained model: by held-out row how likely its answer is, by answered row the token F1, and the secrets."""

    losses: list[Likelihood]
    f1: list[float]
    said: float
    exposure: float
    learnt_tokens: float

    @property
    def loss(self) -> float:
        """A token, over all tokens."""
        return sum(one.lost for one in self.losses) / sum(one.tokens for one in self.losses)

    def figures(self) -> dict[str, float]:
        """What intervals over seeds are given for."""
        return {
            "loss": self.loss,
            "token_f1": statistics.mean(self.f1),
            "canaries_said": self.said,
            "exposure": self.exposure,
            "learnt_tokens": self.learnt_tokens,
        }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conf", default="demo/smelt.yaml")
    parser.add_argument("--faq", type=Path, default=FAQ, help="knowledge.json of DSTC10 track 2")
    parser.add_argument("--rows", type=int, default=400, help="of the sets of equal size")
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--max-length", type=int, default=192, help="tokens; longer pairs are in no set")
    parser.add_argument("--held", type=int, default=150, help="held-out rows for the loss")
    parser.add_argument("--answered", type=int, default=40, help="of them, for token F1")
    given = parser.parse_args()
    library("trl")
    quiet()
    begun = time.monotonic()
    for found in _materials(given.conf, given.faq):
        for line in compared(found, given):
            print(json.dumps(line), flush=True)
    print(json.dumps({"seconds": round(time.monotonic() - begun)}), flush=True)


def _materials(conf: str, faq: Path) -> Iterator[Material]:
    yield generated(conf)
    if faq.is_file():
        yield places(faq)
    else:
        print(f"there is no {faq}: the real set is left out", flush=True)


def compared(found: Material, given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A line a set with means and Student's 95 % interval over seeds, then what the release is above each other set.

    Differences are paired by held-out row, means over seeds, with a bootstrap interval over those rows.
    """
    runs: dict[str, list[Measured]] = {name: [] for name in SETS}
    sizes: dict[str, tuple[int, int]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(given.seeds):
            folder = Path(temporary) / str(seed)
            texts = [text for pair in found.raw for text in (pair.prompt[0]["content"], pair.answer)]
            base = make_tiny_model(folder / "base", texts, vocabulary=4_000, hidden=96, seed=seed)
            config = _config(base, given.max_length, given.steps, seed)
            opened = open_base(config)
            chat = chat_of(opened, _release_of([], []), config)
            fitting = Material(found.name, *(_fitting(pairs, chat, config) for pairs in found[1:]))
            held = sorted(fitting.held, key=lambda pair: hashlib.sha256(pair.example_id.encode()).digest())
            held = held[: given.held]
            for name, pairs in _sets(fitting, given.rows, given.steps, seed).items():
                own = config.model_copy(update={"out": str(folder / name)})
                runs[name].append(_measured(own, opened, chat, pairs, held, given.answered))
                sizes[name] = (len(pairs), sum(pair.example_id.startswith("canary-") for pair in pairs))
    for name in SETS:
        figures = [one.figures() for one in runs[name]]
        whole = {key: _rounded(aggregate([one[key] for one in figures])) for key in figures[0]}
        rows, planted = sizes[name]
        yield {"data": found.name, "set": name, "rows": rows, "of_them_canaries": planted, **whole}
    for name in SETS[:-1]:
        yield {"data": found.name, "release_less": name, **_differences(runs["release"], runs[name])}


def _differences(one: list[Measured], two: list[Measured]) -> dict[str, Any]:
    tokens = [row.tokens for row in one[0].losses]
    losses = [_by_row([[r.lost / r.tokens for r in each.losses] for each in runs]) for runs in (one, two)]
    f1 = [_by_row([each.f1 for each in runs]) for runs in (one, two)]
    return {
        "loss": _rounded(difference(*losses, weights=tokens).as_dict()),
        "token_f1": _rounded(difference(*f1).as_dict()),
    }


def _by_row(values: list[list[float]]) -> list[float]:
    return np.asarray(values).mean(axis=0).tolist()  # type: ignore[no-any-return]


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) for key, value in values.items()}


def _sets(found: Material, size: int, steps: int, seed: int) -> dict[str, list[Pair]]:
    draw = np.random.default_rng(11 + seed)
    copies = max(1, round(REPEATS_IN_500 * len(found.raw) / 500))
    planted = [canary.pair(n, copy) for n, canary in enumerate(CANARIES) for copy in range(copies)]
    raw = [*found.raw, *planted]
    kept = curated(planted)
    size = min(size, len(found.released) + len(kept))
    longest = sorted(raw, key=lambda pair: (-len(pair.answer), pair.example_id))

    def some(pairs: Sequence[Pair], count: int) -> list[Pair]:
        return [pairs[at] for at in draw.choice(len(pairs), min(count, len(pairs)), replace=False)]

    return {
        "raw": some(raw, steps * BATCH),
        "random": some(raw, size),
        "longest": longest[:size],
        "release": [*some(found.released, size - len(kept)), *kept],
    }


def _fitting(pairs: Sequence[Pair], chat: Chat, config: TuningConfig) -> list[Pair]:
    found: list[Pair] = []
    for at in range(0, len(pairs), 1_000):
        some = pairs[at : at + 1_000]
        found += [
            p for p, row in zip(some, encode_pairs(some, chat, config.data), strict=True) if not row.faults
        ]
    return found


def _config(base: Path, max_length: int, steps: int, seed: int) -> TuningConfig:
    return TuningConfig.model_validate(
        {
            "base": str(base), "approach": "full", "data": {"max_length": max_length},
            "train": {"max_steps": steps, "batch_size": BATCH, "learning_rate": 3e-3, "seed": seed, "save_every": 10**6,
                      "evaluate_every": 10**6},
            "generation": {"max_new_tokens": 64, "batch_size": 20},
        }
    )  # fmt: skip


def _measured(
    config: TuningConfig, base: Base, chat: Chat, pairs: list[Pair], held: Sequence[Pair], answered: int
) -> Measured:
    run = train(_release_of(pairs, held[:8]), base, chat, config)
    model = load_trained(base, run.weights, config)
    answerer = ModelAnswerer(model, chat, config.generation)
    asked = held[:answered]
    answers = answerer.answer([pair.prompt for pair in asked])
    exposures = []
    for number, canary in enumerate(CANARIES):
        rows = [replace(canary.pair(number, 0), answer=answer_of(secret)) for secret in candidates(canary)]
        ranks = [one.lost for one in likelihoods(model, _encoded(rows, chat, config), batch_size=32)]
        exposures.append(exposure(ranks))
    return Measured(
        likelihoods(model, _encoded(held, chat, config), batch_size=16),
        [token_f1(one.text, pair.answer) for one, pair in zip(answers, asked, strict=True)],
        float(said_secrets(CANARIES, answerer)),
        statistics.mean(exposures),
        run.record["checks"]["splits"]["train"]["trained_tokens"] * run.record["epochs"],
    )


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
    made = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    manifest = Manifest("bench", made, {}, "", "", counts, sum(counts.values()), 0, "", {}, "")
    return Release(manifest, _Given({"train": pairs, "validation": list(held)}), {})


def _encoded(pairs: Sequence[Pair], chat: Chat, config: TuningConfig) -> Any:
    rows = [row for row in encode_pairs(pairs, chat, config.data) if not row.faults]
    return library("datasets").Dataset.from_dict(
        {TRAINED[0]: [row.ids for row in rows], TRAINED[1]: [row.labels for row in rows]}
    )


if __name__ == "__main__":
    main()
