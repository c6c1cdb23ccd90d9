"""Finds models trained on rows of a source, in the records of training runs, handed-over models and the registry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from smelt.tuning.config import TuningConfig
from smelt.tuning.handover.folder import ABOUT
from smelt.tuning.handover.registry import registered_on
from smelt.tuning.training.record import RECORD, read_json


class HoldingModel(NamedTuple):
    """A training run, a handed-over model or a registered version, and the release that it was trained on."""

    kind: str
    """run, model or registered"""
    name: str
    """The folder, or ``NAME version NUMBER`` in the registry."""
    release: str


def models_holding(
    source: str, releases: Mapping[str, str], config: TuningConfig
) -> tuple[list[HoldingModel], list[str]]:
    """Models trained on rows of ``source``, and messages about records that could not be read.

    ``releases`` is release -> fingerprint of the releases with rows of the source. A record has its own row counts by
    source, so that a model is found even if its release was dropped since.
    """
    found: list[HoldingModel] = []
    problems: list[str] = []
    out = Path(config.out)
    for kind, folder, file, section in (
        ("run", "runs", RECORD, "data"),
        ("model", "models", ABOUT, "release"),
    ):
        for place, about in _records(out / folder, file, section, problems):
            if about.get("release") in releases or (about.get("sources") or {}).get(source):
                found.append(HoldingModel(kind, str(place), str(about.get("release"))))
    if config.tracking.enabled:
        versions, problem = registered_on(config, _fingerprints(out, found) | set(releases.values()))
        problems += [problem] if problem else []
        names = {fingerprint: release for release, fingerprint in releases.items()}
        found += [
            HoldingModel(
                "registered", f"{version.name} version {version.number}", names.get(fingerprint, "dropped")
            )
            for version, fingerprint in versions
        ]
    return found, problems


def _records(
    folder: Path, file: str, section: str, problems: list[str]
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for path in sorted(folder.glob(f"*/{file}")):
        try:
            about = read_json(path)[section]
        except (OSError, ValueError, KeyError, TypeError):
            problems.append(f"{path} cannot be read: look yourself what it was trained on")
            continue
        if isinstance(about, dict):
            yield path.parent, about


def _fingerprints(out: Path, found: Collection[HoldingModel]) -> set[str]:
    """Fingerprints of the releases that the handed-over models of ``found`` were trained on."""
    ignored: list[str] = []
    held = {Path(model.name) for model in found if model.kind == "model"}
    known = _records(out / "models", ABOUT, "release", ignored)
    return {str(about.get("fingerprint")) for place, about in known if place in held}
