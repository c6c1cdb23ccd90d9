from __future__ import annotations

import hashlib

import pytest

from smelt.config import load_config
from smelt.errors import ConfigError
from smelt.external.config import ExternalConfig
from smelt.external.policy import checked, read_policy
from tests.unit.external.terms import a_source, config_of, sources_of


def test_a_permitted_source_comes_with_evidence_and_credit(tmp_path):
    [found] = checked(config_of(queries=a_source(tmp_path)), sources_of(*{"queries", "mail"}))
    assert found.licence_hash == hashlib.sha256(b"Creative Commons Attribution 4.0").hexdigest()
    assert found.attribution == (
        '"Queries" by Example Ltd (https://example.org/queries), CC-BY-4.0, retrieved 2026-01-31.'
        " Changed: scrubbed, cleaned, made into questions and answers."
    )


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    (tmp_path / "empty").write_text(" ")
    sources = {
        "unknown_licence": a_source(tmp_path, "My-Own-1.0"),
        "not_commercial": a_source(tmp_path, "CC-BY-NC-4.0"),
        "no_evidence": a_source(tmp_path, licence_file=str(tmp_path / "nowhere")),
        "empty_evidence": a_source(tmp_path, licence_file=str(tmp_path / "empty")),
        "not_in_intake": a_source(tmp_path),
    }
    with pytest.raises(ConfigError) as error:
        checked(config_of(**sources), sources_of(*(sources.keys() - {"not_in_intake"})))
    said = "\n".join(error.value.problems)
    assert len(error.value.problems) == 5
    for words in ("My-Own-1.0 is not in the policy", "CC-BY-NC-4.0 is refused: no commercial use", "nowhere",
                  "it is empty", "intake.sources has no such source"):  # fmt: skip
        assert words in said


def test_a_source_of_the_kind_external_needs_terms():
    with pytest.raises(ConfigError, match=r"external\.sources\.report must say its terms"):
        checked(config_of(), sources_of("report", kind="external"))
    assert checked(config_of(), sources_of("mail")) == []


@pytest.mark.parametrize(
    ("card", "is_refused"),
    [
        ("---\nlicense: cc-by-nc-4.0\n---\n# Set\n", True),
        ("---\nlicense: cc-by-4.0\n---\n# Set\n", False),
        ("---\nlicense: other\n---\n# Set\n", False),
        ("---\nlicense: [a, b]\n---\n", False),
        ("---\n: {\n---\n", False),
        ("# Set", False),
    ],
)
def test_the_card_in_a_data_sets_folder_says_the_same(tmp_path, card, is_refused):
    (tmp_path / "README.md").write_text(card)
    config = config_of(queries=a_source(tmp_path))
    own = sources_of("queries", path=str(tmp_path))
    if is_refused:
        with pytest.raises(ConfigError, match=r"card names the licence cc-by-nc-4\.0, not CC-BY-4\.0"):
            checked(config, own)
    else:
        assert len(checked(config, own)) == 1


def test_the_policy_that_comes_with_smelt_is_whole():
    policy = read_policy(None)
    assert {terms.use for terms in policy.values()} == {"permitted", "refused"}
    assert all(len(terms.reason) > 10 for terms in policy.values())
    assert all(
        "share_alike" not in terms.obligations for terms in policy.values() if terms.use == "permitted"
    )


def test_a_policy_of_ones_own_replaces_it(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("My-Own-1.0: {use: permitted, obligations: [attribution], reason: we asked}\n")
    config = ExternalConfig.model_validate(
        {"policy": str(file), "sources": {"q": a_source(tmp_path, "My-Own-1.0")}}
    )
    assert checked(config, sources_of(*{"q"}))[0].terms.reason == "we asked"
    file.write_text("A: {use: maybe, reason: x}\nB: {use: permitted, obligations: [cake], reason: x}\n")
    with pytest.raises(ConfigError) as error:
        read_policy(str(file))
    assert len(error.value.problems) == 2


def test_evidence_is_looked_for_beside_the_users_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "external:\n  policy: policy.yaml\n  sources:\n    q: {licence: MIT, licence_file: terms/LICENSE,"
        " retrieved: 2026-01-31, title: Q, owner: O}\n"
    )
    external = load_config([file]).external
    assert external.sources["q"].licence_file == str(tmp_path / "terms" / "LICENSE")
    assert external.policy == str(tmp_path / "policy.yaml")
