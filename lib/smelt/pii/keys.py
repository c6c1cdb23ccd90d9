"""The secret key for pseudonyms, hashes, surrogates and the vault: loading, derivation and rotation.

A key is never logged, written to a table or shown; its ``repr`` is its version. Every purpose has its own derived key,
so a leaked hash key does not open the vault.

The place (environment variable, file or Databricks secret) holds either the bare secret, or one ``version:secret`` per
line, the newest first. The first is used for writing, the others for reading older values. To rotate, add a new first
line, run the pipeline, and remove the old line.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from smelt.errors import ConfigError
from smelt.pii.config import KeyConfig

MIN_SECRET_CHARS = 32
"""A random secret of 32 characters of base64 has 192 bits; of hex, 128 bits."""

DEMO_VERSION = "demo"
_DEMO_SECRET = b"smelt demo key: published, protects nothing"
_VERSIONED = re.compile(r"(?P<version>[A-Za-z0-9][A-Za-z0-9_-]{0,31}):(?P<secret>\S+)")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScrubKey:
    """One version of the secret; use keys from ``derive(purpose)``, never the secret itself."""

    version: str
    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose: HMAC-SHA256(secret, purpose), the expand step of HKDF (RFC 5869)."""
        return hmac.new(self.secret, b"smelt/" + purpose.encode() + b"\x01", hashlib.sha256).digest()

    @property
    def is_demo(self) -> bool:
        """Whether this is the published demo key."""
        return self.version == DEMO_VERSION


@dataclass(frozen=True)
class KeyRing:
    """All configured versions: ``current`` is used for writing, all for reading."""

    keys: tuple[ScrubKey, ...]

    @property
    def current(self) -> ScrubKey:
        """The newest version."""
        return self.keys[0]

    def version(self, version: str) -> ScrubKey:
        """The key of a version. Raises ConfigError if it is no longer configured."""
        for key in self.keys:
            if key.version == version:
                return key
        raise ConfigError(
            "a key version is missing",
            [
                f"version {version!r} was used to write this; the key's place holds {[k.version for k in self.keys]}"
            ],
        )


@cache
def _warn_of_demo(source: str, name: str) -> None:
    """Warn about the demo key, once per process."""
    log.warning(
        "no key in %s %s: using the published demo key. Pseudonyms and hashes can be reversed by"
        " anyone; use it for demonstrations on made-up data only",
        source,
        name,
    )


def load_keys(
    config: KeyConfig,
    *,
    environ: Mapping[str, str] | None = None,
    databricks_secret: Callable[[str, str], str] | None = None,
) -> KeyRing:
    """Load the key ring from the configured place.

    ``databricks_secret(scope, key)`` defaults to dbutils of the running session. Raises ConfigError if there is no key
    (unless ``config.demo``, which uses the published one with a warning), or if one is too short to be random.
    """
    text = _fetch(config, os.environ if environ is None else environ, databricks_secret)
    if text is None or not text.strip():
        if config.demo:
            _warn_of_demo(config.source, config.name)
            return KeyRing((ScrubKey(DEMO_VERSION, _DEMO_SECRET),))
        raise ConfigError(
            "personal data cannot be scrubbed without a key",
            [
                f"pii.key: {config.source} {config.name} is empty or missing; create one with"
                " `openssl rand -hex 32`, or set pii.key.demo: true for a demonstration on made-up data"
            ],
        )
    return _parse(text, config)


def _parse(text: str, config: KeyConfig) -> KeyRing:
    entries = text.split()
    keys: list[ScrubKey] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        versioned = _VERSIONED.fullmatch(entry)
        version, secret = (
            (versioned["version"], versioned["secret"]) if versioned else (config.version, entry)
        )
        if len(entries) > 1 and not versioned:
            problems.append(f"line {number} must be version:secret, as there are several keys")
        if len(secret) < MIN_SECRET_CHARS:
            problems.append(f"line {number} is shorter than {MIN_SECRET_CHARS} characters")
        if version == DEMO_VERSION:
            problems.append(f"line {number}: the version {DEMO_VERSION!r} is set aside")
        if any(version == key.version for key in keys):
            problems.append(f"line {number}: version {version!r} stands there twice")
        keys.append(ScrubKey(version, secret.encode()))
    if problems:
        raise ConfigError(f"the key in {config.source} {config.name} cannot be used", problems)
    return KeyRing(tuple(keys))


def _fetch(
    config: KeyConfig, environ: Mapping[str, str], databricks_secret: Callable[[str, str], str] | None
) -> str | None:
    if config.source == "env":
        return environ.get(config.name)
    if config.source == "file":
        path = Path(config.name).expanduser()
        try:
            return path.read_text(encoding="utf-8") if path.exists() else None
        except OSError as error:
            raise ConfigError("the key file cannot be read", [f"{path}: {error.strerror}"]) from None
    scope, _, name = config.name.partition("/")
    return (databricks_secret or _dbutils_secret)(scope, name)


def _dbutils_secret(scope: str, name: str) -> str:
    """Read a secret with dbutils, which exists only in the Databricks runtime."""
    try:
        from databricks.sdk.runtime import dbutils  # type: ignore[import-not-found,unused-ignore]
    except (ImportError, ValueError):  # no such package, or no workspace is configured
        raise ConfigError(
            "a Databricks secret can only be read on Databricks",
            [f"pii.key.source is databricks ({scope}/{name}) but this is not a Databricks runtime"],
        ) from None
    try:
        return str(dbutils.secrets.get(scope=scope, key=name))
    except Exception as error:  # any kind of error; its message may reveal too much
        raise ConfigError(
            "the Databricks secret cannot be read", [f"{scope}/{name}: {type(error).__name__}"]
        ) from None
