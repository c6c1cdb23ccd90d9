"""One list of what decides on rows: places, keys and gates are not in it."""

import pytest
from pydantic import BaseModel

from smelt.config import config_hash, deciding, load_config
from smelt.identity import fingerprint, later


@pytest.mark.parametrize(
    "setting",
    [
        "pii.gate.max_severe=5",
        "pii.key.name=ELSEWHERE",
        "pii.key.demo=true",
        "pii.vault.enabled=true",
        "warehouse.root=elsewhere",
        "spark.driver_memory=9g",
        "quality.plugins=[rules/moved.py]",
        "report.title=Other",
    ],
)
def test_what_does_not_decide_changes_neither_stages_nor_releases(setting):
    plain, changed = load_config(), load_config(settings=[setting])
    assert plain != changed
    assert fingerprint(*deciding(plain)) == fingerprint(*deciding(changed))
    assert config_hash(plain) == config_hash(changed)


@pytest.mark.parametrize(
    "setting",
    [
        "pii.min_confidence=0.7",
        "pii.entities.PHONE.policy=mask",
        "quality.pass_marks.relevance=0.2",
        "duplicates.near.threshold=0.8",
        "examples.max_context_turns=2",
        "cleaning.signatures=false",
    ],
)
def test_what_decides_changes_both(setting):
    plain, changed = load_config(), load_config(settings=[setting])
    assert fingerprint(*deciding(plain)) != fingerprint(*deciding(changed))
    assert config_hash(plain) != config_hash(changed)


@pytest.mark.parametrize("setting", ["splits.salt=other", "release.context_turns=1"])
def test_what_decides_on_releases_alone_changes_their_hash_alone(setting):
    plain, changed = load_config(), load_config(settings=[setting])
    assert fingerprint(*deciding(plain)) == fingerprint(*deciding(changed))
    assert config_hash(plain) != config_hash(changed)


def test_a_setting_that_came_later_shows_in_digests_only_where_it_is_used():
    class Before(BaseModel):
        size: int = 1

    class After(Before):
        mode: str = later("plain", description="how")

    assert fingerprint(After()) == fingerprint(Before())
    assert fingerprint(After(mode="other")) != fingerprint(Before())
    assert After.model_validate_json(After(mode="other").model_dump_json()).mode == "other"
    assert After.model_validate_json(After().model_dump_json()) == After()
