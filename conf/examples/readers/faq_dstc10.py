"""Questions and answers about places (DSTC10 track 2): one JSON object, domain -> place -> documents."""

from __future__ import annotations

import json
from collections.abc import Iterator

from smelt.intake.records import Bad, Record, SourceFile


class FaqReader:
    """One record a document: ``title`` is the question, ``body`` the answer, ``place`` what it is about."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """Every document, by its path in the file (``hotel/0/3``)."""
        for domain, places in json.loads(text).items():
            for place_id, place in places.items():
                for document_id, document in place["docs"].items():
                    key = f"{domain}/{place_id}/{document_id}"
                    yield Record(document | {"key": key, "domain": domain, "place": place["name"]}, key)
