"""Compares the estimate with the real cost of training runs, from the seconds and tokens in their records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from smelt.costs.config import CostsConfig
from smelt.costs.hardware import FLOPS, Method, accelerator, training


class Bill(NamedTuple):
    """One run: ``parameters``, ``tokens`` trained on, accelerator hours, and ``utilisation`` (share of peak FLOP/s)."""

    run: str
    method: str
    parameters: float
    tokens: float
    estimated_hours: float
    real_hours: float
    usd: float
    utilisation: float
    ran_on: str
    is_comparable: bool
    """Whether the run used the accelerator that the estimate is for."""

    @property
    def ratio(self) -> float:
        """Real hours divided by estimated hours."""
        return self.real_hours / self.estimated_hours if self.estimated_hours else float("inf")


def bills(folder: Path, config: CostsConfig) -> tuple[list[Bill], list[str]]:
    """The bills of all runs below ``folder`` (``tuning.out``), sorted by name, and the records that could not be
    used."""
    found, bad = [], []
    for file in sorted(folder.glob("runs/*/run.json")):
        try:
            found.append(bill(file.parent.name, json.loads(file.read_text("utf-8")), config))
        except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
            missing = f" ({error.args[0]})" if isinstance(error, KeyError) else ""
            bad.append(f"{file.parent.name}: its record lacks what a bill needs{missing}")
    return found, bad


def bill(name: str, record: Mapping[str, Any], config: CostsConfig) -> Bill:
    """The bill of one run from its record. Raises KeyError, TypeError or ValueError if a value is missing or wrong."""
    method: Method = "lora" if _first(record, "weights", "approach") == "lora" else "full"
    parameters = float(_first(record, "flops_per_token")) / FLOPS[method]
    seconds = float(_first(record, "seconds", "train_seconds"))
    speed = float(_first(record, "tokens_per_second"))
    steps = float(_first(record, "steps", "max_steps"))
    tokens = speed * seconds
    card, _ = accelerator(config)
    taken = training(method, parameters, tokens, tokens / steps, card, config.utilisation)
    gpus, ran_on = _hardware(record)
    hours = seconds * max(1, len(gpus)) / 3_600
    used = FLOPS[method] * parameters * tokens / (hours * 3_600 * card.teraflops * 1e12)
    usd = hours * card.usd_per_hour
    named = config.accelerator.casefold()
    is_own = config.accelerator in config.hardware or "hardware" not in record
    is_comparable = is_own or any(named in gpu.casefold() for gpu in gpus)
    return Bill(name, method, parameters, tokens, taken.hours, hours, usd, used, ran_on, is_comparable)


def _hardware(record: Mapping[str, Any]) -> tuple[list[str], str]:
    """The accelerators named in a record, and the hardware in words."""
    found = record.get("hardware") or {}
    gpus = [str(each) for each in found.get("gpus") or ()]
    return gpus, ", ".join(sorted(set(gpus))) if gpus else f"{found.get('cpus') or 'unknown'} CPUs"


def measured_utilisation(found: Iterable[Bill]) -> float | None:
    """The median utilisation of the comparable runs, for the next estimate; None if there are none."""
    values = [each.utilisation for each in found if each.is_comparable]
    return median(values) if values else None


def _first(record: Mapping[str, Any], *names: str) -> Any:
    """The value of the first of ``names`` that the record has, at any depth. Raises KeyError."""
    for name in names:
        for value in _deep(record, name):
            if value is not None:
                return value
    raise KeyError(names[0])


def _deep(values: Mapping[str, Any], name: str) -> Iterator[Any]:
    if name in values and not isinstance(values[name], Mapping):
        yield values[name]
    for each in values.values():
        if isinstance(each, Mapping):
            yield from _deep(each, name)
