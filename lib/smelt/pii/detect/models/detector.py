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
    """Finds PERSON where a model confirms what the rules only suspect, so that it runs on few lines.

    The model reads lines with a run of capitalised words that the rules scored too low; people in its output that
    overlap such a run are findings. Repeated lines are read once.
    """

    name = "model"

    def __init__(self, config: PiiConfig, names: NameDetector) -> None:
        """Loads the model, once per process. Raises ConfigError if it does not exist."""
        self._config = config.detectors.ner
        self._people = load_people(self._config)
        self._names = names
        self._read: Cache[Line, list[tuple[int, int]]] = Cache()

    def detect(self, batch: TextBatch) -> list[Finding]:
        """PERSON findings; the scrubber resolves overlaps."""
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
    """The lines with unsure runs, and their runs."""
    lines: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for start, end in unsure:
        begin = text.rfind("\n", 0, start) + 1
        stop = text.find("\n", end)
        lines.setdefault((begin, len(text) if stop < 0 else stop), []).append((start, end))
    return lines
