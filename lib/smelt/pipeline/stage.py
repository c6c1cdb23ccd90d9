"""What a stage is: a module of smelt.jobs, or anything else that has these."""

from __future__ import annotations

from typing import Protocol

from smelt.config import SmeltConfig
from smelt.pipeline.job import Job
from smelt.tables.ledger import StageResult


class Stage(Protocol):
    """One stage of a run. ``READS`` and ``WRITES`` are names of tables."""

    @property
    def STAGE(self) -> str:  # noqa: N802
        """Its name in ops.runs and ops.ledger."""

    @property
    def READS(self) -> tuple[str, ...]:  # noqa: N802
        """Tables whose versions decide on whether it has anything to do."""

    @property
    def WRITES(self) -> tuple[str, ...]:  # noqa: N802
        """Tables that it writes; they are made from their contracts before it runs."""

    def external_inputs(self, config: SmeltConfig, /) -> tuple[str, ...] | None:
        """What decides on its output beside tables, settings and code; None: it must always look for itself."""

    def run(self, job: Job, /) -> StageResult:
        """Do what is to be done and say what was read, written, rejected and quarantined."""
