"""Evaluates a model against the base, the few-shot prompt and the previous adapter, on the same rows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smelt.pii.config import PiiConfig
from smelt.tuning.answers.few_shot import ExampleBank, FewShotAnswerer, example_of
from smelt.tuning.answers.generate import Answer, Answerer, Likelihood, ModelAnswerer, likelihoods
from smelt.tuning.answers.server import ServerAnswerer
from smelt.tuning.base.libraries import library
from smelt.tuning.base.load import load_base, load_trained
from smelt.tuning.checks import pairs_of
from smelt.tuning.encoding.dataset import TRAINED
from smelt.tuning.encoding.rows import Pair, encode_pairs
from smelt.tuning.errors import CheckpointMismatch, ReleaseUnusable
from smelt.tuning.evaluation import memorisation
from smelt.tuning.evaluation.intrinsic import COLUMNS, intrinsic
from smelt.tuning.evaluation.measure import (
    SystemResult,
    TestRow,
    category_labels,
    compared,
    judged,
    loss_compared,
    loss_report,
)
from smelt.tuning.prepare import Prepared
from smelt.tuning.training.record import RECORD, read_json, versions, write_json

EVALUATION = "evaluation.json"
MOST_TRAIN_ROWS = 100_000
"""Most train rows loaded, for the measures of the data set, few-shot examples and copied answers."""

CANDIDATE, BASE, FEW_SHOT, PREVIOUS = "candidate", "base", "few_shot", "previous"

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Rows:
    tests: list[TestRow]
    pairs: list[Pair]
    loss_pairs: list[Pair]
    loss_groups: list[str]
    train: list[dict[str, Any]]
    labels: frozenset[str]


def evaluate(
    ready: Prepared,
    weights: Path | None,
    pii: PiiConfig,
    *,
    previous: Path | None = None,
    out: Path | None = None,
    say: Say = lambda line: None,
) -> dict[str, Any]:
    """Evaluate the model in ``weights``, or the few-shot prompt if it is None; returns the report.

    ``previous``: weights of the previous adapter for comparison. ``out``: folder for evaluation.json. The rows are
    those of the test split with the lowest hashes, so that they are the same for every model.

    Raises:
        ReleaseUnusable: the release has no test rows.
        CheckpointMismatch: the weights were trained with another base or template.
    """
    config = ready.config
    for folder in (weights, previous):
        check_fits(folder, ready)
    rows = _rows(ready)
    say(f"{len(rows.tests):,} test rows are answered, the loss is over {len(rows.loss_pairs):,}")
    encoded = _encoded(ready, rows.loss_pairs)
    results: dict[str, SystemResult] = {}
    losses: dict[str, list[Likelihood]] = {}
    memory: dict[str, Any] = {}
    wanted = set(config.evaluation.compare)
    if BASE in wanted or FEW_SHOT in wanted or weights is None:
        model = None if config.prompt.server.url and weights is None else load_base(ready.base, config)
        plain = _answerer(ready, model)
        if BASE in wanted:
            results[BASE] = _answered(
                BASE, lambda: plain.answer([p.prompt for p in rows.pairs]), rows.tests, say
            )
            if model is not None:
                losses[BASE] = likelihoods(model, encoded)
        if FEW_SHOT in wanted or weights is None:
            name = CANDIDATE if weights is None else FEW_SHOT
            shots = few_shot_answerer(ready, plain)
            results[name] = _answered(name, lambda: _with_examples(shots, rows.tests), rows.tests, say)
        del model, plain
    for name, folder in ((PREVIOUS, previous if PREVIOUS in wanted else None), (CANDIDATE, weights)):
        if folder is None:
            continue
        trained = load_trained(ready.base, folder, config)
        answerer = ModelAnswerer(trained, ready.chat, config.generation)
        results[name] = _answered(name, _answering(answerer, rows.pairs), rows.tests, say)
        losses[name] = likelihoods(trained, encoded)
        if name == CANDIDATE:
            memory = _memorised(ready, trained, answerer)
        del trained, answerer
    report = _report(ready, rows, results, losses, memory, pii)
    if out is not None:
        write_report(out, report)
    return report


def write_report(out: Path, report: dict[str, Any]) -> None:
    """Write ``report`` to ``out``/evaluation.json, and its scores into the run's record if there is one."""
    if (out / RECORD).is_file():
        scores = {
            name: found["scores"] | ({"loss": found["loss"]} if "loss" in found else {})
            for name, found in report["systems"].items()
        }
        write_json(out / RECORD, read_json(out / RECORD) | {"scores": scores})
    write_json(out / EVALUATION, report)


def _report(
    ready: Prepared, rows: _Rows, results: dict[str, SystemResult], losses: dict[str, list[Likelihood]],
    memory: dict[str, Any], pii: PiiConfig,
) -> dict[str, Any]:  # fmt: skip
    resamples = ready.config.evaluation.resamples
    systems = {name: found.report(rows.tests, rows.labels, resamples) for name, found in results.items()}
    for name, found in losses.items():
        systems[name] |= loss_report(found, rows.loss_groups, resamples)
    candidate = results[CANDIDATE]
    against = {
        name: compared(candidate, found, rows.tests, resamples)
        for name, found in results.items()
        if name != CANDIDATE
    }
    for name, others in losses.items():
        if name != CANDIDATE and CANDIDATE in losses:
            against[name]["loss"] = loss_compared(losses[CANDIDATE], others, rows.loss_groups, resamples)
    return {
        "release": ready.release.about(),
        "base": {"name": ready.base.name, "digest": ready.base.digest},
        "template_hash": ready.chat.template_hash,
        "approach": ready.config.approach,
        "rows": len(rows.tests),
        "row_ids": [row.example_id for row in rows.tests],
        "task": "category" if rows.labels else "answer",
        "systems": systems,
        "candidate_against": against,
        "intrinsic": intrinsic(
            rows.train,
            ready.release.read("test", COLUMNS, at_most=MOST_TRAIN_ROWS),
            size=ready.release.manifest.counts["train"],
        ),
        "memorisation": memory
        | {"copied_share": memorisation.copied_share(candidate.answers, [r["output"] for r in rows.train])},
        "privacy": memorisation.residual_scan(candidate.answers, pii),
        "versions": versions(),
    }


