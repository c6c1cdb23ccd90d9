import pytest

from smelt.config import load_config
from smelt.pipeline.engine import MUCH_NEW_BYTES, engine_of, start_workers
from smelt.tables import delta_writes, embedded, workers
from smelt.tables.contract import contract


@pytest.fixture
def project(tmp_path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "a.jsonl").write_text('{"id": 1}\n')
    file = tmp_path / "smelt.yaml"
    file.write_text(
        f"""
warehouse: {{root: {tmp_path}/w}}
intake:
  landing: {tmp_path}
  sources:
  - {{name: desk, kind: tickets, path: desk, format: json_lines, mapping: {{source_key: id, body: text}}}}
"""
    )
    return file


def engine(project, *settings):
    return engine_of(load_config([project], settings=settings))


def test_small_work_on_this_disk_is_the_embedded_engines(project):
    assert embedded.is_installed()
    assert engine(project) == "sail"
    assert engine(project, "spark.engine=spark") == "spark"


@pytest.mark.parametrize(
    "setting",
    [
        "spark.master=spark://host:7077",
        "spark.remote=sc://host",
        "warehouse.catalog=main",
        "warehouse.root=s3a://bucket/w",
        "intake.landing=s3a://bucket/in",
        "pii.detectors.spark_nlp.enabled=true",
        "pii.vault.enabled=true",
    ],
)
def test_what_it_cannot_do_or_reach_is_sparks(project, setting):
    assert engine(project, setting) == "spark"


def test_a_session_that_is_given_is_used(project, monkeypatch):
    monkeypatch.setenv("SPARK_REMOTE", "sc://host")
    assert engine(project) == "spark"


def test_with_little_memory_much_that_is_new_is_sparks(project, tmp_path, monkeypatch):
    with (tmp_path / "desk" / "b.jsonl").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    monkeypatch.setattr("smelt.pipeline.engine.available_memory", lambda: 8 * 1024**3)
    assert engine(project) == "sail"
    monkeypatch.setattr("smelt.pipeline.engine.available_memory", lambda: 2 * 1024**3)
    assert engine(project) == "spark"
    monkeypatch.setattr("smelt.pipeline.engine.available_memory", lambda: 0)  # unknown
    assert engine(project) == "sail"


def test_with_little_memory_little_that_is_new_stays_with_the_embedded_engine(project, monkeypatch):
    monkeypatch.setattr("smelt.pipeline.engine.available_memory", lambda: 1024**3)
    assert engine(project) == "sail"


def test_much_that_is_new_is_sparks(project, monkeypatch):
    monkeypatch.setattr("smelt.pipeline.engine.MOST_NEW_BYTES", 5)
    assert engine(project) == "spark"


def test_checks_in_other_words_are_sparks(project, tmp_path):
    declared = contract("silver.examples")
    check = declared.checks[0].model_copy(update={"expression": "size(rejections) >= 0"})
    older = declared.model_copy(update={"checks": (check,)})
    assert delta_writes.create_table(str(tmp_path / "w/silver/examples"), older)
    assert engine(project) == "spark"


def test_tables_of_its_own_are_gone_on_with(project, tmp_path):
    for table in ("silver.examples", "ops.files", "silver.signatures"):
        assert delta_writes.create_table(str(tmp_path / "w" / table.replace(".", "/")), contract(table))
    assert engine(project) == "sail"


def test_workers_are_started_for_much_that_is_new_and_for_nothing_else(project, tmp_path):
    workers._pool.cache_clear()
    start_workers(load_config([project]))
    assert workers._pool.cache_info().currsize == 0

    with (tmp_path / "desk" / "b.jsonl").open("wb") as file:
        file.truncate(MUCH_NEW_BYTES)
    start_workers(load_config([project]))
    assert workers._pool.cache_info().currsize == 1
    workers._pool().shutdown()
    workers._pool.cache_clear()
