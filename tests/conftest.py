"""Fixtures that every test may use: one Spark session, a fresh warehouse, the real input where it exists."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.lanes import is_of_a_lane

# Same examples in every run, and no bound in seconds: a busy machine is not a failure.
settings.register_profile(
    "smelt", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("smelt")

ALLOWED_SKIPS = (
    ("no real input: set SMELT_DATA to its folder", "public data sets are no part of the project"),
    ("no Chromium on this machine", "a browser cannot be installed by everyone; CI installs it"),
    ("Spark NLP 5.5 has no jar for Spark 4", "lane spark41"),
    ("spaCy is not installed", "the extra ner, which make test brings"),
    ("no PostgreSQL server on this machine", "it cannot be installed by everyone; CI installs it"),
    (
        "no Label Studio: set LABEL_STUDIO to its program",
        "its packages do not go with ours; make test-services",
    ),
    ("no Airflow: set AIRFLOW to its program", "its packages do not go with ours; make test-services"),
    ("the server's Hadoop settings cannot be changed from here", "over Connect"),
    ("the store is looked into by the server only", "over Connect"),
    ("files cannot be handed to a store over Connect; the command refuses", "over Connect"),
)
"""What a test may say when it is skipped, and why that is right. Any other skip fails the run."""

TOGETHER = {
    "tests/e2e/test_either_engine.py": "one run",
    "tests/e2e/test_whole_way.py": "one run",
    "tests/e2e/test_sql.py": "one run",
    "tests/stores/test_s3.py": "s3",
    "tests/stores/test_release_for_training.py": "s3",
}
"""Files that one process runs, because they share what is made once: a run, a session with a store's jars."""
JOBS = Path(__file__).resolve().parent / "jobs"
UNITS = Path(__file__).resolve().parent / "unit"
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

    if os.environ.get("SMELT_TEST_ENGINE") == "sail":
        yield get_session(SparkConfig(engine="sail"))
        return
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


@pytest.fixture(scope="session")
def empty_tables(spark, tmp_path_factory):
    """A folder with every table, all empty. A copy of it costs nothing, creating a table does."""
    from smelt.tables.contract import all_contracts
    from smelt.tables.warehouse import Warehouse

    root = tmp_path_factory.mktemp("tables") / "warehouse"
    Warehouse(spark, root=str(root)).create(*all_contracts())
    return root


@pytest.fixture
def root(empty_tables, tmp_path):
    """The root of a warehouse of the test's own, whose tables are all there."""
    return shutil.copytree(empty_tables, tmp_path / "w")


@pytest.fixture
def warehouse(spark, tmp_path):
    """An empty warehouse of the test's own."""
    from smelt.tables.warehouse import Warehouse

    return Warehouse(spark, root=str(tmp_path / "warehouse"))


def pytest_ignore_collect(collection_path):
    """With SMELT_TEST_LANES=differ, unit tests that another Spark line cannot change are left out: ``tests.lanes``."""
    if os.environ.get("SMELT_TEST_LANES") != "differ" or not collection_path.match("test_*.py"):
        return None
    return True if collection_path.is_relative_to(UNITS) and not is_of_a_lane(collection_path) else None


def pytest_collection_modifyitems(config, items):
    """Share the tests between the engines, where SMELT_TEST_ENGINE says which one this is.

    The embedded engine runs what is marked ``embedded``, and of tests/jobs all but what it is never asked to do (see
    smelt.pipeline.engine); Spark runs the rest. Without the variable Spark runs everything.
    """
    engine = os.environ.get("SMELT_TEST_ENGINE")
    if engine:
        others = [item for item in items if _engine_of(item) != engine]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)


def _engine_of(item):
    is_embedded = item.get_closest_marker("embedded") or (
        item.path.is_relative_to(JOBS) and not item.get_closest_marker("of_spark")
    )
    return "sail" if is_embedded else "spark"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file stays with one process, and files that share what is made once stay together.

    Marks xdist_group would say it beside the tests, but pytest-xdist 3.8 loses them with pytest 9.2.
    """
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class BySharedRun(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return BySharedRun(config, log)


def pytest_terminal_summary(terminalreporter, exitstatus):
    """Say how many tests ran, and name skips that nobody allowed."""
    stats = terminalreporter.stats
    for skipped in _not_allowed(stats.get("skipped", ())):
        terminalreporter.write_line(f"SKIPPED without leave: {skipped.nodeid}: {_said(skipped)}", red=True)
    ran = sum(len(stats.get(outcome, ())) for outcome in ("passed", "failed"))
    terminalreporter.write_line(f"{ran:,} tests ran, {len(stats.get('skipped', ())):,} were skipped")


def pytest_sessionfinish(session, exitstatus):
    """A skip without leave is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and exitstatus == pytest.ExitCode.OK and _not_allowed(reporter.stats.get("skipped", ())):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _said(report):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return re.sub(r"^Skipped: ", "", reason)


def _not_allowed(skipped):
    return [report for report in skipped if _said(report) not in {said for said, _ in ALLOWED_SKIPS}]
