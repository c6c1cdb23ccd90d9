from __future__ import annotations

import os

import pytest
from typer.testing import CliRunner

from smelt.cli.app import app


@pytest.mark.parametrize(
    "arguments",
    [["generate", "s3a://bucket/x"], ["dedup", __file__, "--out", "abfss://box@account/x.jsonl"]],
)
def test_a_store_is_refused_where_only_a_folder_can_be_written(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "not a folder" in done.output
    assert os.listdir(tmp_path) == []


def test_versions_are_told():
    done = CliRunner().invoke(app, ["--version"])
    assert done.exit_code == 0
    assert done.output.startswith("smelt ")
    assert "pyspark" in done.output


def test_success_returns_as_a_wheel_task_needs_it(monkeypatch):
    from smelt.cli import app as command_line

    monkeypatch.setattr("sys.argv", ["smelt", "tables"])
    command_line.main()
    monkeypatch.setattr("sys.argv", ["smelt", "tables", "gold.nosuch"])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    assert end.value.code == 1
