"""The ``pii`` section of the configuration: which personal data is detected, and how it is replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from smelt.pii.entities import OFF, SEVERITIES, Severity
from smelt.regexes import problem_of

Policy = Literal["tag", "index", "mask", "hash", "surrogate", "keep", "reject"]
Reserved = Literal["find", "ignore"]

ENTITY_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z][A-Z0-9]*)*")


class EntityRule(BaseModel, frozen=True, extra="forbid"):
    """The treatment of one entity. ``severe`` entities that remain after scrubbing stop a release."""

    policy: Policy = "index"
    severity: Severity = "severe"
    enabled: bool = True


class CustomEntity(BaseModel, frozen=True, extra="forbid"):
    """A user-defined entity, e.g. a policy number.

    ``pattern`` is a Rust regex (no look-around, no back-references); ``checksum`` is applied to the
    digits or characters of a match. If ``context`` is not empty, one of its words is required within ``window``
    characters before or after; a ``veto`` word there drops the match.
    """

    pattern: str
    checksum: str | None = Field(
        default=None, description="luhn, mod97, or a stdnum module such as 'de.idnr'"
    )
    context: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    window: int = Field(default=40, ge=0, le=500)
    confidence: float = Field(default=0.8, ge=0, le=1)
    policy: Policy = "index"
    severity: Severity = "high"

    @field_validator("pattern")
    @classmethod
    def is_not_empty(cls, pattern: str) -> str:
        """Reject an empty pattern, and one that Rust's regex engine does not support."""
        if not pattern.strip():
            raise ValueError("pattern must not be empty")
        problem = problem_of(pattern)
        if problem is not None:
            raise ValueError(f"pattern: {problem}")
        return pattern


class ReservedRanges(BaseModel, frozen=True, extra="forbid"):
    """Treatment of reserved values that belong to nobody: ``find`` replaces them like any other.

    ``ignore`` keeps them, e.g. in documentation full of 192.168.0.1 and user@example.com.
    """

    emails: Reserved = Field(
        default="find", description="example.com, example.org, .test, .invalid (RFC 2606)"
    )
    phones: Reserved = Field(default="find", description="555-0100 to 555-0199 (NANP), 020 7946 0xxx (Ofcom)")
    ips: Reserved = Field(default="find", description="private, loopback, link-local, documentation ranges")
    cards: Reserved = Field(default="find", description="the issuers' published test numbers")
    ssns: Reserved = Field(
        default="ignore",
        description="numbers published in advertisements (987-65-432x, 078-05-1120): the SSA voided them",
    )


class PublicRules(BaseModel, frozen=True, extra="forbid"):
    """Treatment of impersonal addresses: ``keep`` leaves them, ``replace`` applies their entity's policy."""

    urls: Literal["keep", "replace"] = Field(
        default="keep",
        description="pages for everybody: no profile, name, query, token or long number in them",
    )
    ips: Literal["keep", "replace"] = Field(
        default="keep",
        description="private, loopback and reserved networks, and the well-known public resolvers",
    )


