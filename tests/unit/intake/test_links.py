from __future__ import annotations

import os

import pytest

from smelt.intake.config import IntakeConfig
from smelt.intake.landing import relative_to
from smelt.intake.links import files_below, has_links, matches


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "one").write_text("1")
    (folder / "a" / "b" / "two").write_text("2")
    return folder


def names(found, folder):
    return [os.path.relpath(file, folder) for file in found.files]


def test_a_folder_without_links_has_none(landing):
    assert not has_links(str(landing))
    found = files_below(str(landing / "a"), str(landing))
    assert (names(found, landing), found.refused) == (["a/b/two", "a/one"], 0)


def test_loops_end_and_what_stands_there_itself_comes_first(landing):
    os.symlink(landing / "a", landing / "a" / "b" / "round")
    os.symlink(landing / "a" / "b" / "round", landing / "a" / "again")
    os.symlink(landing / "a" / "one", landing / "a" / "0-another-name")
    assert has_links(str(landing / "a"))
    found = files_below(str(landing / "a"), str(landing))
    assert (names(found, landing), found.refused) == (["a/b/two", "a/one"], 0)


def test_a_link_to_another_folder_of_the_landing_is_followed(landing):
    (landing / "shared").mkdir()
    (landing / "shared" / "three").write_text("3")
    os.symlink(landing / "shared", landing / "a" / "more")
    found = files_below(str(landing / "a"), str(landing))
    assert names(found, landing) == ["a/b/two", "a/more/three", "a/one"]


def test_links_out_of_the_landing_and_to_nothing_are_refused(landing, tmp_path):
    (tmp_path / "secret").write_text("s")
    (tmp_path / "landing-too").mkdir()
    for number, target in enumerate(
        (tmp_path / "secret", tmp_path, tmp_path / "none", tmp_path / "landing-too")
    ):
        os.symlink(target, landing / "a" / f"link{number}")
    os.symlink("../../secret", landing / "a" / "b" / "relative")
    found = files_below(str(landing / "a"), str(landing))
    assert (names(found, landing), found.refused) == (["a/b/two", "a/one"], 5)


def test_a_source_that_is_itself_a_link_out_of_the_landing_is_refused(landing, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x").write_text("x")
    os.symlink(tmp_path / "elsewhere", landing / "tickets")
    found = files_below(str(landing / "tickets"), str(landing))
    assert found == ([], 1)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/in/*/x", "/in/day/x/a.json", True),
        ("/in/*/x", "/in/day/y/x/a.json", False),
        ("/in/{a,b}/[0-9]?", "/in/b/7z", True),
        ("/in/{a,b}/[0-9]?", "/in/c/7z", False),
        (r"/in\[1\]", "/in[1]/a", True),
        ("/in/[^a]", "/in/a", False),
        ("/in/a.b", "/in/axb", False),
    ],
)
def test_patterns_are_those_of_hadoop(pattern, path, expected):
    assert matches(pattern, path) is expected


def test_signs_of_patterns_in_names_that_exist_are_letters(tmp_path):
    landing = tmp_path / "a[1] {x}*"
    (landing / "day[2]").mkdir(parents=True)
    config = IntakeConfig(landing=str(landing))
    escaped = str(tmp_path) + r"/a\[1\] \{x\}\*"
    assert config.pattern("day[2]") == escaped + r"/day\[2\]"
    assert config.pattern("day*/x") == escaped + "/day*/x"
    assert relative_to(config.pattern("day[2]"), f"file:{landing}/day[2]/f.json") == "f.json"
    assert relative_to(config.pattern("day*"), f"file:{landing}/day[2]/f.json") == "day[2]/f.json"
    assert IntakeConfig(landing="s3://b/in[1]").pattern("x*") == r"s3://b/in\[1\]/x*"
    assert IntakeConfig(landing="/x").pattern("s3://b/in[12]/x*") == "s3://b/in[12]/x*"
