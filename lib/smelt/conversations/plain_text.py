"""Converts batches of raw texts to plain text: removes markup, repairs encoding, normalises Unicode to NFC.

Polars (Rust) regular expressions find the few texts that need more; only those are parsed one by one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import polars as pl

from smelt.intake.markup import is_tangled, text_of_tangled

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HTML = (
    r"(?i)<(?:/?(?:p|br|div|span|a|b|i|u|em|strong|font|ul|ol|li|table|tbody|tr|td|th|h[1-6]|html|body|head|img|"
    r"blockquote|pre|code|hr|style|script)(?:\s[^<>]*)?/?>|!doctype[^<>]*|!--)"
)
_ENTITY = (
    r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp|mdash|ndash|hellip|rsquo|lsquo|rdquo|ldquo);"
)
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\u0080-\u009F\u00AD\u200B\u2060\uFEFF\uFFFE\uFFFF]"
"""C0 and C1 controls except tab and line ends, soft hyphen, zero-width space, word joiner, byte order mark.
Joiners (ZWJ, ZWNJ) and direction marks are kept: emoji and right-to-left scripts need them."""
_FOREIGN = r"[^\x00-\x7F]"
MAY_BE_BAD = r"[^\x00-\x7F]{2}|[\u0080-\u009FÂÃŒœ]"
"""Occurs in every text that ftfy's heuristic calls bad (a test ensures it); other texts are not passed to ftfy."""

_BLOCK = re.compile(
    r"(?i)<(?:br|hr|/?(?:p|div|li|tr|h[1-6]|blockquote|table|ul|ol|pre|title|section|article))\b[^<>]*>"
)
_CELL_END = re.compile(r"(?i)</t[dh]\s*>")
_MAX_TAGS = 20_000
"""With more tags they are cut out by a pattern instead of parsed, since depth makes parsers quadratic."""
_SPACES = r"[\x{00A0}\x{2000}-\x{200A}\x{202F}\x{3000}]"
_PRE = "pre, textarea, listing"
_KEPT = str.maketrans({" ": "\ue0f0", "\t": "\ue0f1", "\n": "\ue0f2", "\u00a0": "\ue0f0"})
"""White space of preformatted text -> private-use characters, while other white space is collapsed."""
_GIVEN_BACK = str.maketrans({"\ue0f0": " ", "\ue0f1": "\t", "\ue0f2": "\n"})
_EVEN = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_AROUND_LINES = re.compile(r" *\n *")
_DROPPED = "script, style, head, noscript, template, svg"
_QUOTED = "blockquote, .gmail_quote, .gmail_attr, .yahoo_quoted, .moz-cite-prefix"
_AROUND_QUOTES = frozenset(("gmail_quote", "gmail_quote_container", "yahoo_quoted"))
"""CSS classes of containers that hold a quoted mail, its header, and text written between its parts."""


def to_plain_text(texts: Sequence[str | None]) -> list[str | None]:
    """Remove markup, mojibake, control characters and superfluous white space from each text; null stays null.

    Line ends become ``\\n``, three or more empty lines one. Lines quoted in HTML mails get the prefix ``> `` for later
    cleaning. Significant white space is kept: indentation of plain text by two or more spaces or tabs, and everything
    inside ``<pre>``.
    """
    column = pl.Series("text", texts, dtype=pl.String)
    marked = (column.str.contains(_HTML) | column.str.contains(_ENTITY)).fill_null(False)
    column = _where(column, marked, html_to_text)
    column = _legible(column).str.replace_all(_SPACES, " ").str.replace_all(r"[ \t]+\n", "\n")
    inner = column.str.contains(r"\S(?:[ \t]{2,}|\t)\S").fill_null(False) & ~marked
    column = _where(column, inner, even_lines)
    first = column.str.contains(r"\A\s*[ \t]").fill_null(False)
    column = (
        _where(column, first, textwrap.dedent)
        .str.replace_all(r"(?m)^ (\S)", "${1}")
        .str.replace_all(r"\n{3,}", "\n\n")
        .str.strip_chars()
    )
    return _composed(column)


_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_WRITTEN_SO = re.compile(r"^(?:[ ]{2}|\t)|[={}<>|;`\\$]|\"[^\"]*[ \t]{2}[^\"]*\"|'[^']*[ \t]{2}[^']*'")
"""A line with intended gaps: indented, with characters typical of code, or with gaps inside quotes."""
_GAP = re.compile(r"(?<=\S)(?:[ \t]{2,}|\t)(?=\S)")


