"""The licence policy: what may be done with material under a licence. What is not in it is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

from smelt.errors import ConfigError
from smelt.external.config import ExternalConfig, ExternalSource

Obligation = Literal["attribution", "licence_text", "share_alike", "state_changes", "no_endorsement"]

MEANINGS: Mapping[str, str] = {
    "attribution": "credit the owner as the attribution says",
    "licence_text": "hand the licence's text on with the rows",
    "share_alike": "hand the rows on under the same licence only",
    "state_changes": "say that the material was changed: scrubbed, cleaned, and made into questions and answers",
    "no_endorsement": "do not suggest that the owner endorses the result",
}
"""What each obligation asks of whoever hands rows on."""


class Terms(BaseModel, frozen=True, extra="forbid"):
    """What the policy says about one licence."""

    use: Literal["permitted", "refused"]
    obligations: tuple[Obligation, ...] = ()
    reason: str


class Evidence(NamedTuple):
    """An external source with the terms of its licence and the hash of the licence's text."""

    name: str
    source: ExternalSource
    terms: Terms
    licence_hash: str

    @property
    def attribution(self) -> str:
        """The line that credits the owner: title, owner, address, licence, date, and what the licence wants said."""
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
    """SPDX identifier -> terms; raises ConfigError with every entry that cannot be used."""
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


def checked(config: ExternalConfig, known_sources: frozenset[str]) -> list[Evidence]:
    """Every external source with its terms and evidence, by name.

    Raises ConfigError with all that is wrong at once: a source that intake does not know, a licence that the policy
    does not know or refuses, evidence that is not there or empty.
    """
    if not config.sources:
        return []
    policy = read_policy(config.policy)
    problems: list[str] = []
    found: list[Evidence] = []
    for name, source in sorted(config.sources.items()):
        at = f"external.sources.{name}"
        if name not in known_sources:
            problems.append(f"{at}: intake.sources has no such source")
        terms = policy.get(source.licence)
        if terms is None:
            problems.append(f"{at}: licence {source.licence} is not in the policy, so it is refused")
        elif terms.use == "refused":
            problems.append(f"{at}: licence {source.licence} is refused: {terms.reason}")
        try:
            text = Path(source.licence_file).read_bytes()
        except OSError as error:
            problems.append(f"{at}: licence_file {source.licence_file}: {error.strerror or 'cannot be read'}")
            continue
        if not text.strip():
            problems.append(f"{at}: licence_file {source.licence_file}: it is empty")
        if terms is not None:
            found.append(Evidence(name, source, terms, hashlib.sha256(text).hexdigest()))
    if problems:
        raise ConfigError("external data cannot be used on these terms", problems)
    return found