class IdentifierConfig(BaseModel, frozen=True, extra="forbid"):
    """Further labels of a business identifier, and the shape of the value after them.

    ``shape`` is a Rust regex (no look-around, no back-references) of the value.
    """

    labels: tuple[str, ...] = Field(min_length=1)
    shape: str = "[A-Za-z0-9-]*[0-9][A-Za-z0-9-]*"

    @field_validator("labels")
    @classmethod
    def labels_are_words(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """Reject labels without a letter, which would match everywhere."""
        empty = [label for label in given if not any(character.isalpha() for character in label)]
        if empty:
            raise ValueError(f"labels need a letter: {', '.join(map(repr, empty))}")
        return given

    @field_validator("shape")
    @classmethod
    def shape_can_be_run(cls, shape: str) -> str:
        """Reject an empty shape, and one that Rust's regex engine does not support."""
        problem = problem_of(shape) if shape.strip() else "must not be empty"
        if problem is not None:
            raise ValueError(f"shape: {problem}")
        return shape


class KeyConfig(BaseModel, frozen=True, extra="forbid"):
    """Where the key is read from; the key itself is never in the configuration.

    ``name`` is an environment variable, a file's path, or ``scope/key`` of a Databricks secret.
    ``demo`` allows the published demo key if there is no key; it protects nothing.
    """

    source: Literal["env", "file", "databricks"] = "env"
    name: str = "SMELT_PII_KEY"
    version: str = Field(default="1", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")
    demo: bool = False

    @model_validator(mode="after")
    def names_a_place(self) -> KeyConfig:
        """Require ``scope/key`` for a Databricks secret."""
        if self.source == "databricks" and self.name.count("/") != 1:
            raise ValueError("key.name must be 'scope/key' when key.source is databricks")
        return self


class NamesConfig(BaseModel, frozen=True, extra="forbid"):
    """Settings of the name detector."""

    known: bool = Field(default=True, description="search for the record's own identities")
    typos: bool = Field(default=True, description="also with one typo, in names of five letters or more")
    introductions: bool = Field(default=True, description="'my name is ...', greetings and signatures")
    lexicon: bool = Field(default=True, description="given and family names, with context")
    lexicon_files: tuple[str, ...] = Field(default=(), description="more names, one a line, UTF-8")
    not_names: tuple[str, ...] = Field(
        default=(), description="words that are never a name here, e.g. products"
    )


class SparkNlpConfig(BaseModel, frozen=True, extra="forbid"):
    """The optional Spark NLP stage; off by default, as its gain in recall must be measured against its time."""

    enabled: bool = False
    model: str | None = Field(default=None, description="path of a trained NER model")
    rules: str | None = Field(default=None, description="path of an entity ruler's JSONL patterns")


class NerConfig(BaseModel, frozen=True, extra="forbid"):
    """A trained NER model for lines in which the name rules are unsure; off by default."""

    kind: Literal["none", "spacy", "transformers"] = "none"
    model: str = Field(default="", description="an installed spaCy pipeline's name, or the folder of a model")
    labels: tuple[str, ...] = Field(default=("PERSON", "PER"), description="the model's labels of people")
    longest_line: int = Field(default=400, ge=1, description="characters; longer lines are not asked about")

    @model_validator(mode="after")
    def names_a_model(self) -> NerConfig:
        """Require a model unless ``kind`` is none."""
        if self.kind != "none" and not self.model.strip():
            raise ValueError(f"ner.model must name a pipeline or a folder when ner.kind is {self.kind}")
        return self


class DetectorsConfig(BaseModel, frozen=True, extra="forbid"):
    """Which detectors run."""

    patterns: bool = True
    names: bool = True
    spoken: bool = True
    spark_nlp: SparkNlpConfig = SparkNlpConfig()
    ner: NerConfig = NerConfig()


class VaultConfig(BaseModel, frozen=True, extra="forbid"):
    """The optional table of encrypted values, for ``smelt reveal``."""

    enabled: bool = False


class GateConfig(BaseModel, frozen=True, extra="forbid"):
    """The privacy gate of a release: how many residual findings of each severity are allowed.

    Rows with a severe finding, or with a finding of an independent pattern, are held back from the release and counted,
    up to the share ``max_held_back`` of its rows; more than that stop the release.
    """

    enabled: bool = True
    min_confidence: float = Field(default=0.6, ge=0, le=1)
    max_severe: int = Field(default=0, ge=0)
    max_share_high: float = Field(default=0.01, ge=0, le=1)
    max_held_back: float = Field(
        default=0.01, ge=0, le=1, description="share of rows; 0: none, the first one stops the release"
    )


IDENTIFIERS = (
    "ORDER",
    "CASE",
    "POLICY",
    "SERIAL",
    "IMEI",
    "VIN",
    "LICENCE_KEY",
    "LOGIN",
    "HANDLE",
    "PATH_USER",
)
"""Business and machine identifiers, to which ``pii.identifiers`` can add labels and shapes."""

DEFAULT_RULES: Mapping[str, EntityRule] = {
    entity: EntityRule(policy="index", severity=severity, enabled=entity not in OFF)
    for entity, severity in SEVERITIES.items()
}


class PiiConfig(BaseModel, frozen=True, extra="forbid"):
    """Detection and replacement of personal data.

    ``entities`` need only hold differences from the defaults.
    """

    entities: dict[str, EntityRule] = Field(
        default_factory=lambda: dict(DEFAULT_RULES), validate_default=True
    )
    custom: dict[str, CustomEntity] = Field(default_factory=dict)
    min_confidence: float = Field(default=0.5, ge=0, le=1)
    default_region: str = Field(
        default="US", pattern=r"^[A-Z]{2}$", description="phones without a country code"
    )
    regions: tuple[str, ...] = Field(
        default=("US", "GB"), description="number plans tried for national phones"
    )
    reserved: ReservedRanges = ReservedRanges()
    public: PublicRules = PublicRules()
    identifiers: dict[str, IdentifierConfig] = Field(
        default_factory=dict, description="more labels and shapes of ORDER, CASE, POLICY, SERIAL, LOGIN, ..."
    )
    key: KeyConfig = KeyConfig()
    detectors: DetectorsConfig = DetectorsConfig()
    names: NamesConfig = NamesConfig()
    vault: VaultConfig = VaultConfig()
    gate: GateConfig = GateConfig()

    @field_validator("entities", mode="before")
    @classmethod
    def over_the_defaults(cls, given: Any) -> Any:
        """Complete partial rules by the defaults: ``PHONE: {policy: mask}`` keeps PHONE's severity."""
        if not isinstance(given, Mapping):
            return given
        merged: dict[str, Any] = dict(DEFAULT_RULES)
        for entity, rule in given.items():
            known = DEFAULT_RULES.get(str(entity))
            merged[entity] = {**known.model_dump(), **rule} if known and isinstance(rule, Mapping) else rule
        return merged

    @model_validator(mode="after")
    def names_are_entities(self) -> PiiConfig:
        """Reject unknown or clashing entities, all at once."""
        problems = [
            f"{name!r} is not an entity name (upper case, e.g. POLICY_NUMBER)"
            for name in (*self.entities, *self.custom)
            if not ENTITY_NAME.fullmatch(name)
        ]
        unknown = sorted(set(self.entities) - set(DEFAULT_RULES))
        problems += [
            f"entities.{name} is unknown; an entity of your own belongs in custom" for name in unknown
        ]
        clashing = sorted(set(self.custom) & set(DEFAULT_RULES))
        problems += [
            f"identifiers.{name} is none of {', '.join(IDENTIFIERS)}"
            for name in self.identifiers
            if name not in IDENTIFIERS
        ]
        problems += [f"custom.{name} is already a built-in entity" for name in clashing]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def rule(self, entity: str) -> EntityRule:
        """The rule of a built-in or custom entity; an unconfigured entity has the default rule (replaced, severe)."""
        own = self.custom.get(entity)
        if own is not None:
            return EntityRule(policy=own.policy, severity=own.severity)
        return self.entities.get(entity) or EntityRule()

    def deciding(self) -> PiiConfig:
        """A copy with the settings that decide the result of scrubbing; a change of others needs no new scrubbing."""
        return self.model_copy(update={"key": KeyConfig(), "vault": VaultConfig(), "gate": GateConfig()})
