"""The configuration: typed, frozen, complete, and checked as a whole before Spark starts.

Layers, later ones win: conf/base.yaml of the package, the overlay of an environment, the user's own
file, ``--set key=value``. Environment variables carry secrets only. Only this module reads YAML
configuration; the model of each section is in the package that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeGuard

import yaml
from pydantic import BaseModel, ValidationError

from smelt.augment.config import AugmentConfig
from smelt.costs.config import CostsConfig
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.duplicates.config import DuplicatesConfig
from smelt.errors import ConfigError
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.external.config import ExternalConfig
from smelt.identity import fingerprint
from smelt.intake.config import IntakeConfig
from smelt.monitor.config import MonitorConfig
from smelt.pii.config import PiiConfig
from smelt.quality.config import QualityConfig
from smelt.records.config import RecordsConfig
from smelt.releases.config import ReleaseConfig
from smelt.report.config import ReportConfig
from smelt.review.config import ReviewConfig
from smelt.spark.config import SparkConfig
from smelt.splits.config import SplitsConfig
from smelt.tables.config import WarehouseConfig
from smelt.tables.filesystem import has_scheme
from smelt.tuning.config import TuningConfig

_ROOT = "(the file itself)"


class SmeltConfig(BaseModel, frozen=True, extra="forbid"):
    """The whole configuration; each section's model documents its keys."""

    warehouse: WarehouseConfig = WarehouseConfig()
    spark: SparkConfig = SparkConfig()
    intake: IntakeConfig = IntakeConfig()
    cleaning: CleaningConfig = CleaningConfig()
    examples: ExamplesConfig = ExamplesConfig()
    pii: PiiConfig = PiiConfig()
    duplicates: DuplicatesConfig = DuplicatesConfig()
    quality: QualityConfig = QualityConfig()
    splits: SplitsConfig = SplitsConfig()
    release: ReleaseConfig = ReleaseConfig()
    dataset_quality: DatasetQualityConfig = DatasetQualityConfig()
    report: ReportConfig = ReportConfig()
    records: RecordsConfig = RecordsConfig()
    review: ReviewConfig = ReviewConfig()
    tuning: TuningConfig = TuningConfig()
    augment: AugmentConfig = AugmentConfig()
    external: ExternalConfig = ExternalConfig()
    monitor: MonitorConfig = MonitorConfig()
    costs: CostsConfig = CostsConfig()


DECIDING = ("cleaning", "examples", "pii", "duplicates", "quality", "records")
"""Sections that determine the rows of the stages between intake and release."""
DECIDING_ON_RELEASES = ("splits", "release")
"""Further sections that determine the rows of a release."""


def deciding(config: SmeltConfig, sections: Sequence[str] = DECIDING) -> list[BaseModel]:
    """The settings of ``sections`` that determine rows; a section's method ``deciding`` leaves out paths, keys and
    gates."""
    found = [getattr(config, section) for section in sections]
    return [section.deciding() if hasattr(section, "deciding") else section for section in found]


def config_hash(config: SmeltConfig) -> str:
    """16 hex digits over the settings that determine the content of a release."""
    return fingerprint(*config.intake.sources, *deciding(config, (*DECIDING, *DECIDING_ON_RELEASES)))


def first_config_hash(config: SmeltConfig) -> str:
    """The hash that earlier versions wrote to manifests instead of :func:`config_hash`.

    It covers the key's path and the gates, but not ``records``. A release with this hash counts as unchanged.
    """
    sections = ("cleaning", "examples", "pii", "duplicates", "quality", *DECIDING_ON_RELEASES)
    return fingerprint(*config.intake.sources, *(getattr(config, section) for section in sections))


def load_config(
    files: Sequence[str | Path] = (), *, environment: str | None = None, settings: Sequence[str] = ()
) -> SmeltConfig:
    """Merge all layers and check the result; raises ConfigError with every problem, its file and its key."""
    problems: list[str] = []
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    packaged = resources.files("smelt.conf")
    layers: list[tuple[str, Any]] = [("conf/base.yaml", packaged / "base.yaml")]
    if environment:
        layers.append((f"conf/{environment}.yaml", packaged / f"{environment}.yaml"))
    layers += [(str(file), Path(file)) for file in files]
    own = len(layers) - len(files)
    for number, (name, file) in enumerate(layers):
        if not file.is_file():
            problems.append(f"{name}: no such file")
            continue
        values = _read_yaml(name, file.read_bytes(), problems)
        if number >= own:  # paths in the package's own layers are relative to the working directory
            values = _relative_to(values, Path(str(file)).resolve().parent)
        _merge(merged, values, origin, name)
    for setting in settings:
        _merge(merged, _from_setting(setting, problems), origin, f"--set {setting.split('=')[0]}")
    config = _validated(merged, origin, problems)
    if problems or config is None:
        raise ConfigError("the configuration cannot be used", problems)
    return config


