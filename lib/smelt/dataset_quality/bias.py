"""Bias of a release: demographic, temporal, selection and confirmation bias."""

from __future__ import annotations

from collections.abc import Mapping

from smelt.dataset_quality import distributions, significance
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count, Measure, Tally, measured

FAMILY = "bias"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Four kinds of bias and ``bias_score`` = 1 - the mean of their severities (1 is none).

    Severities: demographic, 1 - the lowest selection-rate ratio; temporal and selection, the total
    variation distance (the largest over the dimensions); confirmation, the larger of the dominant answer's
    share and the shift in sentiment.
    """
    groups = demographic(tally, config)
    months = temporal(tally)
    chosen = selection(tally, config)
    voices = confirmation(tally)
    severities = [
        max((1 - m.value for m in groups if m.measure == "selection_rate_ratio"), default=None),
        max((m.value for m in months), default=None),
        max((m.value for m in chosen), default=None),
        max((m.value for m in voices if m.measure != "positive_share"), default=None),
    ]
    observed = [severity for severity in severities if severity is not None]
    found = [*groups, *months, *chosen, *voices]
    if not observed:
        return found
    score = Measure(
        family=FAMILY,
        measure="bias_score",
        kind="statistic",
        value=max(0.0, min(1.0, 1 - sum(observed) / len(observed))),
        n=int(tally.hits("selection", "released")),
    )
    return [score, *found]


def demographic(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """For each demographic dimension: acceptance rates by group, and the lowest over the highest.

    Groups smaller than ``min_group`` are shown, not judged. The ratio has the p-value and Cramér's V of the table of
    accepted and rejected by group; the reason of a low ratio that chance explains says so.
    """
    found: list[Measure] = []
    for dimension in config.bias.demographic:
        rates = {
            segment: count
            for segment, count in tally.segments("selection", "accepted_share", dimension).items()
            if segment != "(none)"
        }
        found += [
            measured(
                Count(FAMILY, "acceptance_rate", "share", c.hits, c.total, dimension=dimension, segment=s)
            )
            for s, c in sorted(rates.items())
        ]
        judged = {s: c for s, c in rates.items() if c.total >= config.bias.min_group}
        if len(judged) > 1:
            found.append(rate_ratio(dimension, judged, config.bias.four_fifths))
    return found


def rate_ratio(dimension: str, groups: Mapping[str, Count], four_fifths: float) -> Measure:
    """The lowest acceptance rate over the highest, as the segment ``dimension`` of ``demographic``."""
    ratio = distributions.four_fifths_ratio([c.value for c in groups.values()])
    difference = significance.of_tables([[c.hits, c.total - c.hits] for c in groups.values()])
    reason = None
    if ratio < four_fifths:
        worst, best = (pick(groups, key=lambda s: groups[s].value) for pick in (min, max))
        chance = " (chance explains it)" if difference.p_value > 0.05 else ""
        reason = (
            f"{worst} is accepted {groups[worst].value:.0%} of the time, "
            f"{best} {groups[best].value:.0%}{chance}"
        )
    return Measure(
        family=FAMILY,
        measure="selection_rate_ratio",
        kind="statistic",
        value=ratio,
        n=sum(c.total for c in groups.values()),
        dimension="demographic",
        segment=dimension,
        p_value=difference.p_value,
        effect_size=difference.effect,
        reason=reason,
    )


def temporal(tally: Tally) -> list[Measure]:
    """Total variation distance between the months of the release and those of the intake."""
    return shift(tally, "temporal_shift", "month")


def selection(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Total variation distance between release and intake, for each configured dimension."""
    found: list[Measure] = []
    for dimension in config.bias.selection:
        found += shift(tally, "selection_shift", dimension)
    return found


def shift(tally: Tally, name: str, dimension: str) -> list[Measure]:
    """Total variation distance between raw and released in one dimension, with Cramér's V; empty for fewer than two
    segments."""
    raw = {s: c.hits for s, c in tally.segments("selection", "raw", dimension).items()}
    released = {s: c.hits for s, c in tally.segments("selection", "released", dimension).items()}
    n = int(sum(released.values()))
    if n == 0 or sum(1 for count in raw.values() if count) < 2:
        return []
    left_out = {s: max(0.0, raw.get(s, 0.0) - released.get(s, 0.0)) for s in raw}
    difference = significance.of_tables([[released.get(s, 0.0), left_out[s]] for s in sorted(raw)])
    return [
        Measure(
            family=FAMILY,
            measure=name,
            kind="statistic",
            value=distributions.total_variation(released, raw),
            n=n,
            dimension="dimension",
            segment=dimension,
            p_value=difference.p_value,
            effect_size=difference.effect,
        )
    ]


def confirmation(tally: Tally) -> list[Measure]:
    """Dominance of one answer in its category, and shift of sentiment by curation.

    ``top_answer_share``: share of rows with their category's most frequent answer, over categories that are large
    enough. ``sentiment_skew``: |positive share released - positive share raw|, among answers that are not neutral.
    """
    found = []
    top = tally.get(FAMILY, "top_answer_share")
    if top is not None and top.total:
        found.append(measured(top))
    released = tally.segments("selection", "released", "sentiment")
    raw = tally.segments("selection", "raw", "sentiment")
    now, before = positive_share(released), positive_share(raw)
    if now is not None and before is not None:
        found.append(now)
        found.append(
            Measure(
                family=FAMILY,
                measure="sentiment_skew",
                kind="statistic",
                value=abs(now.value - before.value),
                n=now.n,
            )
        )
    return found


def positive_share(sentiments: Mapping[str, Count]) -> Measure | None:
    """Share of positive among positive and negative answers; None if there are none."""
    positive, negative = (sentiments[s].hits if s in sentiments else 0.0 for s in ("positive", "negative"))
    if not positive + negative:
        return None
    return measured(Count(FAMILY, "positive_share", "share", positive, int(positive + negative)))
