"""The licence policy: which licences permit use, and their obligations. Licences not in it are refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

from smelt.errors import ConfigError
from smelt.external.config import ExternalConfig, ExternalSource
from smelt.intake.source import SourceConfig

Obligation = Literal["attribution", "licence_text", "share_alike", "state_changes", "no_endorsement"]

OBLIGATIONS: Mapping[str, str] = {
    "attribution": "credit the owner as the attribution says",
    "licence_text": "hand the licence's text on with the rows",
    "share_alike": "hand the rows on under the same licence only",
    "state_changes": "say that the material was changed: scrubbed, cleaned, and made into questions and answers",
    "no_endorsement": "do not suggest that the owner endorses the result",
}
"""Obligation -> what it requires of anyone who redistributes rows."""


CARD = "README.md"
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n---[ \t]*\n", re.DOTALL)
SAYS_NOTHING = ("other", "unknown")
"""Licence values on Hugging Face that name no licence."""


class Terms(BaseModel, frozen=True, extra="forbid"):
    """The policy's entry for one licence."""

    use: Literal["permitted", "refused"]
    obligations: tuple[Obligation, ...] = ()
    reason: str


class Evidence(NamedTuple):
    """An external source with the terms of its licence, and the licence's text and SHA-256."""

    name: str
    source: ExternalSource
    terms: Terms
    licence_hash: str
    licence_text: str

    @property
    def attribution(self) -> str:
        """The credit line: title, owner, address, licence, date, and the note that the licence requires."""
        where = f" ({self.source.url})" if self.source.url else ""
        note = f" {self.source.note}" if self.source.note else ""
        changed = (
            " Changed: scrubbed, cleaned, made into questions and answers."
            if "state_changes" in self.terms.obligations
            else ""
        )
        return (
            f'"{self.source.title}" by {self.source.owner}{where}, {self.source.licence},'
            f" retrieved {self.source.retrieved.isoformat()}.{note}{changed}"
        )


def read_policy(path: str | None) -> dict[str, Terms]:
    """SPDX identifier -> terms; raises ConfigError with every invalid entry."""
    name = path or "conf/licences.yaml"
    file = Path(path) if path else resources.files("smelt.conf").joinpath("licences.yaml")
    try:
        given = yaml.safe_load(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError("the licence policy cannot be read", [f"{name}: {error.strerror}"]) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError("the licence policy cannot be read", [f"{name}: not valid YAML"]) from None
    if not isinstance(given, dict):
        raise ConfigError("the licence policy cannot be used", [f"{name}: must be a mapping of licences"])
    problems: list[str] = []
    found: dict[str, Terms] = {}
    for licence, terms in given.items():
        try:
            found[str(licence)] = Terms.model_validate(terms)
        except ValidationError as error:
            problems += [
                f"{name}: {licence}.{'.'.join(map(str, each['loc']))}: {each['msg']}"
                for each in error.errors()
            ]
    if problems:
        raise ConfigError("the licence policy cannot be used", problems)
    return found


def checked(
    config: ExternalConfig, sources: Sequence[SourceConfig], location: Callable[[str], str] = str
) -> list[Evidence]:
    """Every external source with its terms and evidence, sorted by name; ``location`` resolves the path of a source.

    Raises ConfigError with all problems at once: a source unknown to intake, a source of kind ``external`` without
    terms, a licence that the policy does not know or refuses, missing or empty evidence, and a data set folder whose
    card names another licence.
    """
    paths = {source.name: location(source.path) for source in sources}
    problems = [
        f"intake.sources.{source.name}: its kind is external, so external.sources.{source.name} must say its terms"
        for source in sources
        if source.kind == "external" and source.name not in config.sources
    ]
    policy = read_policy(config.policy) if config.sources else {}
    found: list[Evidence] = []
    for name, source in sorted(config.sources.items()):
        at = f"external.sources.{name}"
        if name not in paths:
            problems.append(f"{at}: intake.sources has no such source")
        terms = policy.get(source.licence)
        if terms is None:
            problems.append(f"{at}: licence {source.licence} is not in the policy, so it is refused")
        elif terms.use == "refused":
            problems.append(f"{at}: licence {source.licence} is refused: {terms.reason}")
        said = licence_of_card(paths.get(name))
        if said is not None and said.casefold() != source.licence.casefold():
            problems.append(f"{at}: the data set's card names the licence {said}, not {source.licence}")
        try:
            text = Path(source.licence_file).read_bytes()
        except OSError as error:
            problems.append(f"{at}: licence_file {source.licence_file}: {error.strerror or 'cannot be read'}")
            continue
        if not text.strip():
            problems.append(f"{at}: licence_file {source.licence_file}: it is empty")
        if terms is not None:
            digest = hashlib.sha256(text).hexdigest()
            found.append(Evidence(name, source, terms, digest, text.decode("utf-8", "replace")))
    if problems:
        raise ConfigError("external data cannot be used on these terms", problems)
    return found


def licence_of_card(folder: str | None) -> str | None:
    """The licence in a data set's card (README.md with a YAML header, as on Hugging Face), or None unless it is one."""
    if folder is None:
        return None
    try:
        text = (Path(folder) / CARD).read_text("utf-8", "replace")
        front = FRONT_MATTER.match(text)
        named = yaml.safe_load(front.group(1)) if front else None
    except (OSError, ValueError, yaml.YAMLError):
        return None
    licence = named.get("license") if isinstance(named, dict) else None
    return licence if isinstance(licence, str) and licence not in SAYS_NOTHING else None