def check_fits(folder: Path | None, ready: Prepared) -> None:
    """Raise CheckpointMismatch if the record next to the weights names another base or template."""
    if folder is None:
        return
    file = next((at / RECORD for at in (folder, folder.parent) if (at / RECORD).is_file()), None)
    if file is None:
        return
    said = read_json(file)["base"]
    problems = []
    if said["digest"] != ready.base.digest:
        problems.append(f"it was trained on another base ({said['name']})")
    if said["template_hash"] != ready.chat.template_hash:
        problems.append("it was trained with another chat template")
    if problems:
        raise CheckpointMismatch(f"the weights in {folder} cannot be used here", problems)


def few_shot_answerer(ready: Prepared, inner: Answerer) -> FewShotAnswerer:
    """An answerer with few-shot examples from the train split."""
    columns = ("example_id", "instruction", "output", "category")
    rows = ready.release.read("train", columns, at_most=MOST_TRAIN_ROWS)
    examples = [example_of(row) for row in rows]
    server = ready.config.prompt.server.url
    return FewShotAnswerer(
        inner, ExampleBank(examples, ready.config.prompt), ready.config.prompt, None if server else ready.chat
    )


def _answerer(ready: Prepared, model: Any) -> Answerer:
    config = ready.config
    if model is None:
        return ServerAnswerer(config.prompt.server, config.generation)
    return ModelAnswerer(model, ready.chat, config.generation)


def _answering(answerer: Answerer, pairs: Sequence[Pair]) -> Callable[[], list[Answer]]:
    return lambda: answerer.answer([pair.prompt for pair in pairs])


def _with_examples(answerer: FewShotAnswerer, tests: Sequence[TestRow]) -> list[Answer]:
    return answerer.answer_questions([row.question for row in tests], [row.category for row in tests])


def _answered(name: str, ask: Callable[[], list[Answer]], tests: Sequence[TestRow], say: Say) -> SystemResult:
    begun = time.monotonic()
    answers = ask()
    found = judged(name, answers, tests, time.monotonic() - begun)
    mean = sum(found.scores["token_f1"]) / len(tests)
    say(f"{name}: token F1 {mean:.4f} in {found.seconds:.1f} s")
    return found


def _rows(ready: Prepared) -> _Rows:
    release, config = ready.release, ready.config
    columns = [*COLUMNS, *(["group_id"] if "group_id" in release.rows.columns else [])]
    test = {row["example_id"]: row for row in release.read("test", columns)}
    if not test:
        raise ReleaseUnusable(f"release {release.name} has no test rows", ["there is nothing to evaluate on"])
    chosen = sorted(test, key=lambda name: hashlib.sha256(name.encode()).digest())
    pairs = {pair.example_id: pair for pair in pairs_of(release, "test", config)}
    usable = [
        found.example_id
        for found in encode_pairs(
            [pairs[name] for name in chosen[: config.evaluation.loss_rows]], ready.chat, config.data
        )
        if not found.faults
    ]
    if not usable:
        raise ReleaseUnusable(
            f"release {release.name} has no usable test rows", ["all of them fail smelt train --check"]
        )
    answered = usable[: config.evaluation.rows]
    train = release.read("train", COLUMNS, at_most=MOST_TRAIN_ROWS)
    labels = category_labels(
        [row["output"] for row in train],
        [row["output"] for row in test.values()],
        config.evaluation.category_answers,
    )
    return _Rows(
        [
            TestRow(
                name, test[name]["instruction"], test[name]["output"], str(test[name]["category"]),
                str(test[name].get("group_id") or name),
            )
            for name in answered
        ],
        [pairs[name] for name in answered],
        [pairs[name] for name in usable],
        [str(test[name].get("group_id") or name) for name in usable],
        train,
        labels,
    )  # fmt: skip


def _encoded(ready: Prepared, pairs: Sequence[Pair]) -> Any:
    rows = encode_pairs(pairs, ready.chat, ready.config.data)
    columns = {TRAINED[0]: [row.ids for row in rows], TRAINED[1]: [row.labels for row in rows]}
    return library("datasets").Dataset.from_dict(columns)


def _memorised(ready: Prepared, model: Any, answerer: Answerer) -> dict[str, Any]:
    found = memorisation.canaries(ready.release.fingerprint, ready.config.evaluation)
    if not found:
        return {"canaries": 0}
    exposures = []
    for number, canary in enumerate(found):
        pairs = [canary.pair(number, 0, secret) for secret in memorisation.candidates(canary)]
        lost = [each.lost for each in likelihoods(model, _encoded(ready, pairs), batch_size=16)]
        exposures.append(memorisation.exposure(lost))
    return {
        "canaries": len(found),
        "said": memorisation.said_secrets(found, answerer),
        "exposure_mean": sum(exposures) / len(exposures),
        "exposure_most": max(exposures),
        "exposure_limit": 6.0,
    }