def even_lines(text: str) -> str:
    """Collapse runs of spaces in lines of prose; code and text tables are not changed."""
    return outside_fences(text, _even)


def _even(line: str) -> str:
    if "  " not in line and "\t" not in line:
        return line
    return line if _WRITTEN_SO.search(line) else _GAP.sub(" ", line)


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Apply ``change`` to every line outside fenced code."""
    lines = text.split("\n")
    if "```" not in text and "~~~" not in text:
        return "\n".join(map(change, lines))
    inside = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            lines[number] = change(line)
    return "\n".join(lines)


def mended(texts: Sequence[str | None]) -> list[str | None]:
    """:func:`to_plain_text` for texts that are plain already; keeps indentation and inner spaces.

    Apparent markup is kept, since it is code or a tag that is being discussed.
    """
    column = (
        _legible(pl.Series("text", texts, dtype=pl.String))
        .str.replace_all("\u00a0", " ", literal=True)
        .str.replace_all(r"[ \t]+\n", "\n")
        .str.replace_all(r"\n{3,}", "\n\n")
        .str.strip_chars()
    )
    return _composed(column)


def _legible(column: pl.Series) -> pl.Series:
    """Repair encoding, use ``\\n`` as line end, remove control characters."""
    column = _where(column, column.str.contains(MAY_BE_BAD).fill_null(False), mend_encoding)
    return column.str.replace_all("\r\n?", "\n").str.replace_all(_CONTROL, "")


def _composed(column: pl.Series) -> list[str | None]:
    """Normalise to NFC; only texts with non-ASCII characters are touched."""
    rows = column.str.contains(_FOREIGN).fill_null(False).arg_true()
    if not len(rows):
        return column.to_list()
    return column.scatter(rows, column.gather(rows).str.normalize("NFC")).to_list()


def _where(column: pl.Series, mask: pl.Series, change: Callable[[str], str]) -> pl.Series:
    rows = mask.arg_true()
    if not len(rows):
        return column
    changed = [change(text) for text in column.gather(rows).to_list()]
    return column.scatter(rows, pl.Series(changed, dtype=pl.String))


def mend_encoding(text: str) -> str:
    """Repair mojibake with ftfy if its own heuristic (``is_bad``) finds any; otherwise unchanged."""
    import ftfy
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    return str(ftfy.fix_encoding(text))


def html_to_text(html: str) -> str:
    """The text of an HTML fragment: blocks on separate lines, links as their text, quoted lines after ``> ``."""
    if html.count("<") > _MAX_TAGS or is_tangled(html):
        return text_of_tangled(html)
    from selectolax.lexbor import LexborHTMLParser

    separated = _CELL_END.sub(r" \g<0>", _BLOCK.sub(_with_line_end, html))
    tree = LexborHTMLParser(separated)
    for node in tree.css(_DROPPED):
        node.decompose()
    for node in tree.css(_PRE) if "<pre" in html.lower() or "<textarea" in html.lower() else ():
        node.replace_with("\n" + _written(node).strip("\n").translate(_KEPT) + "\n")
    for node in tree.css(_QUOTED)[:50]:
        if not _is_inside_quote(node) and not _holds_more_than_a_quote(node):
            quoted = "\n".join(f"> {line}" for line in node.text(deep=True).splitlines() if line.strip())
            node.replace_with(f"\n{quoted}\n")
    root = tree.body or tree.root
    text = root.text(deep=True) if root is not None else ""
    return _AROUND_LINES.sub("\n", _EVEN.sub(" ", text)).translate(_GIVEN_BACK)


def _written(node: LexborNode) -> str:
    """The text of preformatted markup with unified line ends."""
    return node.text(deep=True).replace("\r\n", "\n")


def _holds_more_than_a_quote(node: LexborNode) -> bool:
    """Whether an element contains block quotes, which are marked themselves, and may hold the writer's text between
    them."""
    classes = set(((node.attributes or {}).get("class") or "").split())
    return (
        bool(classes & _AROUND_QUOTES)
        and node.css_first("blockquote") is not None
        and node.tag != "blockquote"
    )


def _with_line_end(tag: re.Match[str]) -> str:
    return f"{tag[0]}\n" if tag[0][1] == "/" or tag[0][1:3].lower() in ("br", "hr") else f"\n{tag[0]}"


def _is_inside_quote(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        classes = ((parent.attributes or {}).get("class") or "").split()
        if parent.tag == "blockquote" or (
            _AROUND_QUOTES & set(classes) and not _holds_more_than_a_quote(parent)
        ):
            return True
        parent = parent.parent
    return False
