"""Decides on retraining: because quality fell, or because drift is large and there are enough new examples.

A plan has the reasons, the data, the cost and the expected gain. It is written and stored and, if configured, carried
out: each step is a command of smelt, and the promotion rules apply as for any other training.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.dataset as ds

from smelt.costs.config import CostsConfig
from smelt.costs.facts import CHARACTERS_A_TOKEN
from smelt.costs.whole_run import whole_run
from smelt.identity import stable_id
from smelt.monitor.config import MonitorConfig, RetrainConfig
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables

TABLE = "gold.retraining_plans"
DRIFT = ("input", "label", "output")


class Situation(NamedTuple):
    """The facts for a decision."""

    model_version: str
    window_start: dt.datetime
    figures: Sequence[Mapping[str, Any]]
    """Rows of gold.monitoring of the version's newest complete window."""
    new_examples: int
    corrected: int
    since_last_plan: int | None
    """Windows since the last plan for this version, None if there was none."""


class Decision(NamedTuple):
    """Reasons for retraining (empty: none needed), and reasons against it."""

    because: list[str]
    against: list[str]
    expected_gain: float | None

    @property
    def is_asked_for(self) -> bool:
        """Whether to write a plan."""
        return bool(self.because) and not self.against


def decide(now: Situation, config: RetrainConfig) -> Decision:
    """The decision for one version. Pure."""
    whole = {(row["family"], row["measure"]): row for row in now.figures if row["dimension"] == "all"}
    because: list[str] = []
    against: list[str] = []
    gain = None
    accuracy = whole.get(("quality", "accuracy"))
    if accuracy is not None and accuracy["status"] == "moved":
        lost = accuracy["reference"] - accuracy["value"]
        certain = accuracy["reference"] - accuracy["high"]  # lower bound of the loss
        if lost > 0 and certain >= config.min_loss:
            gain = lost
            because.append(
                f"accuracy {accuracy['value']:.1%}, was {accuracy['reference']:.1%}, {certain:.1%} lost at the least"
            )
    concept = whole.get(("concept", "accuracy_within_categories"))
    if because and concept is not None and concept["status"] == "moved":
        because.append(f"inside the same categories {concept['effect']:+.1%}: what is right has changed")
    far = [
        row
        for row in whole.values()
        if row["family"] in DRIFT and row["status"] == "moved" and abs(row["effect"] or 0) >= config.min_drift
    ]
    if far and now.new_examples >= config.min_examples:
        because += [
            f"{row['measure'].replace('_', ' ')} moved by {abs(row['effect']):.2f} ({row['method']})"
            for row in far
        ]
        because.append(f"{now.new_examples:,} new accepted examples to learn from")
    elif far and not because:
        against.append(
            f"drift alone, and {now.new_examples:,} new examples where {config.min_examples:,} are needed"
        )
    if because and now.since_last_plan is not None and now.since_last_plan <= config.cool_down_windows:
        against.append(f"the last plan is {now.since_last_plan} windows old")
    return Decision(because, against, gain)


