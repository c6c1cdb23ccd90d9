"""The ground truth of the generated data: personal data, planted duplicates, damaged and updated records."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from smelt.generate.damage import expected_reason
from smelt.generate.plan import Plan
from smelt.generate.records import Made
from smelt.generate.sinks import Place, Shards, json_line


class Truth:
    """Writes the ground truth of one stream as JSON lines.

    pii: {source, key, spans: [{field, start, end, entity, value}]}, offsets in code points of the field;
    duplicates: {source, cluster, key, of, kind: exact|near}; damaged: {source, key, file, entry, damage,
    usable, reason}; updates: {source, key, file, entry}.
    """

    def __init__(self, root: Path, stream: str, size: int) -> None:
        self._stream = stream
        self._pii = Shards(root, "truth/pii", stream, ".jsonl", size)
        self._duplicates = Shards(root, "truth/duplicates", stream, ".jsonl", 1 << 40)
        self._damaged = Shards(root, "truth/damaged", stream, ".jsonl", 1 << 40)
        self._updates = Shards(root, "truth/updates", stream, ".jsonl", 1 << 40)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for shards in (self._pii, self._duplicates, self._damaged, self._updates):
            shards.__exit__(kind, error, trace)

    def note(self, plan: Plan, made: Made, place: Place, origin_key: str) -> None:
        """Write the truth of one record."""
        source, number = self._stream, plan.number
        if plan.damage:
            reason = expected_reason(source, plan.damage)
            self._damaged.write(
                number,
                json_line(
                    {
                        "source": source,
                        "key": made.key,
                        "file": place.file,
                        "entry": place.entry,
                        "damage": plan.damage,
                        "usable": reason is None,
                        "reason": reason,
                    }
                ),
            )
            if reason is not None:
                return
        if made.spans:
            spans = [
                {
                    "field": name,
                    "start": span.start,
                    "end": span.end,
                    "entity": span.entity,
                    "value": span.value,
                }
                for name, found in made.spans.items()
                for span in found
            ]
            self._pii.write(number, json_line({"source": source, "key": made.key, "spans": spans}))
        if plan.copy and plan.origin != number:
            line = {
                "source": source,
                "cluster": f"{source}-{plan.origin}",
                "key": made.key,
                "of": origin_key,
                "kind": plan.copy,
            }
            self._duplicates.write(number, json_line(line))

    def note_update(self, number: int, key: str, place: Place) -> None:
        """Write that record ``key`` arrived again, with record ``number``, and where."""
        line = {"source": self._stream, "key": key, "file": place.file, "entry": place.entry}
        self._updates.write(number, json_line(line))
