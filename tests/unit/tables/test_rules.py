from pathlib import Path

from smelt.tables.rules import RULES, with_rules

CHANGELOG = Path(__file__).resolve().parents[3] / "CHANGELOG.md"


def test_the_first_version_of_rules_leaves_digests_as_they_were(monkeypatch):
    monkeypatch.setitem(RULES, "scores", 1)
    assert with_rules("scores", "abc") == "abc"
    monkeypatch.setitem(RULES, "scores", 2)
    second = with_rules("scores", "abc")
    monkeypatch.setitem(RULES, "scores", 3)
    assert len({"abc", second, with_rules("scores", "abc")}) == 3


def test_every_raised_version_stands_in_the_changelog():
    said = CHANGELOG.read_text("utf-8")
    raised = [
        f"rules of {stage} {number}" for stage, version in RULES.items() for number in range(2, version + 1)
    ]
    assert [name for name in raised if name not in said] == []
