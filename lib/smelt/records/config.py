"""The ``records`` section of the configuration: which sources are tabular, and how their columns are treated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from smelt.identity import later
from smelt.records.template import TemplateError, fields_of

Type = Literal[
    "string",
    "text",
    "integer",
    "number",
    "money",
    "percent",
    "boolean",
    "date",
    "timestamp",
    "quantity",
    "enum",
]
Missing = Literal["keep", "flag", "drop", "constant", "median", "mode"]
Privacy = Literal["none", "scrub", "pseudonym", "withhold"]
Reaction = Literal["flag", "cap", "drop"]

NUMERIC = frozenset({"integer", "number", "money", "percent", "quantity"})
TIMES = frozenset({"date", "timestamp"})
RESERVED = frozenset(
    {
        "record_id",
        "source",
        "content_hash",
        "ingested_at",
        "known",
        "turns",
        "flags",
        "rejections",
        "features",
    }
)
"""Names of internal columns; a declared column of such a name would be hidden from checks."""
MISSING_WORDS = (
    "",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "-",
    "--",
    "?",
    "unknown",
    "not available",
    "not applicable",
)
TRUE_WORDS = ("yes", "y", "true", "t", "1", "on")
FALSE_WORDS = ("no", "n", "false", "f", "0", "off")
DURATION = {
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "m": 60.0, "min": 60.0, "mins": 60.0,
    "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0,
    "d": 86400.0, "day": 86400.0, "days": 86400.0, "w": 604800.0, "week": 604800.0, "weeks": 604800.0,
}  # fmt: skip
"""Units of time in seconds, the default of a ``quantity``."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Outliers(BaseModel, frozen=True, extra="forbid"):
    """Detection of outliers in a numeric column, and what happens to them.

    ``iqr``: more than ``limit`` interquartile ranges outside the quartiles (Tukey 1977: 1.5 is mild, 3 extreme).
    ``robust_z``: 0.6745 |x - median| / MAD above ``limit`` (Iglewicz and Hoaglin 1993 recommend 3.5).
    """

    method: Literal["iqr", "robust_z"] = "iqr"
    limit: float = Field(default=3.0, gt=0)
    action: Reaction = "flag"


