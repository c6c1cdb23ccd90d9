"""Files of export and report in a store that only Spark reaches."""

from __future__ import annotations

import pytest

from smelt.cli.places import folder_to_write
from smelt.cli.progress import Progress, running_tasks
from smelt.errors import ConfigError
from smelt.tables.filesystem import is_connect, names


def write(spark, out):
    with folder_to_write(spark, out) as folder:
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "train.jsonl").write_text("{}\n", "utf-8")


def test_a_store_gets_the_files_once(spark, tmp_path):
    if is_connect(spark):
        pytest.skip("files cannot be handed to a store over Connect; the command refuses")
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set("fs.viewfs.mounttable.box.link./data", f"file://{tmp_path}")
    write(spark, "viewfs://box/data/export/r1")
    assert (tmp_path / "export/r1/data/train.jsonl").read_text("utf-8") == "{}\n"
    assert list(names(spark, "viewfs://box/data/export/r1")) == ["data"]
    with pytest.raises(ConfigError, match="not empty"):
        write(spark, "viewfs://box/data/export/r1")


def test_a_folder_of_this_machine_may_be_written_as_a_uri(spark, tmp_path):
    write(spark, f"file://{tmp_path}/here")
    assert (tmp_path / "here/data/train.jsonl").is_file()


def test_progress_counts_the_tasks_of_running_stages(spark):
    assert running_tasks(spark) == (0, 0)
    progress = Progress()
    progress.stage("scores")
    assert progress.line(0, 0).startswith("scores ... 0 s")
    assert progress.line(3, 1200).startswith("scores ... 3 of 1,200 tasks,")
