"""One source of records, as ``intake.sources`` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from smelt.intake.conditions import Condition, as_conditions
from smelt.intake.pages import JoinConfig
from smelt.intake.presets import with_preset

Kind = Literal["tickets", "chats", "transcripts", "articles", "external"]
"""``external`` is third-party data: documents, pairs or conversations, depending on the mapped columns."""
Format = Literal[
    "json_lines", "json", "csv", "parquet", "webvtt", "srt", "markdown", "html", "mbox", "eml", "plugin"
]
Role = Literal["customer", "agent", "bot", "system"]
Paths = tuple[str, ...]
"""Dotted paths into a record; the first that has a value is used: ``requester.name``, ``comments[0].body``,
``custom_fields[id=27642].value``."""


def _as_paths(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class ParticipantsConfig(BaseModel, frozen=True, extra="forbid"):
    """A list of participants apart from the turns (``Participants`` of Contact Lens, ``users`` of Slack)."""

    path: Paths
    """Paths of lists, or of mappings by identifier, in the record."""
    id: Paths = ("id",)
    """The identifier to which ``turns.speaker_id`` refers."""
    role: Paths = ()
    name: Paths = ()

    _paths = field_validator("path", "id", "role", "name", mode="before")(_as_paths)


class TurnsConfig(BaseModel, frozen=True, extra="forbid"):
    """How turns are found: nested in a record (``path``), or a row each (``group_by``)."""

    path: Paths = ()
    """Paths of lists of turns, or of single turns, in the record; read in this order."""
    group_by: Paths | None = None
    """Rows with an equal value here (of several paths, the first that exists) form one conversation.

    They must all be in one file.
    """
    order_by: str | None = None
    """Path by which the turns of a conversation are sorted (numbers numerically); default: by their times ``at``."""
    text: Paths = ("text",)
    role: Paths = ()
    speaker: Paths = ()
    speaker_id: Paths = ()
    """Used if no role is given: turns whose ``speaker_id`` equals ``customer_id`` are the customer's, others the
    agent's."""
    participants: ParticipantsConfig | None = None
    """The list that says who a ``speaker_id`` is."""
    at: Paths = ()
    where: Mapping[str, Condition] = Field(default_factory=dict)
    """Only turns whose fields meet these conditions are taken: ``{public: true, type: {not: [note]}}``."""
    default_role: Role | None = None
    """Role of turns without a role, or with one that is not in ``roles``."""
    first_speaker: Role | None = None
    """If speakers have only names: the role of the first speaker, machines aside; others get the counterpart role.

    If ``roles`` gives the first speaker's role, all speakers without a role get its counterpart.
    """

    _paths = field_validator(
        "path", "group_by", "text", "role", "speaker", "speaker_id", "at", mode="before"
    )(_as_paths)

    _conditions = field_validator("where", mode="before")(as_conditions)


class SourceConfig(BaseModel, frozen=True, extra="forbid"):
    """One source of records. ``preset`` names a file in conf/presets whose keys are the defaults."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    kind: Kind
    format: Format
    path: str = Field(min_length=1)
    """File or folder, relative to ``intake.landing``. Folders are searched recursively."""
    glob: str | None = None
    """Pattern of file names below the folder (``*.jsonl.gz``); default: all files."""
    preset: str | None = None
    mapping: Mapping[str, Paths] = Field(default_factory=dict)
    """Column of bronze -> path(s) in the record."""
    known: Mapping[str, Paths] = Field(default_factory=dict)
    """Kind of identity (name, email, phone, username) -> path(s); customer and agent are always known."""
    outcome: Mapping[str, Paths] = Field(default_factory=dict)
    """What became of the conversation: name -> path(s)."""
    turns: TurnsConfig | None = None
    roles: Mapping[str, Role] = Field(default_factory=dict)
    """The source's word for a role -> customer, agent, bot or system; case-insensitive."""
    where: Mapping[str, Condition] = Field(default_factory=dict)
    """Which records may be used: field -> condition (``{status: {not: [deleted, spam]}}``); all conditions must hold.

    Other records are kept in bronze, and give one rejected example each, without text.
    """
    constants: Mapping[str, str] = Field(default_factory=dict)
    """Column -> value that it has in every record."""
    defaults: Mapping[str, str] = Field(default_factory=dict)
    """Column -> value used where the record has none."""
    ignore: tuple[str, ...] = ()
    """Fields that are dropped and do not count as content (e.g. counters and times of the export itself)."""
    body_format: Literal["text", "markdown", "html", "slack"] | None = None
    """Markup of body and turns; default: what the format implies, else text."""
    time_zone: str = "UTC"
    """Time zone of times without one (IANA name)."""
    time_formats: tuple[str, ...] = ()
    """strptime formats tried before ISO 8601, epoch and RFC 2822."""
    encoding: str = "utf-8"
    records_path: Paths = ()
    """Path of the records in a JSON document or line (``tickets``); default: the object is the record."""
    join: Mapping[str, JoinConfig] = Field(default_factory=dict)
    """Related objects of the page to put into the records: ``{requester: {list: users, by: requester_id}}``."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    quote: str | None = Field(default=None, max_length=1)
    """Default: ``"``; empty: quotes have no special meaning."""
    escape: str | None = Field(default=None, max_length=1)
    """Character that escapes a quote inside quotes (Spark, MySQL: a backslash).

    Default: doubled quotes, or backslashes in rows that need it; empty: doubled quotes only.
    """
    skip_lines: int = Field(default=0, ge=0)
    """Lines before the header of a CSV."""
    header: tuple[str, ...] = ()
    """Column names of a CSV that has no header line."""
    reader: str | None = None
    """Reader plugin: ``package.module:Class`` or ``path/to/file.py`` (``:Class`` where it has several)."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """Passed to the reader plugin."""
    attachments: Mapping[str, str] = Field(default_factory=dict)
    """Name -> small file below ``intake.landing`` whose text is passed to the reader plugin with its options."""

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, values: Any) -> Any:
        return with_preset(values)

    _conditions = field_validator("where", mode="before")(as_conditions)
    _records_paths = field_validator("records_path", mode="before")(_as_paths)

    @field_validator("mapping", "known", "outcome", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return {k: _as_paths(v) for k, v in value.items()} if isinstance(value, Mapping) else value

    @field_validator("constants", "defaults", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in value.items()}

    @field_validator("roles", mode="before")
    @classmethod
    def _one_a_word(cls, value: Any) -> Any:
        """Accept ``{agent: [Wizard, admin]}`` as well as ``{Wizard: agent, admin: agent}``."""
        if not isinstance(value, Mapping):
            return value
        flat: dict[str, Any] = {}
        for key, entry in value.items():
            if isinstance(entry, (list, tuple)):
                flat |= {str(word).casefold(): key for word in entry}
            else:
                flat[str(key).casefold()] = entry
        return flat
