"""Which guarantees the store of a warehouse gives, by its scheme and by a test write; for ``smelt doctor``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from smelt.errors import SmeltError
from smelt.tables.filesystem import hadoop_setting, has_scheme, s3_options
from smelt.tables.lease.objects import ObjectClaims, s3_store
from smelt.tables.lease.terms import LEASES

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

_KEPT_APART = (
    "smelt's lease keeps its own writers apart there; nothing else may write there, anything may read"
)

ADVICE: Mapping[str, str] = {
    "": "a folder: every machine that runs tasks must see it",
    "s3": f"S3 does not keep writers apart: {_KEPT_APART}",
    "abfss": "commits are renames that fail where the name is taken, if the account has hierarchical namespaces on;"
    " without them they are not atomic; no run against such an account was tried",
    "gs": "commits are written on the condition that none is there; needs the connector of the cluster (Dataproc) or"
    " its jar in spark.jars (docs/stores.md); tried against an emulator alone",
    "wasbs": "blob storage renames by copying: commits are not atomic; use abfss:// with hierarchical namespaces",
}
"""Scheme -> what a store does and does not guarantee, which depends on how Delta commits there
(https://docs.delta.io/latest/delta-storage.html)."""

_OTHER = "commits are atomic there; tasks on other machines see them"
_SAME = {"s3a": "s3", "s3n": "s3", "abfs": "abfss", "wasb": "wasbs"}


class StoreCheck(NamedTuple):
    """One line of the output of ``smelt doctor``."""

    name: str
    is_good: bool
    said: str


def advice(root: str) -> str:
    """Advice on the store that ``root`` names, one line."""
    scheme = root.partition(":")[0] if has_scheme(root) else ""
    return ADVICE.get(_SAME.get(scheme, scheme), _OTHER)


def is_unsafe(root: str) -> bool:
    """Whether Delta cannot commit atomically there, whatever smelt does."""
    return root.startswith(("wasb:", "wasbs:"))


def check_store(warehouse: Warehouse) -> Iterator[StoreCheck]:
    """Check that the warehouse's store is safe to write to; on S3 by a second write of an object, which must be
    refused."""
    yield StoreCheck("store", not is_unsafe(warehouse.root), advice(warehouse.root))
    if not warehouse.is_on_s3:
        return
    fast = hadoop_setting(warehouse.spark, "delta.enableFastS3AListFrom") or "false"
    yield StoreCheck(
        "s3 listing", fast != "true",
        "Delta's own" if fast != "true" else "delta.enableFastS3AListFrom is on, which can miss commits: unset it",
    )  # fmt: skip
    try:
        ObjectClaims(s3_store(warehouse.root, s3_options(warehouse.spark, warehouse.root)), LEASES).prove()
    except SmeltError as error:
        yield StoreCheck("s3 lease", False, str(error))
    except Exception as error:  # an error of obstore, whose message may hold the address and the key's name
        yield StoreCheck(
            "s3 lease", False, f"{type(error).__name__}: see AWS_REGION, keys and the bucket's policy"
        )
    else:
        yield StoreCheck("s3 lease", True, "the store refuses to overwrite a claim (If-None-Match)")
