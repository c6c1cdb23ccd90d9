"""The protocol of a stage: a module of smelt.jobs, or any object with these members."""

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
        """Tables that it reads; with their versions unchanged it has nothing to do."""

    @property
    def WRITES(self) -> tuple[str, ...]:  # noqa: N802
        """Tables that it writes; they are created from their contracts before it runs."""

    def external_inputs(self, config: SmeltConfig, /) -> tuple[str, ...] | None:
        """Digests of what else its output depends on besides tables, settings and code; None: it must always run."""

    def run(self, job: Job, /) -> StageResult:
        """Do the work and return the counts of what was read, written, rejected and quarantined."""
