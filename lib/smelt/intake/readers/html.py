"""HTML: an article a file, its markup kept as it is."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from smelt.intake.markup import is_tangled, text_of_tangled
from smelt.intake.records import Bad, Record, SourceFile


class HtmlReader:
    """Reads ``title`` (of the page, or its first h1), ``language``, ``meta`` and ``body``."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """One record; ``body`` is the markup within the body element, null where no text is visible.

        Where elements nest too deeply for a parser, it is the text of the page, and there is nothing else.
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
