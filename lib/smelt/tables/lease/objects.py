"""Claims as objects of an S3 bucket, where Delta's own commits do not exclude each other between drivers.

An object is written on the condition that none of its name exists (``If-None-Match: *``, supported by S3 since
August 2024: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). S3's listings are strongly
consistent. Only the driver accesses the store, through obstore (https://developmentseed.org/obstore).
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from smelt.errors import EnvironmentProblem, MissingExtra
from smelt.tables.lease.claims import Claim
from smelt.tables.lease.folder import KEPT

if TYPE_CHECKING:
    from obstore.store import S3Store

_TRIES = 20
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")


def s3_store(root: str, options: Mapping[str, str]) -> S3Store:
    """Open the bucket and prefix of ``s3a://bucket/prefix``.

    ``options`` are obstore's: endpoint, region, access_key_id, secret_access_key, session_token; what they lack comes
    from AWS's environment variables and roles. An endpoint from those variables is used as delta-rs uses it: path-style
    unless AWS_VIRTUAL_HOSTED_STYLE_REQUEST is set, without TLS only if AWS_ALLOW_HTTP is. Raises MissingExtra.
    """
    try:
        from obstore.store import S3Store
    except ImportError:
        raise MissingExtra("obstore", "s3") from None
    given: dict[str, Any] = dict(options)
    is_path_style = given.pop("path_style", "false") == "true"
    may_be_plain = given.get("endpoint", "").startswith("http://")
    if "endpoint" not in given and any(os.environ.get(name) for name in _ENDPOINTS):
        is_path_style = not _is_true("AWS_VIRTUAL_HOSTED_STYLE_REQUEST")
        may_be_plain = _is_true("AWS_ALLOW_HTTP")
    given["virtual_hosted_style_request"] = str(not is_path_style).lower()
    client = {"allow_http": True} if may_be_plain else {}
    return S3Store.from_url(
        f"s3://{root.partition('://')[2]}",
        config=given,  # type: ignore[arg-type]  # a TypedDict of theirs
        client_options=client,  # type: ignore[arg-type]
    )


def _is_true(variable: str) -> bool:
    return os.environ.get(variable, "").strip().lower() in ("true", "1")


class ObjectClaims:
    """The claims below one prefix of a bucket."""

    def __init__(self, store: S3Store, folder: str) -> None:
        self._store, self._folder = store, folder
        self._is_proved = False

    def newest(self) -> Claim | None:
        """The object with the highest number."""
        from obstore.exceptions import NotFoundError

        for _ in range(_TRIES):
            numbers = self._numbers()
            if not numbers:
                return None
            try:
                text = bytes(self._store.get(self._name(max(numbers))).bytes()).decode()
                return Claim.from_json(text)
            except (FileNotFoundError, NotFoundError):  # removed after newer ones came
                time.sleep(0.05)
            except ValueError:
                break
        return Claim.unreadable(max(numbers))

    def put(self, claim: Claim) -> bool:
        """Write the object of the claim's number unless it is there. Raises EnvironmentProblem for an unsafe store."""
        if not self._put_new(self._name(claim.number), claim.to_json().encode()):
            return False
        numbers = self._numbers()
        if (
            max(numbers, default=0) != claim.number
        ):  # the listing was outdated: this number had been tidied away
            self._store.delete(self._name(claim.number))
            return False
        if not self._is_proved:
            self._prove(self._name(claim.number), claim.to_json().encode())
        old = [self._name(number) for number in numbers if number <= claim.number - KEPT]
        if old:
            self._store.delete(old)
        return True

    def prove(self) -> None:
        """Test that the store refuses to overwrite an object. Raises EnvironmentProblem where it does not."""
        name = f"{self._folder}/probe-{os.urandom(8).hex()}"
        self._put_new(name, b"probe")
        try:
            self._prove(name, b"probe")
        finally:
            self._store.delete(name)

    def _prove(self, name: str, content: bytes) -> None:
        """Write an existing object again, which must be refused: some S3-compatible servers ignore the condition."""
        if self._put_new(name, content):
            raise EnvironmentProblem(
                "the store of the warehouse cannot keep two writers apart",
                ["it overwrites an object that was to be written only if none is there (If-None-Match: *)"],
            )
        self._is_proved = True

    def _put_new(self, name: str, content: bytes) -> bool:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            self._store.put(name, content, mode="create")
        except (AlreadyExistsError, PreconditionError):
            return False
        return True

    def _numbers(self) -> list[int]:
        found = [
            entry["path"].rpartition("/")[2]
            for batch in self._store.list(prefix=self._folder)
            for entry in batch
        ]
        return [int(name[:-5]) for name in found if name.endswith(".json") and name[:-5].isdigit()]

    def _name(self, number: int) -> str:
        return f"{self._folder}/{number:020}.json"
