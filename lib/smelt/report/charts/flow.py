"""A flow diagram from intake (left) to release (right), with the losses in between."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from smelt.report.charts.svg import chart, number, percent, tag
from smelt.report.data import Loss, Step

RIVER = 190.0
"""Height in pixels of the first step of each unit."""
TOP = 46.0
DROP = 56.0
NODE = 0.012
"""Width of a node as a share of the whole."""
LEAST = 1.5
LABEL = 32.0
"""Height in pixels of a loss's two lines of text, the least distance between losses."""


def flow(steps: Sequence[Step], *, label: str) -> Markup:
    """A Sankey diagram of steps, with losses leaving downwards.

    Each unit (records, examples) has its own scale, with its first step at full height; the flow is interrupted where
    the unit changes.
    """
    if not steps:
        return Markup("")
    columns = len(steps)
    room = columns if steps[-1].losses else max(1, columns - 1)
    gap = (1 - NODE * columns) / room
    left = [index * (NODE + gap) for index in range(columns)]
    scale = scales(steps)
    depth = TOP + RIVER + DROP
    ribbons: list[Markup] = []
    texts: list[Markup] = []
    for index, step in enumerate(steps):
        tall = max(LEAST, step.entered * scale[step.unit])
        x = left[index]
        ends = index + 1 == columns
        texts += heading(step, x, last=ends and not step.losses)
        texts.append(tag("rect", class_="node", x=percent(x), y=TOP, width=percent(NODE), height=tall))
        onward = step.left * scale[step.unit]
        if not ends and steps[index + 1].unit == step.unit:
            ribbons.append(ribbon("kept", x + NODE, TOP, onward, left[index + 1], TOP))
        elif not ends:
            end = left[index + 1] - gap * 0.08
            ribbons.append(ribbon("kept broken", x + NODE, TOP, onward, end, TOP))
            note = f"give {steps[index + 1].entered:,} {steps[index + 1].unit}"
            middle = percent((x + NODE + end) / 2)
            texts.append(
                tag("text", note, class_="flow-note", x=middle, y=TOP + onward / 2 + 4, text_anchor="middle")
            )
        below = TOP + onward
        free = TOP + tall + 20
        for loss in step.losses:
            thick = max(LEAST, loss.count * scale[step.unit])
            slot = max(thick, LABEL)
            target = free + (slot - thick) / 2
            free += slot + 6
            depth = max(depth, free + 14)
            ribbons.append(ribbon(tone(loss), x + NODE, below, thick, x + NODE + gap * 0.3, target))
            texts += branch(loss, step, x + NODE + gap * 0.3, target, thick)
            below += thick
    picture = tag(
        "svg",
        *ribbons,
        viewBox=f"0 0 1000 {number(depth)}",
        preserveAspectRatio="none",
        width="100%",
        height=depth,
    )
    return chart(picture, *texts, label=label, height=depth, class_="chart flow")


def scales(steps: Sequence[Step]) -> dict[str, float]:
    """Unit -> pixels per row."""
    found: dict[str, float] = {}
    for step in steps:
        found.setdefault(step.unit, RIVER / max(1, step.entered))
    return found


def tone(loss: Loss) -> str:
    """The class of a loss."""
    return f"loss {loss.kind}"


def heading(step: Step, x: float, *, last: bool) -> list[Markup]:
    """Name and number above a node; the last one is right-aligned."""
    at, anchor = (percent(x + NODE), "end") if last else (percent(x), "start")
    return [
        tag("text", step.label, class_="flow-label", x=at, y=14, text_anchor=anchor),
        tag("text", f"{step.entered:,}", class_="flow-number", x=at, y=35, text_anchor=anchor),
    ]


def branch(loss: Loss, step: Step, x: float, y: float, thick: float) -> list[Markup]:
    """Name, number and share of a loss, to the right of its end."""
    share = loss.count / step.entered if step.entered else 0.0
    middle = y + thick / 2
    return [
        tag("rect", class_=f"end {tone(loss)}", x=percent(x), y=y, width=3, height=thick),
        tag("text", loss.label, class_="flow-loss", x=percent(x + 0.008), y=middle - 2),
        tag("text", f"{loss.count:,}, {share:.1%}", class_="flow-share", x=percent(x + 0.008), y=middle + 13),
    ]


def ribbon(kind: str, x: float, y: float, thick: float, to_x: float, to_y: float) -> Markup:
    """A band between two heights, as a cubic curve; x in shares, y in pixels."""
    a, b = 1000 * x, 1000 * to_x
    half = (a + b) / 2
    there = f"C{number(half)},{number(y)} {number(half)},{number(to_y)} {number(b)},{number(to_y)}"
    back = f"{number(half)},{number(to_y + thick)} {number(half)},{number(y + thick)} {number(a)},{number(y + thick)}"
    path = f"M{number(a)},{number(y)} {there} V{number(to_y + thick)} C{back} Z"
    return tag("path", class_=f"ribbon {kind}", d=path)