class ColumnConfig(BaseModel, frozen=True, extra="forbid"):
    """One column: its origin and type, and the treatment of missing values, outliers and personal data."""

    field: str | None = Field(
        default=None, description="column of bronze or field of the source; else the name"
    )
    type: Type = "string"
    comment: str = ""
    nullable: bool = True
    missing: Missing = "keep"
    constant: str | None = Field(
        default=None, description="what stands in for a missing value, for missing: constant"
    )
    missing_words: tuple[str, ...] = MISSING_WORDS
    formats: tuple[str, ...] = Field(
        default=(), description="Spark date patterns, tried in turn; ISO 8601 otherwise"
    )
    time_zone: str = Field(default="UTC", description="zone of times that carry none")
    decimal_mark: Literal[".", ","] = "."
    units: dict[str, float] = Field(default=DURATION, description="unit -> factor to the unit that is kept")
    values: dict[str, tuple[str, ...]] = Field(
        default={}, description="value that is kept -> its other spellings"
    )
    closed: bool = Field(default=False, description="an enumeration that allows no other value")
    outliers: Outliers | None = None
    pii: Privacy = Field(
        default="scrub", description="withhold: read for keys and features only, never written"
    )

    @model_validator(mode="after")
    def agrees(self) -> ColumnConfig:
        """Reject policies that do not fit the type."""
        problems = []
        if self.missing == "constant" and self.constant is None:
            problems.append("missing: constant needs a constant")
        if self.missing == "median" and self.type not in NUMERIC:
            problems.append(f"missing: median does not fit type {self.type}")
        if self.outliers and self.type not in NUMERIC:
            problems.append(f"outliers do not fit type {self.type}")
        if self.values and self.type not in ("enum", "boolean"):
            problems.append(f"values do not fit type {self.type}")
        if self.type == "enum" and self.closed and not self.values:
            problems.append("a closed enumeration needs values")
        spellings = [
            s.lower() for kept, others in self.values.items() for s in {kept.lower(), *map(str.lower, others)}
        ]
        twice = sorted({s for s in spellings if spellings.count(s) > 1})
        if twice:
            problems.append(f"spelled under two values: {', '.join(twice)}")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class FeatureConfig(BaseModel, frozen=True, extra="forbid"):
    """A number computed from columns.

    length, words: of a text. elapsed: from ``start`` to ``end`` in ``unit``. first_reply: from ``start`` to the
    first turn of an agent. weekday (Monday is 1), hour, month: of a time. prior: number of earlier rows with the same
    ``of``, ordered by ``start``. value: a number or boolean unchanged (a reopen count, for example).
    """

    kind: Literal["length", "words", "elapsed", "first_reply", "weekday", "hour", "month", "prior", "value"]
    of: str | None = None
    start: str | None = None
    end: str | None = None
    unit: Literal["seconds", "minutes", "hours", "days"] = "hours"

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns from which the feature is computed."""
        return tuple(name for name in (self.of, self.start, self.end) if name)

    @model_validator(mode="after")
    def is_complete(self) -> FeatureConfig:
        """Reject a feature that lacks a column its kind needs."""
        needed = {"elapsed": ("start", "end"), "first_reply": ("start",), "prior": ("of", "start")}.get(
            self.kind, ("of",)
        )
        absent = [name for name in needed if getattr(self, name) is None]
        if absent:
            raise ValueError(f"feature {self.kind} needs {' and '.join(absent)}")
        return self


class CheckConfig(BaseModel, frozen=True, extra="forbid"):
    """A SQL condition on the columns of a row; a row for which it is false is rejected, NULL passes."""

    name: Name
    expression: str


class RecordSource(BaseModel, frozen=True, extra="forbid"):
    """One source of ``intake.sources`` read as a table."""

    source: str
    table: Literal[
        "bronze.tickets", "bronze.chats", "bronze.transcripts", "bronze.articles", "bronze.external"
    ] = "bronze.tickets"
    columns: dict[Name, ColumnConfig] = Field(min_length=1)
    key: tuple[str, ...] = Field(
        default=(), description="rows with equal values here are one record told twice"
    )
    newest: str | None = Field(
        default=None, description="column that says which of them holds; else the record_id"
    )
    exact_duplicates: Literal["keep", "flag", "drop"] = "drop"
    checks: tuple[CheckConfig, ...] = ()
    features: dict[Name, FeatureConfig] = {}
    question: str | None = Field(
        default=None, description="template: {column}, [left out when {this} is missing]"
    )
    answer: str | None = None
    examples: Literal["both", "template", "conversation"] = later(
        "both",
        description="what its records give as examples: the templates' pair, their conversation's, or both",
    )
    category: str | None = Field(default=None, description="column that becomes the category")
    asked_at: str | None = Field(default=None, description="column that becomes asked_at")

    @property
    def has_pairs(self) -> bool:
        """Whether examples are made by its templates."""
        return bool(self.question and self.answer) and self.examples != "conversation"

    @property
    def is_no_conversation(self) -> bool:
        """Whether no examples are made from its conversations."""
        return self.has_pairs and self.examples == "template"

    def deciding(self) -> RecordSource:
        """A copy with only the settings that decide the rows of silver.records."""
        return self.model_copy(update={"examples": "both"})

    @model_validator(mode="after")
    def names_its_columns(self) -> RecordSource:
        """Reject keys, features and templates that read undeclared columns, and templates that show withheld ones."""
        used = {
            "key": self.key,
            "newest": (self.newest,),
            "category": (self.category,),
            "asked_at": (self.asked_at,),
        }
        used |= {f"feature {name}": feature.reads for name, feature in self.features.items()}
        problems = [
            f"{name} is a name of smelt's own; choose another"
            for name in sorted(RESERVED & set(self.columns))
        ]
        if self.examples == "template" and not (self.question and self.answer):
            problems.append("examples: template needs a question and an answer")
        for name in ("question", "answer"):
            template = getattr(self, name)
            try:
                read = fields_of(template) if template else ()
            except TemplateError as error:
                problems.append(f"{name}: {error}")
                continue
            used[name] = read
            hidden = [
                f for f in read if f in self.columns and self.columns[f].pii in ("withhold", "pseudonym")
            ]
            problems += [f"{name} shows {field}, which is withheld" for field in hidden]
        for place, names in used.items():
            problems += [
                f"{place} names {n}, which is no column"
                for n in names
                if n is not None and n not in self.columns
            ]
        if self.asked_at and self.asked_at in self.columns and self.columns[self.asked_at].type not in TIMES:
            problems.append(f"asked_at is {self.asked_at}, which is no time")
        if problems:
            raise ValueError(f"source {self.source}: " + "; ".join(problems))
        return self


class RecordsConfig(BaseModel, frozen=True, extra="forbid"):
    """Section ``records`` of the configuration."""

    sources: tuple[RecordSource, ...] = ()
