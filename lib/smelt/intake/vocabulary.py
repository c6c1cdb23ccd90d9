"""Constants of intake: columns that can be mapped, formats and their defaults, reasons for quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT_COLUMNS = (
    "source_key", "customer_id", "customer_name", "customer_email", "agent_id", "agent_name",
    "subject", "title", "body", "resolution", "category", "priority", "language",
)  # fmt: skip
"""Columns of bronze that hold one text."""

TIME_COLUMNS = ("created_at", "updated_at")
MAPPABLE = (*TEXT_COLUMNS, *TIME_COLUMNS)

ROLES = ("customer", "agent", "bot", "system")

NO_NAMES = frozenset((
    "agent", "customer", "caller", "user", "bot", "system", "operator", "support", "advisor", "adviser",
    "rep", "representative", "client", "visitor", "guest", "assistant", "admin", "end-user", "contact",
    "lead", "speaker", "unknown", "clerk", "host", "member", "participant",
))  # fmt: skip
"""Words in the place of a speaker's name that are not names."""

UNKNOWN_SPEAKER = "unknown speaker"
"""Speaker of turns without a speaker in the transcript; they are neither question nor answer."""

VOICES: Mapping[str, str] = dict.fromkeys(
    (UNKNOWN_SPEAKER, "ivr", "ivr menu", "auto attendant", "automated attendant", "attendant", "voice menu",
     "phone menu",
     "announcement",
     "recording", "recorded message", "recorded voice", "automated message", "automated voice", "voicemail",
     "voice mail",
     "music", "hold music", "queue", "greeting", "prompt", "automated system", "automatic system",
     "phone system", "voice system",
     "system message", "system announcement", "interactive voice response", "answering machine", "ansage",
     "bandansage", "warteschleife", "anrufbeantworter", "sprachmenü", "sprachdialogsystem", "serveur vocal",
     "répondeur", "messagerie vocale", "menú de voz", "operadora automática", "contestador",
     "segreteria telefonica", "risponditore automatico", "keuzemenu", "secretária eletrônica",
     "telefonsvarare", "telefonsvarer"),
    "system",
) | dict.fromkeys(
    ("chatbot", "chat bot", "voice bot", "voicebot", "virtual agent", "virtual assistant", "ai agent",
     "operator bot"), "bot"
)  # fmt: skip
"""Names of automatic voices -> role."""

PLACES = ("@file", "@stem", "@position", "@hash")
"""Special paths: the file relative to the source's path, its stem, the record's position, a hash of the record."""

DEFAULT_MAPPING: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "webvtt": {"source_key": ("@file",)},
    "srt": {"source_key": ("@file",)},
    "markdown": {
        "source_key": ("front_matter.id", "@file"),
        "title": ("front_matter.title", "title"),
        "body": ("body",),
        "category": ("front_matter.category",),
        "language": ("front_matter.language", "front_matter.lang"),
        "created_at": ("front_matter.created", "front_matter.date"),
        "updated_at": ("front_matter.updated",),
    },
    "html": {
        "source_key": ("@file",),
        "title": ("title",),
        "body": ("body",),
        "language": ("language",),
        "created_at": ("meta.article:published_time", "meta.date"),
        "updated_at": ("meta.article:modified_time",),
    },
}
"""Default mapping of each format; a source's own mapping overrides it column by column."""

_YES, _NO = [True, "yes", "on", 1], [False, "no", "off", 0]
_UNPUBLISHED = [
    "draft", "unpublished", "archived", "deleted", "in review", "private", "hidden", "internal", "retired", "expired",
    "trash", "pending", "restricted", "confidential", "staff", "employees",
]  # fmt: skip
DEFAULT_WHERE: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "markdown": {
        "front_matter.draft": {"not": _YES},
        "front_matter.unlisted": {"not": _YES},
        "front_matter.hidden": {"not": _YES},
        "front_matter.archived": {"not": _YES},
        "front_matter.internal": {"not": _YES},
        "front_matter.deprecated": {"not": _YES},
        "front_matter.visible": {"not": _NO},
        "front_matter.audience": {"not": _UNPUBLISHED},
        "front_matter.access": {"not": _UNPUBLISHED},
        "front_matter.private": {"not": _YES},
        "front_matter.published": {"not": _NO},
        "front_matter.publish": {"not": _NO},
        "front_matter.status": {"not": _UNPUBLISHED},
        "front_matter.state": {"not": _UNPUBLISHED},
        "front_matter.visibility": {"not": _UNPUBLISHED},
    },
}
"""Default conditions of each format: leave out pages that site generators (Jekyll, Hugo, Docusaurus, Gatsby) do not
publish."""

DEFAULT_BODY_FORMAT: Mapping[str, str] = {"markdown": "markdown", "html": "html"}

CUES = "cues"
"""Field of a WebVTT or SRT record that holds its turns."""

ROWS = "@turns"
"""Field of a merged record that holds the rows of its conversation."""


class Reason:
    """Why an entry is quarantined. A reason may carry a detail after a colon, never text of the record."""

    INVALID_JSON = "invalid_json"
    INVALID_ENCODING = "invalid_encoding"
    NOT_AN_OBJECT = "not_an_object"
    TOO_LARGE = "record_too_large"
    FILE_TOO_LARGE = "file_too_large"
    TRUNCATED = "truncated_file"
    UNREADABLE = "unreadable_file"
    TOO_MANY_FIELDS = "row_has_more_fields_than_the_header"
    TOO_FEW_FIELDS = "row_has_fewer_fields_than_the_header"
    MALFORMED_ROW = "malformed_row"
    MISSING_KEY = "missing_key"
    NO_TEXT = "no_text"
    UNKNOWN_ROLE = "unknown_role"
    NOT_TURNS = "turns_are_not_a_list"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    READER_FAILED = "reader_failed"
