"""SVG elements as escaped markup."""

from __future__ import annotations

from markupsafe import Markup, escape

Attribute = str | float | int | None


def tag(name: str, *children: object, **attributes: Attribute) -> Markup:
    """An element; in attribute names, ``class_`` means class and ``_`` means ``-``; None omits an attribute."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if not children:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{''.join(str(escape(child)) for child in children)}</{name}>")


def number(value: Attribute) -> str:
    """Numbers with at most three decimals: enough for any screen, and small files."""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
    return str(value)


def percent(share: float) -> str:
    """A share as the percentage that SVG wants."""
    return f"{number(100.0 * min(1.0, max(0.0, share)))}%"


def chart(*children: object, label: str, height: float, class_: str) -> Markup:
    """An ``svg`` element with ``label`` for screen readers."""
    return tag("svg", *children, class_=class_, width="100%", height=height, role="img", aria_label=label)
