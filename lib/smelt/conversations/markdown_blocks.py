"""Markdown -> blocks of plain text, with markdown-it: headings, paragraphs, list items, rows, code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from smelt.conversations.blocks import DEEPEST, Block, description
from smelt.intake.markup import without_spans

_IMAGE = re.compile(r":::image\b")
_IMAGE_END = re.compile(r"\s*:::image-end:::")
_ALT = re.compile(r"alt-text=\"([^\"]*)\"")
_FENCE_DIRECTIVE = re.compile(r"^[ \t]*:::.*$", re.MULTILINE)
_INCLUDE = re.compile(r"\[!INCLUDE\s{0,20}\[[^\]]{0,500}\]\s{0,20}\([^)]{0,1000}\)\s{0,20}\]", re.IGNORECASE)
"""Bounded repetitions: otherwise every beginning would be searched to the end of the text."""
_DIRECTIVE = re.compile(r"^\[!(?:div|TABS|VIDEO|CODE)\b[^\]]*\]", re.IGNORECASE)
_ALERT = re.compile(r"^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def markdown_blocks(text: str) -> list[Block]:
    """Split a Markdown text (CommonMark with tables, and Microsoft Learn's extensions) into blocks, in order."""
    return _Walk().blocks(_parser().parse(without_extensions(text)))


def without_extensions(text: str) -> str:
    """Reduce to CommonMark: remove comments and includes, replace pictures by their texts, drop directive fences."""
    text = _with_descriptions(without_spans(text, "<!--", "-->"))
    text = _INCLUDE.sub("", _FENCE_DIRECTIVE.sub("", text))
    return without_directives(text) if _GENERATOR.search(text) else text


def _with_descriptions(text: str) -> str:
    """Replace picture blocks (``:::image alt-text="...":::``) by their alternative texts."""
    parts: list[str] = []
    done = 0
    while begin := _IMAGE.search(text, done):
        stop = text.find(":::", begin.end())
        if stop < 0:
            break
        alt = _ALT.search(text, begin.end(), stop)
        parts += [text[done : begin.start()], description(alt[1]) if alt else ""]
        end = _IMAGE_END.match(text, stop + 3)
        done = end.end() if end else stop + 3
    return "".join([*parts, text[done:]])


_GENERATOR = re.compile(r"\{[%{:]|^(?:import|export)\s|<[A-Z][\w.]*[\s/>]", re.MULTILINE)
_ESM = re.compile(
    r"^(?:import\s+(?:[\w*{}\s,$]+\s+from\s+)?['\"][^'\"\n]+['\"];?|export\s+(?:default|const|let|function)\b.*)\s*$"
)
_TEMPLATE = re.compile(
    r"\{%-?.{0,300}?-?%\}|\{\{[<%].{0,300}?[%>]\}\}|\{\{-?\s*(?:site|page|content|include|layout|theme)\b.{0,300}?\}\}|"
    r"\{:\s*[.#\w][^}\n]*\}"
)
_LONGEST_LINE = 4_000
"""Longer lines are not changed, since the patterns take quadratic time."""
_COMPONENT = re.compile(r"^\s*</?[A-Z][\w.]*(?:\s[^<>]*)?/?>\s*$")
_CODE_SPAN = re.compile(r"(`+)(?:(?!\1).)+\1")


def without_directives(text: str) -> str:
    """Remove the syntax of site generators: MDX imports, Liquid and Hugo tags, components.

    They are kept in code, where they are the subject of the article.
    """
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"\s{0,3}(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and len(line) <= _LONGEST_LINE and not line.startswith(("    ", "\t")):
            if _ESM.match(line) or _COMPONENT.match(line):
                continue
            changed = _outside_code(line)
            if changed != line and not changed.strip():
                continue
            line = changed
        kept.append(line)
    return "\n".join(kept)


def _outside_code(line: str) -> str:
    spans = [(found.start(), found.end()) for found in _CODE_SPAN.finditer(line)]

    def gone(tag: re.Match[str]) -> str:
        return tag[0] if any(start <= tag.start() < end for start, end in spans) else ""

    return _TEMPLATE.sub(gone, line)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


class _Walk:
    """Walks the tokens once, keeping track of open lists and tables."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._lists: list[list[int]] = []  # the next number of each open list; 0 for bullets
        self._mark: str | None = None
        self._cells: list[str] | None = None
        self._level = 0

    def blocks(self, tokens: Sequence[Token]) -> list[Block]:
        for token in tokens:
            kind = token.type
            if kind == "heading_open":
                self._level = int(token.tag[1])
            elif kind == "inline":
                self._text(inline_text(token.children or ()))
            elif kind in ("fence", "code_block"):
                self._add(token.content.rstrip("\n"))
            elif kind == "html_block":
                self._html(token.content)
            elif kind == "bullet_list_open":
                self._lists.append([0])
            elif kind == "ordered_list_open":
                self._lists.append([int(token.attrs.get("start", 1) or 1)])
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif kind == "list_item_open":
                number = self._lists[-1][0]
                self._mark = f"{number}. " if number else "- "
                self._lists[-1][0] += number > 0
            elif kind == "list_item_close":
                self._mark = None
            elif kind == "tr_open":
                self._cells = []
            elif kind == "tr_close":
                self._row()
        return self._found

    def _text(self, text: str) -> None:
        if self._cells is not None:
            self._cells.append(" ".join(text.split()))
            return
        if self._level:
            self._found.append(Block(" ".join(text.split()), self._level))
            self._level = 0
            return
        alert = _ALERT.match(text)
        if alert:
            text = f"{alert[1].capitalize()}: {text[alert.end() :].lstrip()}"
        text = _DIRECTIVE.sub("", text)
        if alert and not text.partition(": ")[2]:
            return
        self._add(text)

    def _add(self, text: str) -> None:
        if not text.strip():
            return
        depth = min(len(self._lists), DEEPEST)
        indent = "  " * max(0, depth - 1)
        first = indent + (self._mark or ("  " if depth else ""))
        lines = text.split("\n")
        rest = indent + ("  " if depth else "")
        joined = "\n".join([first + lines[0], *(rest + line if line.strip() else line for line in lines[1:])])
        tight = depth > 0 and bool(self._found) and not self._found[-1].level
        self._found.append(Block(joined, is_tight=tight))
        self._mark = None

    def _row(self) -> None:
        cells, self._cells = self._cells or [], None
        if any(cells):
            in_table = bool(self._found) and " | " in self._found[-1].text
            self._found.append(Block(" | ".join(cells), is_tight=in_table))

    def _html(self, markup: str) -> None:
        from smelt.conversations.html_blocks import html_blocks

        for block in html_blocks(markup):
            if block.level:
                self._found.append(block)
            else:
                self._add(block.text)


def inline_text(tokens: Sequence[Token]) -> str:
    """The text of inline tokens: links and emphasis without markup, code unchanged."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(description(token.content))
        elif token.type == "html_inline" and _BREAK.fullmatch(token.content):
            parts.append("\n")
    return "".join(parts).replace("\u00a0", " ").strip()
