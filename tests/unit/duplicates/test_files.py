from __future__ import annotations

import gzip
import json

import polars as pl
import pytest
from typer.testing import CliRunner

from smelt.cli.app import app
from smelt.duplicates.files import UnusableFileError, read_rows, write_rows

ROWS = [
    {"id": 30, "text": "Please restart the router and wait for two minutes."},
    {"id": 4, "text": "please RESTART the router, and wait for two minutes"},
    {"id": 5, "text": "Please restart the router and wait for two minutes, ok."},
    {"id": 6, "text": ""},
    {"id": 7, "text": None},
    {"id": 8, "text": "Something else"},
]


def jsonl(path, rows):
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n", "utf-8"
    )
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["dedup", *map(str, arguments)])


def test_one_line_for_every_row_that_has_a_duplicate(tmp_path):
    out = tmp_path / "out.jsonl"
    done = run(jsonl(tmp_path / "in.jsonl", ROWS), "--out", out)
    assert done.exit_code == 0, done.output
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["id"], row["kind"], row["kept_id"]) for row in found] == [
        (30, "exact", 4), (4, "exact", 4), (5, "near", 4),
    ]  # fmt: skip
    assert len({row["cluster_id"] for row in found}) == 1
    assert [set(row) for row in found] == [{"id", "cluster_id", "kind", "similarity", "kept_id"}] * 3
    assert "2 copies in 1 clusters" in done.output
    assert "2 empty" in done.output


def test_all_gives_every_row_and_parquet_gives_parquet(tmp_path):
    renamed = pl.DataFrame(ROWS).rename({"id": "key", "text": "body"})
    renamed.write_parquet(tmp_path / "in.parquet")
    out = tmp_path / "new" / "out.parquet"
    done = run(tmp_path / "in.parquet", "--out", out, "--id-column", "key", "--text-column", "body", "--all")
    assert done.exit_code == 0, done.output
    found = pl.read_parquet(out)
    assert found["id"].to_list() == [30, 4, 5, 6, 7, 8]
    assert found["kind"].to_list() == ["exact", "exact", "near", "empty", "empty", "unique"]
    assert found["cluster_id"].is_null().to_list() == [False, False, False, True, True, True]
    assert found["kept_id"].to_list() == [4, 4, 4, 6, 7, 8]


def test_the_threshold_can_be_given(tmp_path):
    out = tmp_path / "out.jsonl"
    assert run(jsonl(tmp_path / "in.jsonl", ROWS), "--out", out, "--threshold", "1").exit_code == 0
    assert len(out.read_text("utf-8").splitlines()) == 2
    assert run(tmp_path / "in.jsonl", "--out", out, "--threshold", "7").exit_code == 2


def test_an_empty_file_has_no_duplicates(tmp_path):
    out = tmp_path / "out.jsonl"
    assert run(jsonl(tmp_path / "in.jsonl", [""]), "--out", out, "--all").exit_code == 0
    assert out.read_text("utf-8") == ""


def test_strings_as_ids_and_a_packed_file(tmp_path):
    file = tmp_path / "in.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id": "b", "text": "x"}\n\n{"id": 2, "text": "y"}\n'))
    assert read_rows(file, "id", "text").ids.to_list() == ["b", "2"]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([ROWS[0], "no json", "[1]", {"id": 1, "text": 5}],
         ["no JSON object in line 2, 3", "the text is no string in row 2"]),
        ([{"text": "a"}], ["no row has an id: name the column with --id-column"]),
        ([{"id": 1, "body": "a"}], ["no row has a text: name the column with --text-column"]),
        ([{"id": 1, "text": "a"}] * 3, ["an id that stood before in row 2, 3"]),
        ([{"id": 1, "text": "a"}, {"text": "b"}], ["no id in row 2"]),
    ],
)  # fmt: skip
def test_every_problem_is_named_and_no_text_is_quoted(tmp_path, rows, problems):
    with pytest.raises(UnusableFileError) as raised:
        read_rows(jsonl(tmp_path / "in.jsonl", rows), "id", "text")
    assert list(raised.value.problems) == problems


def test_what_cannot_be_read_exits_with_one_and_says_why(tmp_path):
    (tmp_path / "bad.parquet").write_text("no parquet")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "other.parquet")
    (tmp_path / "bad.jsonl.gz").write_text("not packed")
    for name, said in (("none.jsonl", "no such file"), ("bad.parquet", "no Parquet"),
                       ("bad.jsonl.gz", "cannot be read"),
                       ("other.parquet", "no column id; there are: a")):  # fmt: skip
        done = run(tmp_path / name, "--out", tmp_path / "out")
        assert done.exit_code == 1
        assert said in done.output
        assert not (tmp_path / "out").exists()


def test_a_failed_write_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableFileError):
        write_rows(pl.DataFrame({"id": [1]}), tmp_path / "file" / "out.jsonl")
