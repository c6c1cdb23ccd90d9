"""Cost of each approach until the horizon, the break-even of tuning and prompting, and a sensitivity analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from typing import Any

from smelt.costs.config import APPROACHES, Approach, CostsConfig
from smelt.costs.hardware import Method, accelerator, inference_hours
from smelt.costs.whole_run import whole_run

HOURS_A_MONTH = 730.5

TUNED: Mapping[Approach, Method] = {"full": "full", "lora": "lora", "instruction": "full"}
"""Approaches that train a model -> which weights are trained."""

UNKNOWN_SIZE = 8e9
"""Number of parameters assumed for serving if the model's size is not configured."""


@dataclass(frozen=True)
class Cost:
    """Cost of one approach in US dollars until the horizon.

    ``is_computed`` tells whether ``compute`` was estimated from tokens and parameters or is ``compute_usd``."""

    approach: str
    development: float
    preparation: float
    labelling: float
    compute: float
    storage: float
    maintenance: float
    hosting: float
    """Cost of the accelerators that are always on."""
    serving: float
    """Cost of all requests: ``per_request`` each."""
    per_request: float
    is_computed: bool
    training_hours: float | None = None
    """Hours of the whole training run: steps, evaluation, loading, saving."""

    @property
    def fixed(self) -> float:
        """Cost that does not depend on the number of requests."""
        parts = (self.development, self.preparation, self.labelling, self.compute, self.storage)
        return sum(parts) + self.maintenance + self.hosting

    @property
    def total(self) -> float:
        """Fixed cost and serving together."""
        return self.fixed + self.serving


@dataclass(frozen=True)
class Flip:
    """An assumption whose change makes another approach, ``then``, the cheapest at the value ``turns_at``."""

    assumption: str
    value: float
    turns_at: float
    then: str


def costs(config: CostsConfig, train_tokens: float | None = None) -> dict[str, Cost]:
    """The cost of every approach; ``train_tokens`` (of one epoch) is used if the configuration gives none."""
    return {name: _cost(name, config, train_tokens) for name in APPROACHES}


def _cost(name: Approach, config: CostsConfig, train_tokens: float | None) -> Cost:
    card, _ = accelerator(config)
    work, prices, own = config.workload, config.prices, config.approaches[name]
    tokens = work.train_tokens or train_tokens
    compute, hours, hosting = own.compute_usd, None, 0.0
    if name in TUNED and work.parameters and tokens:
        taken = whole_run(TUNED[name], work.parameters, tokens * work.epochs, config)
        compute, hours = taken.usd, taken.hours
    if name == "prompt":
        sent = work.tokens_in + work.example_tokens
        per_request = (sent * prices.large_in + work.tokens_out * prices.large_out) / 1e6
    else:
        size = work.parameters or UNKNOWN_SIZE
        hours_each = inference_hours(size, work.tokens_in + work.tokens_out, card, config.utilisation)
        room = work.always_on * HOURS_A_MONTH
        is_enough = hours_each * work.requests_per_month <= room
        hosting = room * work.months * card.usd_per_hour if is_enough else 0.0
        # beyond the accelerators that are always on: paid by the second
        per_request = 0.0 if is_enough else hours_each * card.usd_per_hour
    return Cost(
        approach=name,
        development=own.development_hours * prices.hour,
        preparation=own.preparation_hours * prices.hour,
        labelling=work.labelled * prices.label,
        compute=compute,
        storage=work.storage_gb * prices.storage_gb_month * work.months,
        maintenance=own.maintenance_hours * prices.hour * work.months,
        hosting=hosting,
        serving=work.requests_per_month * work.months * per_request,
        per_request=per_request,
        is_computed=hours is not None,
        training_hours=hours,
    )


