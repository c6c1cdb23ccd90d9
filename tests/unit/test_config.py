from __future__ import annotations

import pytest

from smelt.config import fingerprint, load_config
from smelt.errors import ConfigError


def test_the_defaults_are_valid():
    config = load_config()
    assert (config.splits.train, config.splits.validation, config.splits.test) == (0.8, 0.1, 0.1)


def test_all_problems_are_reported_at_once_with_file_and_key(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("splits: {train: 0.9}\nnope: 1\ncleaning: {signatures: perhaps}\n")
    with pytest.raises(ConfigError) as caught:
        load_config([file, tmp_path / "absent.yaml"], settings=["spark.driver_memory=many", "no-equals-sign"])
    text = str(caught.value)
    for expected in (
        f"{file}: nope: unknown key",
        f"{file}: cleaning.signatures:",
        "absent.yaml: no such file",
        "--set spark.driver_memory: spark.driver_memory:",
        "--set no-equals-sign: write it as key=value",
        "train + validation + test must be 1",
    ):
        assert expected in text
    assert caught.value.exit_code == 2


def test_later_layers_win_key_by_key(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("splits: {train: 0.7, test: 0.2}\n")
    config = load_config([file], settings=["splits.salt=other"])
    assert (config.splits.train, config.splits.test, config.splits.validation, config.splits.salt) == (
        0.7, 0.2, 0.1, "other",
    )  # fmt: skip


def test_paths_of_a_file_are_relative_to_it(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("warehouse: {root: tables}\nintake: {landing: raw}\n")
    config = load_config([file])
    assert config.warehouse.root == str(tmp_path / "tables")
    assert config.intake.landing == str(tmp_path / "raw")


@pytest.mark.parametrize(("content", "said"), [("a: [1", "not valid YAML"), ("- 1", "must be a mapping")])
def test_a_file_that_is_no_configuration_is_named(tmp_path, content, said):
    file = tmp_path / "bad.yaml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=said):
        load_config([file])


def test_the_fingerprint_follows_values_not_their_order():
    assert fingerprint(load_config().splits) == fingerprint(
        load_config(settings=["splits.salt=smelt"]).splits
    )
    assert fingerprint(load_config().splits) != fingerprint(load_config(settings=["splits.salt=x"]).splits)


@pytest.mark.parametrize("reader", ["reader.py:Reader", "readers/reader.py:Reader"])
def test_a_reader_beside_the_file_is_found_from_anywhere(tmp_path, monkeypatch, reader):
    code = tmp_path / reader.partition(":")[0]
    code.parent.mkdir(exist_ok=True)
    code.write_text("class Reader:\n    def read(self, text, file):\n        return []\n", "utf-8")
    source = (
        f"{{name: own, kind: articles, format: plugin, reader: '{reader}', path: .,"
        " mapping: {source_key: id, body: b}}"
    )
    (tmp_path / "smelt.yaml").write_text(f"intake:\n  sources:\n    - {source}\n", "utf-8")
    monkeypatch.chdir("/")
    assert load_config([tmp_path / "smelt.yaml"]).intake.sources[0].reader == str(tmp_path / reader)