def _read_yaml(name: str, raw: bytes, problems: list[str]) -> dict[str, Any]:
    try:
        values = yaml.safe_load(raw.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problems.append(f"{name}: not valid YAML{place}")
        return {}
    if values is None:
        return {}
    if not isinstance(values, dict):
        problems.append(f"{name}: must be a mapping of sections")
        return {}
    return values


def _relative_to(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve paths in a user's file (landing folder, warehouse, reader plugins and others) relative to that file."""
    intake, warehouse = values.get("intake"), values.get("warehouse")
    if isinstance(warehouse, dict) and _is_relative(warehouse.get("root")):
        values = values | {"warehouse": warehouse | {"root": str(folder / str(warehouse["root"]))}}
    external = values.get("external")
    if isinstance(external, dict):
        values = values | {"external": _with_evidence_below(external, folder)}
    review = values.get("review")
    gold = review.get("gold") if isinstance(review, dict) else None
    if isinstance(review, dict) and isinstance(gold, dict) and _is_relative(gold.get("path")):
        values = values | {"review": review | {"gold": gold | {"path": str(folder / str(gold["path"]))}}}
    if isinstance(intake, dict):
        intake = dict(intake)
        landing = intake.get("landing", "landing")
        if _is_relative(landing):
            intake["landing"] = str(folder / landing)
        if isinstance(intake.get("sources"), list):
            intake["sources"] = [_with_plugin_below(source, folder) for source in intake["sources"]]
        values = values | {"intake": intake}
    if isinstance(values.get("monitor"), dict):
        values = values | {"monitor": _monitor_below(values["monitor"], folder)}
    if isinstance(values.get("tuning"), dict):
        values = values | {"tuning": _tuning_below(values["tuning"], folder)}
    return values


def _monitor_below(monitor: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve the paths of logs, of the folder of plans, and of files for alerts."""
    found = dict(monitor)
    if isinstance(monitor.get("logs"), list):
        found["logs"] = [_path_below(log, "path", folder) for log in monitor["logs"]]
    if isinstance(monitor.get("retrain"), dict):
        found["retrain"] = _path_below(monitor["retrain"], "out", folder)
        if "/" in str(monitor["retrain"].get("train_with")):  # else a command found on PATH
            found["retrain"] = _path_below(found["retrain"], "train_with", folder)
    alerts = monitor.get("alerts")
    if isinstance(alerts, dict) and isinstance(alerts.get("send"), list):
        found["alerts"] = alerts | {"send": [_path_below(each, "path", folder) for each in alerts["send"]]}
    return found


def _path_below(values: Any, key: str, folder: Path) -> Any:
    if isinstance(values, dict) and _is_relative(values.get(key)):
        return values | {key: str(folder / values[key])}
    return values


def _tuning_below(tuning: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve the paths of runs and templates; a base only if such a folder exists, else it is a name on the hub."""
    found = dict(tuning)
    for name in ("out", "chat_template"):
        if _is_relative(tuning.get(name)):
            found[name] = str(folder / tuning[name])
    base = tuning.get("base")
    if _is_relative(base) and (base.startswith(".") or (folder / base).is_dir()):
        found["base"] = str(folder / base)
    return found


def _with_evidence_below(external: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve the paths of the licence policy and of the licences' texts."""
    if _is_relative(external.get("policy")):
        external = external | {"policy": str(folder / str(external["policy"]))}
    sources = external.get("sources")
    if isinstance(sources, dict):
        external = external | {
            "sources": {
                name: source | {"licence_file": str(folder / source["licence_file"])}
                if isinstance(source, dict) and _is_relative(source.get("licence_file"))
                else source
                for name, source in sources.items()
            }
        }
    return external


def _with_plugin_below(source: Any, folder: Path) -> Any:
    reader = source.get("reader") if isinstance(source, dict) else None
    if _is_relative(reader) and ".py" in reader:
        return source | {"reader": str(folder / reader)}
    return source


def _is_relative(path: Any) -> TypeGuard[str]:
    return isinstance(path, str) and not has_scheme(path) and not path.startswith("/")


def _from_setting(setting: str, problems: list[str]) -> dict[str, Any]:
    key, separator, text = setting.partition("=")
    if not separator or not key.strip():
        problems.append(f"--set {setting}: write it as key=value, for example splits.train=0.7")
        return {}
    try:
        value: Any = yaml.safe_load(text)
    except yaml.YAMLError:
        value = text
    for part in reversed(key.strip().split(".")):
        value = {part: value}
    return value  # type: ignore[no-any-return]


def _merge(
    into: dict[str, Any], values: Mapping[str, Any], origin: dict[str, str], name: str, at: str = ""
) -> None:
    """Merge ``values`` into ``into``: mappings key by key, other values replace.

    ``origin`` gets the layer of each key.
    """
    for key, value in values.items():
        path = f"{at}.{key}" if at else str(key)
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            origin[path] = name
            _merge(into[key], value, origin, name, path)
        elif isinstance(value, Mapping):
            into[key] = {}
            origin[path] = name
            _merge(into[key], value, origin, name, path)
        else:
            into[key] = value
            origin[path] = name


def _validated(merged: dict[str, Any], origin: Mapping[str, str], problems: list[str]) -> SmeltConfig | None:
    try:
        return SmeltConfig.model_validate(merged)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False, include_context=False):
            path = ".".join(str(part) for part in found["loc"])
            problems.append(f"{_origin_of(path, origin)}: {path or _ROOT}: {_in_words(found['msg'])}")
    return None


def _origin_of(path: str, origin: Mapping[str, str]) -> str:
    while path:
        if path in origin:
            return origin[path]
        path = path.rpartition(".")[0]
    return "conf"


def _in_words(message: str) -> str:
    if message == "Extra inputs are not permitted":
        return "unknown key"
    return message.removeprefix("Value error, ")
