"""One source of records, as ``intake.sources`` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from smelt.intake.conditions import Condition, as_conditions
from smelt.intake.pages import JoinConfig
from smelt.intake.presets import with_preset

Kind = Literal["tickets", "chats", "transcripts", "articles", "external"]
"""``external`` is what belongs to somebody else: documents, pairs or conversations, by what is mapped."""
Format = Literal[
    "json_lines", "json", "csv", "parquet", "webvtt", "srt", "markdown", "html", "mbox", "eml", "plugin"
]
Role = Literal["customer", "agent", "bot", "system"]
Paths = tuple[str, ...]
"""Dotted paths into a record, the first that has a value wins: ``requester.name``, ``comments[0].body``,
``custom_fields[id=27642].value``."""


def _as_paths(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class ParticipantsConfig(BaseModel, frozen=True, extra="forbid"):
    """A list beside the turns that says who takes part (``Participants`` of Contact Lens, ``users`` of Slack)."""

    path: Paths
    """Lists, or mappings from an identifier, inside the record."""
    id: Paths = ("id",)
    """What ``turns.speaker_id`` points to."""
    role: Paths = ()
    name: Paths = ()

    _paths = field_validator("path", "id", "role", "name", mode="before")(_as_paths)


class TurnsConfig(BaseModel, frozen=True, extra="forbid"):
    """How turns are found: nested in a record (``path``), or a row each (``group_by``)."""

    path: Paths = ()
    """Lists of turns, or single turns, inside the record; taken in the order given."""
    group_by: Paths | None = None
    """Rows with an equal value here (of several paths the first that is there) are one conversation; all of them must
    stand in one file."""
    order_by: str | None = None
    """Sorts the turns of a conversation (numbers as numbers); otherwise they are in the order of their times ``at``."""
    text: Paths = ("text",)
    role: Paths = ()
    speaker: Paths = ()
    speaker_id: Paths = ()
    """Where no role is given: turns whose ``speaker_id`` is ``customer_id`` are the customer's, others agent's."""
    participants: ParticipantsConfig | None = None
    """The list that says who a ``speaker_id`` is."""
    at: Paths = ()
    where: Mapping[str, Condition] = Field(default_factory=dict)
    """Only turns whose fields meet these conditions are taken: ``{public: true, type: {not: [note]}}``."""
    default_role: Role | None = None
    """Role of turns that say none, or one that ``roles`` does not know."""
    first_speaker: Role | None = None
    """Where speakers have names only: the role of who speaks first, machines left out; others get its counterpart.

    Where ``roles`` knows who speaks first, all who have no role yet get the counterpart.
    """

    _paths = field_validator(
        "path", "group_by", "text", "role", "speaker", "speaker_id", "at", mode="before"
    )(_as_paths)

    _conditions = field_validator("where", mode="before")(as_conditions)


class SourceConfig(BaseModel, frozen=True, extra="forbid"):
    """One source of records. ``preset`` names a file in conf/presets whose keys hold where none is given."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    kind: Kind
    format: Format
    path: str = Field(min_length=1)
    """File or folder; relative to ``intake.landing``. Folders are searched with all below them."""
    glob: str | None = None
    """Pattern of file names below the folder (``*.jsonl.gz``); every file where it is not given."""
    preset: str | None = None
    mapping: Mapping[str, Paths] = Field(default_factory=dict)
    """Column of bronze -> path(s) in the record."""
    known: Mapping[str, Paths] = Field(default_factory=dict)
    """Kind of identity (name, email, phone, username) -> path(s); customer and agent are always known."""
    outcome: Mapping[str, Paths] = Field(default_factory=dict)
    """What became of the conversation: name -> path(s)."""
    turns: TurnsConfig | None = None
    roles: Mapping[str, Role] = Field(default_factory=dict)
    """The source's word for a role -> customer, agent, bot or system; case does not matter."""
    where: Mapping[str, Condition] = Field(default_factory=dict)
    """Records that may be used: field -> condition (``{status: {not: [deleted, spam]}}``); all conditions must hold.
    The others are kept in bronze and give one rejected example each, without text."""
    constants: Mapping[str, str] = Field(default_factory=dict)
    """Columns that have one value in every record."""
    defaults: Mapping[str, str] = Field(default_factory=dict)
    """Columns' values where the record has none."""
    ignore: tuple[str, ...] = ()
    """Fields that are not kept and do not count as content (counters and times of the export itself)."""
    body_format: Literal["text", "markdown", "html", "slack"] | None = None
    """How body and turns are written; text, or what the format implies, where it is not given."""
    time_zone: str = "UTC"
    """Zone of times that carry none (IANA name)."""
    time_formats: tuple[str, ...] = ()
    """strptime formats tried before ISO 8601, epoch and RFC 2822."""
    encoding: str = "utf-8"
    records_path: Paths = ()
    """Where in a JSON document, or in an object of a line, records stand (``tickets``); the object itself otherwise."""
    join: Mapping[str, JoinConfig] = Field(default_factory=dict)
    """What stands beside the records, put into them: ``{requester: {list: users, by: requester_id}}``."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    quote: str | None = Field(default=None, max_length=1)
    """``"`` where it is not given; empty: quotes are text like any other."""
    escape: str | None = Field(default=None, max_length=1)
    """How a quote stands inside quotes: doubled, or after this character (Spark, MySQL: a backslash). Where it is not
    given it is seen from the file; empty: a backslash is text like any other."""
    skip_lines: int = Field(default=0, ge=0)
    """Lines before the header of a CSV."""
    header: tuple[str, ...] = ()
    """Column names of a CSV that has no header line."""
    reader: str | None = None
    """Reader plugin: ``package.module:Class`` or ``path/to/file.py`` (``:Class`` where it has several)."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """Passed to the reader plugin."""
    attachments: Mapping[str, str] = Field(default_factory=dict)
    """Small files (below ``intake.landing``) whose text is passed to the reader plugin beside its options."""

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
        """Take ``{agent: [Wizard, admin]}`` as well as ``{Wizard: agent, admin: agent}``."""
        if not isinstance(value, Mapping):
            return value
        flat: dict[str, Any] = {}
        for key, entry in value.items():
            if isinstance(entry, (list, tuple)):
                flat |= {str(word).casefold(): key for word in entry}
            else:
                flat[str(key).casefold()] = entry
        return flat
