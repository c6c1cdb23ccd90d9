"""Fixtures that every test may use: one Spark session, a fresh warehouse, the real input where it exists."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Same examples in every run, and no deadline: a busy machine is not a failure.
settings.register_profile("smelt", deadline=None, derandomize=True)
settings.load_profile("smelt")

REAL_DATA = Path(
    os.environ.get("SMELT_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data")
)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real public input; tests that need it are skipped where it is not."""
    if not REAL_DATA.is_dir():
        pytest.skip("no real input: set SMELT_DATA to its folder")
    return REAL_DATA


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """One local session for the whole run: UTC, 2 shuffle partitions, UI off; a Connect session where asked."""
    from smelt.spark.config import SparkConfig
    from smelt.spark.session import get_session

    remote = "local[2]" if os.environ.get("SMELT_TEST_CONNECT") else None
    config = SparkConfig(
        master="local[2]",
        remote=remote,
        driver_memory="2g",
        shuffle_partitions=2,
        settings={
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark-warehouse")),
        },
    )
    session = get_session(config, "smelt-tests")
    yield session
    session.stop()


@pytest.fixture
def warehouse(spark, tmp_path):
    """An empty warehouse of the test's own."""
    from smelt.tables.warehouse import Warehouse

    return Warehouse(spark, root=str(tmp_path / "warehouse"))