def scores(config: CostsConfig) -> dict[str, float]:
    """Weighted effort of each approach in [0, 1]: each kind of effort as a share of its largest value, weighted."""
    own = config.approaches
    kinds: dict[str, dict[str, float]] = {
        "development": {name: own[name].development_hours for name in APPROACHES},
        "compute": {name: own[name].compute_usd for name in APPROACHES},
        "preparation": {name: own[name].preparation_hours for name in APPROACHES},
        "maintenance": {name: own[name].maintenance_hours for name in APPROACHES},
    }
    return {
        name: sum(
            getattr(config.weights, kind) * values[name] / (max(values.values()) or 1.0)
            for kind, values in kinds.items()
        )
        for name in APPROACHES
    }


def break_even(prompted: Cost, tuned: Cost) -> float | None:
    """Number of requests until the horizon from which the tuned model is cheaper; 0 if always, None if never."""
    saved = prompted.per_request - tuned.per_request
    more = tuned.fixed - prompted.fixed
    if more <= 0 and saved >= 0:
        return 0.0
    return more / saved if saved > 0 else None


def cheapest(found: Mapping[str, Cost]) -> str:
    """The approach with the lowest total cost."""
    return min(found.values(), key=lambda cost: (cost.total, cost.approach)).approach


def sensitivity(config: CostsConfig, train_tokens: float | None = None, *, reach: float = 10.0) -> list[Flip]:
    """Assumptions whose change alone, by a factor of up to ``reach`` up or down, makes another approach the cheapest.

    The smallest change comes first; an assumption that does so up and down has two entries.
    """

    def best_at(change: Callable[[float], CostsConfig], value: float) -> str:
        return cheapest(costs(change(value), train_tokens))

    best = cheapest(costs(config, train_tokens))
    found = []
    for name, value, change in _assumptions(config):
        for direction in (1 / reach, reach):
            if best_at(change, value * direction) == best:
                continue
            near, beyond = 1.0, direction
            for _ in range(30):
                middle = (near * beyond) ** 0.5
                if best_at(change, value * middle) == best:
                    near = middle
                else:
                    beyond = middle
            found.append(Flip(name, value, value * beyond, best_at(change, value * beyond)))
    return sorted(found, key=lambda flip: abs(log(flip.turns_at / flip.value)))


def frozen(config: CostsConfig, train_tokens: float | None) -> dict[str, Any]:
    """All inputs and results of an estimate as plain values, with the row of the hardware table."""
    card, retrieved = accelerator(config)
    found = costs(config, train_tokens)
    return {
        "accelerator": {"name": config.accelerator, "retrieved": retrieved, **card.model_dump()},
        "assumptions": config.model_dump(mode="json", exclude={"hardware"}),
        "train_tokens": config.workload.train_tokens or train_tokens,
        "costs": {name: asdict(cost) | {"total": cost.total} for name, cost in found.items()},
        "scores": scores(config),
        "break_even_requests": {
            name: break_even(found["prompt"], found[name]) for name in ("lora", "full", "instruction")
        },
        "cheapest": cheapest(found),
        "sensitivity": [asdict(flip) for flip in sensitivity(config, train_tokens)],
    }


_VARIED = (
    *(
        ("workload", key)
        for key in ("requests_per_month", "always_on", "tokens_in", "tokens_out", "example_tokens", "months")
    ),
    *(("prices", key) for key in ("hour", "label", "large_in", "large_out")),
    *(("utilisation", key) for key in ("training", "inference")),
    ("workload", "parameters"),
)


def _assumptions(config: CostsConfig) -> Sequence[tuple[str, float, Callable[[float], CostsConfig]]]:
    def changed(section: str, key: str) -> Callable[[float], CostsConfig]:
        def change(value: float) -> CostsConfig:
            within = min(value, 1.0) if section == "utilisation" else value
            part = getattr(config, section).model_copy(update={key: within})
            return config.model_copy(update={section: part})

        return change

    return [
        (f"{section}.{key}", float(value), changed(section, key))
        for section, key in _VARIED
        if (value := getattr(getattr(config, section), key))
    ]