def plan(
    tables: PlainTables, config: MonitorConfig, costs: CostsConfig, *, run_id: str, now: dt.datetime
) -> dict[str, Any] | None:
    """Decide for the version with the newest complete window, and write and return the plan, or None."""
    tables.create(TABLE)
    situation = _situation(tables)
    if situation is None:
        return None
    decision = decide(situation, config.retrain)
    if not decision.is_asked_for:
        return None
    release = (
        config.models[situation.model_version].release if situation.model_version in config.models else None
    )
    usd = _cost(tables, config, costs, situation)
    found: dict[str, Any] = {
        "plan_id": stable_id("plan", situation.model_version, situation.window_start.isoformat()),
        "model_version": situation.model_version,
        "release": release,
        "window": situation.window_start.isoformat(),
        "because": decision.because,
        "new_examples": situation.new_examples,
        "corrected": situation.corrected,
        "cost_usd": usd,
        "expected_gain": decision.expected_gain,
        "steps": list(config.retrain.steps),
    }
    file = (
        Path(config.retrain.out)
        / f"{situation.window_start:%Y-%m-%d}-version-{_safe(situation.model_version)}.json"
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    found["file"] = str(file)
    _keep(tables, found, "planned", run_id, now)
    return found


TRAINING = ("train", "evaluate", "crossvalidate", "finetune", "register", "promote")
"""Commands that need the extra ``train``."""

REFUSED = 10
"""Exit code of ``smelt promote`` if a rule refuses: the plan was carried out, the old version stays."""


class Outcome(NamedTuple):
    """Result of a plan: the step that failed (None: none), and whether the new version was promoted."""

    failed: str | None
    is_promoted: bool


def carry_out(
    tables: PlainTables,
    config: RetrainConfig,
    found: Mapping[str, Any],
    options: Sequence[str],
    *,
    run_id: str,
    now: dt.datetime,
) -> Outcome:
    """Run the steps of a plan in order, until one fails.

    ``options`` (--conf and the like) are passed to each. The caller must not hold the warehouse's lease. A promotion
    that a rule refuses is not a failure.
    """
    _keep(tables, found, "started", run_id, now)
    is_promoted = False
    for step in map(str, found["steps"]):
        words = step.split()
        is_training = config.train_with is not None and words[0] in TRAINING
        python = config.train_with if is_training else sys.executable
        code = subprocess.run([str(python), "-m", "smelt.cli.app", *words, *options], check=False).returncode
        if code == REFUSED and words[0] == "promote":
            continue
        if code:
            _keep(tables, {**found, "failed_at": step}, "failed", run_id, now)
            return Outcome(step, False)
        is_promoted |= words[0] == "promote"
    _keep(tables, {**found, "is_promoted": is_promoted}, "done", run_id, now)
    return Outcome(None, is_promoted)


def _situation(tables: PlainTables) -> Situation | None:
    rows = tables.read("gold.monitoring").to_pylist()
    complete = [row for row in rows if row["family"] not in ("volume",) and row["p_value"] is not None]
    if not complete:
        return None
    newest = max(complete, key=lambda row: (row["window_start"], row["model_version"]))
    version, start = newest["model_version"], newest["window_start"]
    starts = sorted({row["window_start"] for row in rows if row["model_version"] == version})
    plans = [
        row
        for row in tables.read(TABLE, ["model_version", "plan"]).to_pylist()
        if row["model_version"] == version
    ]
    last = max((json.loads(row["plan"])["window"] for row in plans), default=None)
    since = None if last is None else sum(moment.isoformat() > last for moment in starts)
    release = newest["release"]
    return Situation(
        version,
        start,
        [row for row in rows if row["model_version"] == version and row["window_start"] == start],
        len(_new_examples(tables, release)),
        corrected(tables),
        since,
    )


def _new_examples(tables: PlainTables, release: str | None) -> set[str]:
    """example_id of accepted examples that are not in the release; all if the release is not known."""
    accepted = set(tables.read("gold.curated_examples", ["example_id"])["example_id"].to_pylist())
    if release is None:
        return accepted
    held = tables.read("gold.training_splits", ["example_id"], ds.field("release") == release)
    return accepted - set(held["example_id"].to_pylist())


def corrected(tables: PlainTables) -> int:
    """Number of answers whose edit by users counts as wrong and that nobody has reviewed yet.

    Answers without a logged question are left out, because they cannot be reviewed.
    """
    where = (ds.field("kind") == "edited") & ~ds.field("is_right") & ds.field("text").is_valid()
    said = set(tables.read("silver.feedback", ["record_id"], where)["record_id"].to_pylist())
    said -= set(tables.read("silver.review_verdicts", ["record_id"])["record_id"].to_pylist())
    if not said:
        return 0
    asked = ds.field("record_id").isin(sorted(said)) & ds.field("question").is_valid()
    return int(tables.read("silver.predictions", ["record_id"], asked).num_rows)


def _cost(tables: PlainTables, config: MonitorConfig, costs: CostsConfig, now: Situation) -> float | None:
    """Estimated US dollars of LoRA on all accepted examples (:mod:`smelt.costs`); None if the model's size is
    unknown."""
    model = config.models.get(now.model_version)
    parameters = (model.parameters if model else None) or costs.workload.parameters
    if parameters is None:
        return None
    import pyarrow.compute as pc

    rows = tables.read("gold.curated_examples", ["question", "answer"])
    characters = sum(pc.sum(pc.utf8_length(rows[name])).as_py() or 0 for name in rows.column_names)
    tokens = characters / CHARACTERS_A_TOKEN * costs.workload.epochs
    return whole_run("lora", parameters, max(1.0, tokens), costs).usd


def _keep(tables: PlainTables, found: Mapping[str, Any], state: str, run_id: str, now: dt.datetime) -> None:
    names = contract(TABLE).column_names
    row = {name: found[name] for name in names if name in found}
    row |= {"state": state, "plan": json.dumps(dict(found)), "planned_at": now, "run_id": run_id}
    tables.merge(TABLE, pa.Table.from_pylist([row], contract(TABLE).arrow_schema()))


def _safe(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in text)[:60]
