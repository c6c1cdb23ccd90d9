"""The generated sources as intake parses them: what is planted as unusable is what is quarantined."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import orjson
import pytest

from smelt.config import SmeltConfig, load_config
from smelt.generate.config import KINDS, GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.intake.columns import PARSED
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SmeltConfig]:
    folder = tmp_path_factory.mktemp("landed")
    generate(folder, GenerateConfig(records=2_000, seed=3, messy=0.3))
    return folder, load_config([write_project(folder, KINDS)])


def parsed(folder: Path, config: SmeltConfig, name: str) -> list[dict[str, object]]:
    limits = Limits.of(config.intake, dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    source = next(source for source in config.intake.sources if source.name == name)
    parser, root = Parser(source, limits), folder / source.path
    return [
        dict(zip(PARSED, row, strict=True))
        for file in sorted(root.rglob(source.glob or "*"))
        for row in parser.file(file.read_bytes(), SourceFile(str(file), str(file.relative_to(root))))
    ]


@pytest.mark.parametrize(
    "name", ["tickets", "chats", "chat_turns", "calls", "call_captions", "articles", "articles_html"]
)
def test_exactly_what_is_planted_is_quarantined(landed: tuple[Path, SmeltConfig], name: str) -> None:
    folder, config = landed
    planted = Counter(
        line["reason"]
        for file in (folder / "truth" / "damaged").glob(f"{name}-*.jsonl")
        for line in map(orjson.loads, file.read_bytes().splitlines())
        if not line["usable"]
    )
    rows = parsed(folder, config, name)
    found: Counter[str] = Counter()
    for row in rows:
        reasons = row["reasons"]
        assert reasons is None or isinstance(reasons, list)
        found.update(reasons or ())
    assert found == planted
    usable = [row for row in rows if not row["reasons"]]
    assert all(row["turns"] or row["body"] for row in usable)
    again = sum(
        len(file.read_bytes().splitlines()) for file in (folder / "truth" / "updates").glob(f"{name}-*.jsonl")
    )
    assert len({row["record_id"] for row in usable}) == len(usable) - again
    assert len({(row["record_id"], row["content_hash"]) for row in usable}) == len(usable)
    assert (again > 0) == (name in ("tickets", "chats"))
