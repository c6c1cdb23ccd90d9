"""A release is read without Spark, and only if it is what its manifest says."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from smelt.tables.location import TablePlaces
from smelt.tuning.config import DataConfig
from smelt.tuning.errors import ReleaseUnusable
from smelt.tuning.source.release import open_release
from tests.tuning.releases import NOON, a_row, manifest_of, rows_of, table_of, write_release


def opened(root, name="r1", **data):
    return open_release(name, TablePlaces(root=str(root)), DataConfig(**data))


def write_export(folder, rows, *, parquet=False, shape="messages", manifest=None):
    (folder / "data").mkdir(parents=True)
    columns = {
        "messages": ["messages"],
        "prompt-completion": ["prompt", "completion"],
        "alpaca": ["instruction"],
    }
    kept = [*columns[shape], "example_id", "source", "category"]
    for split in ("train", "validation", "test"):
        some = [{name: row[name] for name in kept} for row in rows if row["split"] == split]
        if parquet:
            pq.write_table(pa.Table.from_pylist(some), folder / "data" / f"{split}-00000-of-00001.parquet")
        else:
            lines = b"".join(orjson.dumps(row) + b"\n" for row in some)
            (folder / "data" / f"{split}-00000-of-00001.jsonl").write_bytes(lines)
    values = manifest or manifest_of(rows)
    values["created_at"] = values["created_at"].isoformat()
    (folder / "manifest.json").write_bytes(orjson.dumps(values))
    return folder


def test_the_newest_release_and_one_by_name(tmp_path):
    rows = rows_of(6, 2, 2)
    write_release(tmp_path, rows)
    later = [row | {"release": "r2"} for row in rows_of(4, 2, 2)]
    write_release(tmp_path, later, manifest_of(later, created_at=NOON.replace(day=3)))
    assert opened(tmp_path, "latest").name == "r2"
    release = opened(tmp_path, "r1")
    assert [row["example_id"] for row in release.read("train", ["category"])] == [
        f"e{n:05d}" for n in range(6)
    ]
    assert release.about()["rows"] == {"train": 6, "validation": 2, "test": 2}
    assert release.sources == {"helpdesk": 10}


def test_some_rows_are_the_same_ones_whatever_else_is_there(tmp_path):
    write_release(tmp_path / "few", rows_of(20, 2, 2))
    write_release(tmp_path / "more", rows_of(40, 2, 2))
    few, more = (opened(tmp_path / name) for name in ("few", "more"))
    assert len(few.read("train", [], at_most=30)) == 20
    of_few = {row["example_id"] for row in few.read("train", [])}
    chosen = [row["example_id"] for row in more.read("train", [], at_most=10)]
    assert chosen == sorted(chosen)
    both = [name for name in chosen if name in of_few]
    assert set(both) <= {row["example_id"] for row in few.read("train", [], at_most=10)}


def test_a_large_release_is_never_held_whole(tmp_path):
    write_release(tmp_path, rows_of(50, 2, 2))
    sizes = [len(batch) for batch in opened(tmp_path).batches("train", ["example_id"], 8)]
    assert sum(sizes) == 50
    assert max(sizes) <= 8


def test_the_version_that_was_opened_is_read_to_the_end(tmp_path):
    write_release(tmp_path, rows_of(6, 2, 2))
    release = opened(tmp_path)
    DeltaTable(str(tmp_path / "gold" / "training_splits")).delete("split = 'train'")
    assert len(release.read("train", [])) == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[1:], "train: 5 rows, the manifest says 6"),
        (lambda rows: [rows[0] | {"messages": [{"role": "user", "content": "secret"}]}, *rows[1:]], "train: rows were"),
        (lambda rows: [*rows, a_row(99, "train")], "train: 7 rows, the manifest says 6"),
        (lambda rows: [rows[1] | {"split": "test"}, rows[0], *rows[2:]], "test: 3 rows, the manifest says 2"),
    ],
)  # fmt: skip
def test_a_changed_release_is_refused_without_quoting_it(tmp_path, change, words):
    rows = rows_of(6, 2, 2)
    write_release(tmp_path, change(rows), manifest_of(rows))
    with pytest.raises(ReleaseUnusable) as refused:
        opened(tmp_path)
    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_unknown_a_half_written_and_no_release(tmp_path):
    with pytest.raises(ReleaseUnusable, match="there is no release in"):
        opened(tmp_path)
    write_release(tmp_path, rows_of(4, 2, 2))
    with pytest.raises(ReleaseUnusable, match="known: r1"):
        opened(tmp_path, "r9")
    half = [row | {"release": "half"} for row in rows_of(4, 2, 2)]
    write_deltalake(
        str(tmp_path / "gold" / "training_splits"), table_of("gold.training_splits", half), mode="append"
    )
    with pytest.raises(ReleaseUnusable, match="it was never finished"):
        opened(tmp_path, "half")


def test_a_release_without_rows_or_without_train_rows(tmp_path):
    write_release(tmp_path / "a", [], manifest_of([]))
    with pytest.raises(ReleaseUnusable, match="it has no rows"):
        opened(tmp_path / "a")
    write_release(tmp_path / "b", rows_of(0, 2, 2))
    with pytest.raises(ReleaseUnusable, match="no train rows"):
        opened(tmp_path / "b")


def test_rows_of_forgotten_customers_are_refused_unless_asked_for(tmp_path):
    write_release(tmp_path, rows_of(4, 2, 2))
    mark = dict.fromkeys(("erasure_id", "subject_key", "key_version", "actor", "run_id"), "x")
    row = mark | {"record_keys": [], "rows_deleted": {}, "releases": ["r1"], "reason": None}
    row |= dict.fromkeys(("requested_at", "erased_at", "vacuumed_at"), NOON)
    write_deltalake(str(tmp_path / "ops" / "erasures"), table_of("ops.erasures", [row]))
    with pytest.raises(ReleaseUnusable, match="1 forgotten customers; make its successor"):
        opened(tmp_path)
    assert opened(tmp_path, with_forgotten=True).name == "r1"


def test_rows_of_withdrawn_sources_are_refused_unless_asked_for(tmp_path):
    write_release(tmp_path, [*rows_of(4, 2, 2), a_row(50, "train", source="forum")])
    assert opened(tmp_path, withdrawn_sources=["another"]).name == "r1"
    with pytest.raises(ReleaseUnusable, match="1 rows are from forum, a withdrawn source"):
        opened(tmp_path, withdrawn_sources=["forum"])
    mark = {
        "source": "helpdesk",
        "reason": "x",
        "releases": ["r1"],
        "withdrawn_at": NOON,
        "run_id": "x",
        "models": [],
    }
    write_deltalake(str(tmp_path / "ops" / "withdrawals"), table_of("ops.withdrawals", [mark]))
    with pytest.raises(
        ReleaseUnusable, match="8 rows are from helpdesk, a withdrawn source; make its successor"
    ):
        opened(tmp_path)
    assert opened(tmp_path, with_withdrawn=True).name == "r1"
    assert opened(tmp_path, withdrawn_sources=["forum"], with_withdrawn=True).name == "r1"


@pytest.mark.parametrize("parquet", [False, True])
@pytest.mark.parametrize("shape", ["messages", "prompt-completion"])
def test_an_export_is_read_and_proved_like_the_table(tmp_path, parquet, shape):
    rows = rows_of(6, 2, 2)
    folder = write_export(tmp_path / "export", rows, parquet=parquet, shape=shape)
    release = opened(tmp_path / "none", str(folder))
    read = release.read("train", ["prompt", "completion", "messages"])
    assert [row["completion"] for row in read] == [row["completion"] for row in rows[:6]]
    assert [row["messages"] for row in read] == [row["messages"] for row in rows[:6]]
    with pytest.raises(ReleaseUnusable, match="group_id"):
        release.read("train", ["group_id"])


def test_a_dropped_release_is_refused_and_an_older_table_is_read(tmp_path):
    rows = rows_of(4, 2, 2)
    write_release(tmp_path / "dropped", rows, manifest_of(rows) | {"dropped_at": NOON})
    for name in ("r1", "latest"):
        with pytest.raises(ReleaseUnusable, match="there is no release"):
            opened(tmp_path / "dropped", name)
    older = table_of("gold.releases", [manifest_of(rows)]).drop_columns(["dropped_at"])
    root = tmp_path / "older" / "gold"
    write_deltalake(str(root / "releases"), older)
    write_deltalake(
        str(root / "training_splits"),
        table_of("gold.training_splits", rows),
        partition_by=["release", "split"],
    )
    assert opened(tmp_path / "older", "latest").name == "r1"


def test_texts_that_look_like_times_stay_texts(tmp_path):
    rows = [a_row(n, "train", question="2026-01-31", answer="2026-02-01T10:00:00") for n in range(4)]
    folder = write_export(tmp_path / "export", rows, shape="prompt-completion")
    read = opened(tmp_path / "none", str(folder)).read("train", ["completion"])
    assert {row["completion"][0]["content"] for row in read} == {"2026-02-01T10:00:00"}


def test_an_export_at_an_address(tmp_path):
    folder = write_export(tmp_path / "export", rows_of(6, 2, 2))
    assert opened(tmp_path / "none", f"file://{folder}").name == "r1"


def test_damaged_exports(tmp_path):
    rows = rows_of(6, 2, 2)
    with pytest.raises(ReleaseUnusable, match=r"no manifest\.json"):
        opened(tmp_path, str(tmp_path / "nothing"))
    with pytest.raises(ReleaseUnusable, match="has no messages"):
        opened(tmp_path, str(write_export(tmp_path / "alpaca", rows, shape="alpaca")))
    cut = write_export(tmp_path / "cut", rows)
    file = cut / "data" / "train-00000-of-00001.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(ReleaseUnusable, match=r"train-00000-of-00001\.jsonl: JSONDecodeError"):
        opened(tmp_path, str(cut))
    gone = write_export(tmp_path / "gone", rows)
    (gone / "data" / "test-00000-of-00001.jsonl").unlink()
    with pytest.raises(ReleaseUnusable, match="test: 0 rows, the manifest says 2"):
        opened(tmp_path, str(gone))


def test_reading_needs_neither_spark_nor_torch():
    code = (
        "import sys; sys.modules.update(pyspark=None, torch=None, transformers=None)\n"
        "import smelt.tuning.source.release, smelt.tuning.config, smelt.tuning.checks, smelt.tuning.training.run"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
