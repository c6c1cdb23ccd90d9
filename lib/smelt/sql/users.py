"""The file of users of the SQL server: one line per user, with a salted hash of the password."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from pathlib import Path

from smelt.errors import ConfigError

ROUNDS = 600_000
"""Iterations of PBKDF2 with HMAC-SHA-256, as recommended by OWASP (Password Storage Cheat Sheet)."""

LEAST_LENGTH = 8
_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,64}")


def put_user(file: Path, name: str, password: str) -> None:
    """Add a user or change a user's password; only the owner can read the file. Raises ConfigError."""
    problems = []
    if not _NAME.fullmatch(name):
        problems.append("a name has 1 to 64 letters, digits and _ . @ -")
    if len(password) < LEAST_LENGTH:
        problems.append(f"a password has at least {LEAST_LENGTH} characters")
    if problems:
        raise ConfigError("this user cannot be added", problems)
    kept = [line for line in _lines(file) if line.split(":")[0] != name]
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as out:
        out.write("\n".join([*kept, f"{name}:{hashed(password)}"]) + "\n")
    os.replace(out.name, file)  # NamedTemporaryFile makes it 0600


def user_names(file: Path) -> list[str]:
    """The user names in the file. Raises ConfigError if it cannot be used."""
    names = [line.split(":")[0] for line in _lines(file)]
    if not names:
        raise ConfigError(
            "nobody could log in", [f"add someone: smelt serve-sql --users {file} --add-user NAME"]
        )
    if file.stat().st_mode & 0o077:
        raise ConfigError("the file of users can be read by others", [f"chmod 600 {file}"])
    return names


def hashed(password: str, salt: bytes | None = None) -> str:
    """``rounds:salt:hash``."""
    salt = salt or os.urandom(16)
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return f"{ROUNDS}:{base64.b64encode(salt).decode()}:{base64.b64encode(made).decode()}"


def _lines(file: Path) -> list[str]:
    if not file.is_file():
        return []
    return [line for line in file.read_text("utf-8").splitlines() if line.count(":") == 3]
