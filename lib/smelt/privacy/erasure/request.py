"""An operator's request for erasure: logged, carried out, and followed by VACUUM if requested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smelt.pii.keys import load_keys
from smelt.privacy.access import note_access, tagged, who
from smelt.privacy.erasure.certificates import Certificate
from smelt.privacy.erasure.erase import Request, erase, vacuum
from smelt.privacy.erasure.hashes import canonical
from smelt.privacy.key_checks import check_keys, note_keys

if TYPE_CHECKING:
    from smelt.pii.config import PiiConfig
    from smelt.tables.warehouse import Warehouse


def forget_customers(
    warehouse: Warehouse,
    config: PiiConfig,
    customers: Sequence[str],
    *,
    run_id: str,
    reason: str | None = None,
    with_vacuum: bool = False,
) -> list[Certificate]:
    """Erase each customer; returns their certificates or, without customers, those of erasures just vacuumed.

    Holds the warehouse's lease meanwhile; raises WarehouseBusy if another process has it.
    """
    with warehouse.writing(f"forget {run_id}"):
        return _forget_customers(warehouse, config, customers, run_id, reason, with_vacuum=with_vacuum)


def _forget_customers(
    warehouse: Warehouse,
    config: PiiConfig,
    customers: Sequence[str],
    run_id: str,
    reason: str | None,
    *,
    with_vacuum: bool,
) -> list[Certificate]:
    unique = list({canonical(customer): customer for customer in customers if canonical(customer)}.values())
    done: list[Certificate] = []
    if unique:
        ring = load_keys(config.key)
        check_keys(warehouse, ring)
        warehouse.create("ops.access_log", "ops.erasures")
        note_keys(warehouse, ring, run_id)
        actor, why = who(warehouse.spark), tagged(reason, config)
        done = erase(warehouse, Request(tuple(unique), actor, why, run_id), ring)
        note_access(
            warehouse,
            action="forget",
            outcome="granted" if any(each.record_keys for each in done) else "nothing",
            actor=actor,
            run_id=run_id,
            reason=why,
            key_version=ring.current.version,
        )
    if with_vacuum:
        vacuumed = {each.erasure_id: each for each in vacuum(warehouse)}
        if not unique:
            return list(vacuumed.values())
        done = [vacuumed.get(each.erasure_id, each) for each in done]
    return done
