"""Edits of one text, with offsets in the input, after any number of passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smelt.pii.spans import overlapping


class Edit(NamedTuple):
    """Replaces ``input[start:end]`` by ``mark``; the other fields describe the finding."""

    start: int
    end: int
    mark: str
    entity: str
    detector: str
    confidence: float
    value_hash: str | None


class Placed(NamedTuple):
    """An edit and the position of its mark in the edited text."""

    edit: Edit
    start: int
    end: int


class Edited(NamedTuple):
    """An input text with its edits so far, in order, without overlaps."""

    source: str
    edits: tuple[Edit, ...] = ()

    def placed(self) -> list[Placed]:
        """The edits with the positions of their marks."""
        placed: list[Placed] = []
        shift = 0
        for edit in self.edits:
            start = edit.start + shift
            placed.append(Placed(edit, start, start + len(edit.mark)))
            shift += len(edit.mark) - (edit.end - edit.start)
        return placed

    def text(self) -> str:
        """The text with every edit made."""
        if not self.edits:
            return self.source
        pieces: list[str] = []
        at = 0
        for edit in self.edits:
            pieces += (self.source[at : edit.start], edit.mark)
            at = edit.end
        pieces.append(self.source[at:])
        return "".join(pieces)

    def edited(self, further: Sequence[Edit]) -> Edited:
        """Add ``further`` edits, in order and without overlaps, whose offsets refer to :meth:`text`.

        One that overlaps an earlier mark absorbs it; the rest of that mark is kept around the new one.
        """
        if not self.edits:
            return Edited(self.source, tuple(further))
        current = self.text()
        earlier = self.placed()
        kept: list[Edit] = []
        at = shift = 0
        for new in _joined(further, earlier, current):
            while at < len(earlier) and earlier[at].end <= new.start:
                kept.append(earlier[at].edit)
                shift = earlier[at].end - earlier[at].edit.end
                at += 1
            start, end, mark = new.start - shift, None, new.mark
            while at < len(earlier) and earlier[at].start < new.end:
                edit, placed_start, placed_end = earlier[at]
                if placed_start < new.start:
                    start, mark = edit.start, current[placed_start : new.start] + mark
                if placed_end > new.end:
                    end, mark = edit.end, mark + current[new.end : placed_end]
                shift = placed_end - edit.end
                at += 1
            kept.append(new._replace(start=start, end=new.end - shift if end is None else end, mark=mark))
        return Edited(self.source, (*kept, *(placed.edit for placed in earlier[at:])))


def _joined(further: Sequence[Edit], earlier: Sequence[Placed], current: str) -> list[Edit]:
    """Merge edits that overlap the same mark into one, with the text between them."""
    joined: list[Edit] = []
    marks = [(mark.start, mark.end) for mark in earlier]
    for new in further:
        last = joined[-1] if joined else None
        if last and overlapping(marks, new.start, last.end):
            between = current[last.end : new.start]
            joined[-1] = last._replace(end=new.end, mark=last.mark + between + new.mark)
        else:
            joined.append(new)
    return joined
