"""The flow of a release as steps and losses, from the ledger and the measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smelt.dataset_quality.measures import Measure
from smelt.report import words
from smelt.report.data import LedgerLine, Loss, Step

SHOWN = 5
"""Number of reasons shown separately; the others are combined."""


def steps_of(
    ledger: Sequence[LedgerLine],
    refused: Mapping[str, int],
    measures: Sequence[Measure],
    conversations: int,
    released: int,
) -> tuple[Step, ...]:
    """Records read, conversations, examples, curated, released.

    ``refused``: entries not accepted by intake, by ``quarantined:<reason>`` or ``rejected:<reason>``. Records count as
    often as they arrived; one replaced by a later arrival is a loss of the first step. Examples are counted as of now,
    a rejected one under its first reason.
    """
    ingest = next((line for line in ledger if line.stage == "ingest"), None)
    first: list[Step] = []
    if ingest is not None:
        losses = refusals(refused)
        replaced = ingest.came_in - sum(loss.count for loss in losses) - conversations
        if replaced > 0:
            losses.append(Loss(label="Replaced later", count=replaced, kind="waiting"))
        first.append(Step(label="Records read", unit="records", entered=ingest.came_in, losses=tuple(losses)))
    first.append(Step(label="Conversations", unit="records", entered=conversations))
    reasons = {
        m.segment: int(m.value) for m in measures if (m.family, m.measure) == ("rejections", "first_reason")
    }
    raw = next(
        (int(m.value) for m in measures if (m.family, m.measure, m.dimension) == ("selection", "raw", "all")),
        0,
    )
    if not raw:
        return tuple(first) if conversations else ()
    examples = Step(label="Examples", unit="examples", entered=raw, losses=tuple(grouped(reasons)))
    waiting = examples.left - released
    later = (Loss(label="Not in this release", count=waiting, kind="waiting"),) if waiting > 0 else ()
    return (
        *first,
        examples,
        Step(label="Curated", unit="examples", entered=examples.left, losses=later),
        Step(label="Released", unit="examples", entered=released),
    )


def refusals(refused: Mapping[str, int]) -> list[Loss]:
    """Losses of intake: quarantined entries combined, rejections by reason."""
    quarantined = sum(count for name, count in refused.items() if name.startswith("quarantined:"))
    losses = [Loss(label="Quarantine", count=quarantined, kind="quarantined")] if quarantined else []
    others = sorted((-count, name) for name, count in refused.items() if name.startswith("rejected:"))
    losses += [
        Loss(label=words.readable(name.partition(":")[2]) or "Refused", count=-count)
        for count, name in others
    ]
    return losses


def grouped(reasons: Mapping[str, int]) -> list[Loss]:
    """Losses by first reason: duplicates combined, the largest reasons separately, the rest combined."""
    copies = sum(count for name, count in reasons.items() if name.startswith("duplicate_"))
    others = sorted(
        ((count, name) for name, count in reasons.items() if count and not name.startswith("duplicate_")),
        key=lambda pair: (-pair[0], pair[1]),
    )
    losses = [Loss(label="Duplicates", count=copies, kind="duplicate")] if copies else []
    losses += [Loss(label=words.readable(name), count=count) for count, name in others[:SHOWN]]
    rest = others[SHOWN:]
    if rest:
        losses.append(Loss(label=f"{len(rest)} other reasons", count=sum(count for count, _ in rest)))
    return sorted(losses, key=lambda loss: -loss.count)
