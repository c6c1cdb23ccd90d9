from __future__ import annotations

import json

from smelt.delta_log import newest_metadata, newest_version


def commit(folder, version, *actions):
    log = folder / "_delta_log"
    log.mkdir(exist_ok=True)
    (log / f"{version:020}.json").write_text("".join(json.dumps(action) + "\n" for action in actions))


def metadata(**properties):
    return {"metaData": {"schemaString": f"schema of {sorted(properties)}", "configuration": properties}}


def test_the_newest_metadata_and_version_are_told(tmp_path):
    commit(tmp_path, 0, {"protocol": {}}, metadata(a="1"))
    commit(tmp_path, 1, {"commitInfo": {}}, metadata(a="1", b="2"), {"add": {"path": "x"}})
    commit(tmp_path, 10, {"add": {"path": '{"metaData"'}})
    (tmp_path / "_delta_log" / "00000000000000000010.crc").write_text("{}")
    (tmp_path / "_delta_log" / "00000000000000000011.checkpoint.parquet").write_text("")
    assert newest_version(str(tmp_path)) == 10
    assert newest_metadata(str(tmp_path)) == ("schema of ['a', 'b']", {"a": "1", "b": "2"})


def test_metadata_that_was_cleaned_up_is_not_guessed(tmp_path):
    commit(tmp_path, 7, {"add": {"path": "x"}})
    assert newest_metadata(str(tmp_path)) is None
