"""HTML: one article per file, its markup kept unchanged."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from smelt.intake.markup import is_tangled, text_of_tangled
from smelt.intake.records import Bad, Record, SourceFile


class HtmlReader:
    """Reads ``title`` (the page's, or its first h1), ``language``, ``meta`` and ``body``."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """One record; ``body`` is the markup inside the body element, null if it has no visible text.

        If elements nest too deeply to parse, ``body`` is the page's text and the only field.
        """
        if is_tangled(text):
            yield Record({"title": None, "language": None, "meta": {}, "body": text_of_tangled(text)}, "file")
            return
        page = LexborHTMLParser(text)
        title = page.css_first("title") or page.css_first("h1")
        root = page.css_first("html")
        meta = {
            name: node.attributes.get("content")
            for node in page.css("meta[content]")
            if (name := node.attributes.get("name") or node.attributes.get("property"))
        }
        for hidden in page.css("script, style, template, noscript"):
            hidden.decompose()
        body = page.body
        has_text = body is not None and bool(body.text(strip=True))
        yield Record(
            {
                "title": title.text(strip=True) if title else None,
                "language": root.attributes.get("lang") if root else None,
                "meta": meta,
                "body": body.inner_html if has_text and body is not None else None,
            },
            "file",
        )
