"""Raw text to plain text, whole batches at a time: markup away, encoding mended, Unicode in NFC.

Rust regex (Polars) finds the few texts that need more; only those are parsed one by one.
"""

from __future__ import annotations

import re
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
"""C0 and C1 controls but tab and line ends, soft hyphen, zero-width space, word joiner, byte order mark.
Joiners (ZWJ, ZWNJ) and direction marks stay: emoji and right-to-left scripts need them."""
_FOREIGN = r"[^\x00-\x7F]"
MAY_BE_BAD = r"[^\x00-\x7F]{2}|[\u0080-\u009FÂÃŒœ]"
"""What every text holds that ftfy calls bad (a test keeps it so): ordinary accents and quotes pass in Rust."""

_BLOCK = re.compile(
    r"(?i)<(?:br|hr|/?(?:p|div|li|tr|h[1-6]|blockquote|table|ul|ol|pre|title|section|article))\b[^<>]*>"
)
_CELL_END = re.compile(r"(?i)</t[dh]\s*>")
_MAX_TAGS = 20_000
"""Above it tags are cut out and no tree is built: depth makes parsers quadratic."""
_DROPPED = "script, style, head, noscript, template, svg"
_QUOTED = "blockquote, .gmail_quote, .yahoo_quoted, .moz-cite-prefix"


def to_plain_text(texts: Sequence[str | None]) -> list[str | None]:
    """Each text without markup, mojibake, control characters and ragged white space; null stays null.

    Line ends become ``\\n``, three and more empty lines one; quoted parts of HTML mails keep a ``> `` before
    each line so that cleaning finds them.
    """
    column = pl.Series("text", texts, dtype=pl.String)
    marked = (column.str.contains(_HTML) | column.str.contains(_ENTITY)).fill_null(False)
    column = _where(column, marked, html_to_text)
    column = (
        _legible(column)
        .str.replace_all(r"[\t\x{00A0}\x{2000}-\x{200A}\x{202F}\x{3000} ]+", " ")
        .str.replace_all(r" *\n *", "\n")
        .str.replace_all(r"\n{3,}", "\n\n")
        .str.strip_chars()
    )
    return _composed(column)


def mended(texts: Sequence[str | None]) -> list[str | None]:
    """Texts that are plain already, as ``to_plain_text`` gives them but with indentation and inner spaces.

    What looks like markup in them is text: code, or a tag that is written about.
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
    """Encoding mended, line ends as ``\\n``, no control characters."""
    column = _where(column, column.str.contains(MAY_BE_BAD).fill_null(False), mend_encoding)
    return column.str.replace_all("\r\n?", "\n").str.replace_all(_CONTROL, "")


def _composed(column: pl.Series) -> list[str | None]:
    """Values in NFC."""
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
    """Mojibake mended with ftfy where its own measure says that the text is bad; otherwise unchanged."""
    import ftfy
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    return str(ftfy.fix_encoding(text))


def html_to_text(html: str) -> str:
    """The text of an HTML fragment: blocks on lines of their own, links as their words, quotes marked ``> ``."""
    if html.count("<") > _MAX_TAGS or is_tangled(html):
        return text_of_tangled(html)
    from selectolax.lexbor import LexborHTMLParser

    separated = _CELL_END.sub(r" \g<0>", _BLOCK.sub(_with_line_end, html))
    tree = LexborHTMLParser(separated)
    for node in tree.css(_DROPPED):
        node.decompose()
    for node in tree.css(_QUOTED)[:50]:
        if not _is_inside_quote(node):
            quoted = "\n".join(f"> {line}" for line in node.text(deep=True).splitlines() if line.strip())
            node.replace_with(f"\n{quoted}\n")
    root = tree.body or tree.root
    return root.text(deep=True) if root is not None else ""


def _with_line_end(tag: re.Match[str]) -> str:
    return f"{tag[0]}\n" if tag[0][1] == "/" or tag[0][1:3].lower() in ("br", "hr") else f"\n{tag[0]}"


def _is_inside_quote(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == "blockquote" or "gmail_quote" in ((parent.attributes or {}).get("class") or ""):
            return True
        parent = parent.parent
    return False
