"""The model detector: people in the lines in which the name rules are unsure."""

from __future__ import annotations

from smelt.pii.cache import Cache
from smelt.pii.config import PiiConfig
from smelt.pii.detect.models.people import load_people
from smelt.pii.detect.names import NameDetector
from smelt.pii.types import Finding, TextBatch

CONFIDENCE = 0.6

Line = tuple[str]


class ModelDetector:
    """Finds PERSON where a model names what the rules only suspect, so the model's cost is that of few lines.

    A line is asked about when it holds a run of capitals that the rules weighed and did not believe; of what the
    model reads in it, people that touch such a run are findings. Lines that come again are read once.
    """

    name = "model"

    def __init__(self, config: PiiConfig, names: NameDetector) -> None:
        """Loads the model, once a process. Raises ConfigError where it is not there."""
        self._config = config.detectors.ner
        self._people = load_people(self._config)
        self._names = names
        self._read: Cache[Line, list[tuple[int, int]]] = Cache()

    def detect(self, batch: TextBatch) -> list[Finding]:
        """PERSON findings; overlaps are left to the scrubber."""
        asked = [
            (index, start, text[start:end], unsure)
            for index, (text, found) in enumerate(zip(batch.texts, self._names.unsure(batch), strict=True))
            for (start, end), unsure in _lines(text, found).items()
            if end - start <= self._config.longest_line
        ]
        read = self._read.results(
            [(line,) for _, _, line, _ in asked], lambda keys: self._people([k for (k,) in keys])
        )
        return [
            Finding(index, "PERSON", begin + start, begin + end, f"model.{self._config.kind}", CONFIDENCE)
            for (index, begin, line, unsure), people in zip(asked, read, strict=True)
            for start, end in people
            if any(start + begin < stop and first < end + begin for first, stop in unsure)
            and line[start:end].strip()
        ]


def _lines(text: str, unsure: tuple[tuple[int, int], ...]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The lines that hold an unsure run, with their runs."""
    lines: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for start, end in unsure:
        begin = text.rfind("\n", 0, start) + 1
        stop = text.find("\n", end)
        lines.setdefault((begin, len(text) if stop < 0 else stop), []).append((start, end))
    return lines
