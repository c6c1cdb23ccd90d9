"""All steps in one call: prepare, train, evaluate, hand over, register; finished steps are not repeated.

Repeat a killed call: training continues from its last complete checkpoint, a written evaluation is read again, and a
model that was handed over or registered is recognised by its digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from smelt.pii.config import PiiConfig
from smelt.tables.config import WarehouseConfig
from smelt.tuning.config import TuningConfig
from smelt.tuning.errors import TuningError
from smelt.tuning.evaluation.framework import EVALUATION, evaluate, write_report
from smelt.tuning.evaluation.memorisation import canaries, planted
from smelt.tuning.handover import registry
from smelt.tuning.handover.folder import ABOUT, hand_over
from smelt.tuning.prepare import Prepared, prepare
from smelt.tuning.training.processes import is_first
from smelt.tuning.training.record import RECORD, read_json
from smelt.tuning.training.run import train

Say = Callable[[str], None]


@dataclass(frozen=True)
class Finetuned:
    """Result: ``folder`` is ready for deployment; ``version`` is None if it was not registered."""

    folder: Path
    evaluation: dict[str, Any]
    version: registry.Version | None


def finetune(
    release: str,
    warehouse: WarehouseConfig,
    config: TuningConfig,
    pii: PiiConfig,
    *,
    say: Say = lambda line: None,
) -> Finetuned:
    """Prepare, train, evaluate and hand over ``release``; register it unless ``tuning.tracking.enabled`` is false.

    If the registry has a champion, the model is compared with it on the same rows. With the approach ``prompt`` nothing
    is trained and only the evaluation is written. Raises what the steps raise.
    """
    ready = prepare(release, warehouse, config)
    say(f"1/5 prepared: release {ready.release.name}, base {ready.base.name}")
    if config.approach == "prompt":
        out = Path(config.out) / "runs" / f"{ready.release.name}-prompt"
        say("2/5 nothing to train")
        report = _evaluated(ready, None, pii, None, out, say)
        say("4/5 nothing to hand over: the prompt is made from the release")
        return Finetuned(out, report, None)
    extra = planted(canaries(ready.release.fingerprint, config.evaluation), config.evaluation)
    run = train(ready.release, ready.base, ready.chat, config, extra=extra, say=say)
    say(f"2/5 trained: {run.folder}")
    if not is_first():
        return Finetuned(run.folder, {}, None)
    champion = registry.by_alias(config, registry.CHAMPION) if config.tracking.enabled else None
    previous = registry.fetch(champion, config, Path(config.out) / "fetched") if champion else None
    report = _evaluated(ready, run.weights, pii, previous, run.folder, say)
    run = replace(run, record=read_json(run.folder / RECORD))  # it has the scores now
    folder = hand_over(ready, run, report, Path(config.out) / "models" / run.folder.name)
    say(f"4/5 handed over and proved in a process of its own: {folder}")
    version = registry.register(folder, config) if config.tracking.enabled else None
    if version:
        say(f"5/5 registered: {version.name} version {version.number}, alias {registry.CANDIDATE}")
    return Finetuned(folder, report, version)


def _evaluated(
    ready: Prepared, weights: Path | None, pii: PiiConfig, previous: Path | None, out: Path, say: Say
) -> dict[str, Any]:
    """The run's existing evaluation if it has the same data, base, settings and champion, or else a new one."""
    rival = read_json(previous / ABOUT)["digest"] if previous else None
    settings = ready.config.model_dump(mode="json", include={"evaluation", "generation", "prompt"})
    made_of = {
        "previous": rival,
        "settings": settings,
        "template_hash": ready.chat.template_hash,
        "base_digest": ready.base.digest,
        "fingerprint": ready.release.fingerprint,
    }
    file = out / EVALUATION
    if file.is_file():
        found = read_json(file)
        if {name: found.get(name) for name in made_of} == made_of:
            say("3/5 evaluated already")
            return found
    report = evaluate(ready, weights, pii, previous=previous, say=say) | made_of
    write_report(out, report)
    say(f"3/5 evaluated: {file}")
    return read_json(file)


def model_folder(name: str, config: TuningConfig) -> Path:
    """Folder of a handed-over model: ``name`` is a folder, ``candidate``, ``champion``, or a name in ``out``/models."""
    for place in (Path(name), Path(config.out) / "models" / name):
        if (place / ABOUT).is_file():
            return place
    if name in (registry.CANDIDATE, registry.CHAMPION):
        version = registry.by_alias(config, name)
        if version is None:
            raise TuningError(f"{config.tracking.model_name} has no {name}")
        return registry.fetch(version, config, Path(config.out) / "fetched")
    raise TuningError(f"{name} is no handed-over model: name its folder, candidate or champion")
