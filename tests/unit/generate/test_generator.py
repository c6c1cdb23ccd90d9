"""What a run of the generator promises: repeatable bytes, true labels, planted damage where it says."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project

RECORDS = 1_000
TEXT_SOURCES = {"call_captions": ".vtt", "articles": ".md", "articles_html": ".html"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    generate(folder, GenerateConfig(records=RECORDS, seed=11, messy=0.2, duplicates=0.1))
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of each source, its files joined in order; CSV and text files by name."""
    found: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*.*")):
        name = file.relative_to(folder).parts
        key = "/".join(name[:-1]) if file.suffix in (".jsonl", ".csv") else "/".join(name)
        if name[0] == "truth":
            key = "/".join((*name[:2], file.name.partition("-")[0]))
        body = file.read_bytes()
        if file.suffix == ".csv":
            body = body.split(b"\r\n", 1)[1]
        found[key] = found.get(key, b"") + body
    return found


def truth(folder: Path, name: str) -> list[dict[str, Any]]:
    return [
        orjson.loads(line)
        for file in sorted((folder / "truth" / name).glob("*.jsonl"))
        for line in file.read_bytes().splitlines()
    ]


def usable(folder: Path, source: str, key: str) -> dict[str, dict[str, Any]]:
    records = {}
    for file in sorted((folder / source).glob("*.jsonl")):
        for line in file.read_bytes().splitlines():
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if key in record:
                records[str(record[key])] = record
    return records


def chat_rows(folder: Path) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    for file in sorted((folder / "chat_turns").glob("*.csv")):
        for row in csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")):
            rows.setdefault(row["conversation_id"], []).append(row)
    return rows


def test_same_seed_gives_same_bytes(out: Path, tmp_path: Path) -> None:
    generate(tmp_path, GenerateConfig(records=RECORDS, seed=11, messy=0.2, duplicates=0.1))
    assert content(tmp_path) == content(out)


def test_other_seed_gives_other_people(tmp_path: Path) -> None:
    config = GenerateConfig(records=60, seed=1, kinds=("tickets",))
    generate(tmp_path / "one", config)
    generate(tmp_path / "two", config.model_copy(update={"seed": 2}))
    mails = [
        {record["requester"]["email"] for record in usable(tmp_path / run, "tickets", "id").values()}
        for run in ("one", "two")
    ]
    assert not mails[0] & mails[1]


def test_a_second_run_goes_on_where_the_first_ended(out: Path, tmp_path: Path) -> None:
    config = GenerateConfig(records=RECORDS - 400, seed=11, messy=0.2, duplicates=0.1)
    generate(tmp_path, config)
    generate(tmp_path, config.model_copy(update={"start": RECORDS - 400, "records": 400}))
    together, once = content(tmp_path), content(out)
    for found in (together, once):
        for name in [
            name for name in found if "summary" in name or "truth/damaged" in name or "truth/updates" in name
        ]:
            del found[name]  # they name files, which differ
    assert together == once


def test_every_span_of_the_truth_stands_in_the_raw_field(out: Path) -> None:
    records: dict[str, dict[str, Any]] = {
        "tickets": usable(out, "tickets", "id"),
        "chats": usable(out, "chats", "chat_id"),
        "calls": usable(out, "calls", "call_id"),
    }
    rows = chat_rows(out)
    seen: Counter[str] = Counter()
    for line in truth(out, "pii"):
        source, key = line["source"], line["key"]
        for span in line["spans"]:
            if source in records:
                text = field_of(records[source][key], span["field"])
            elif source == "chat_turns":
                text = rows[key][int(re.findall(r"\d+", span["field"])[0])]["message"]
            else:
                text = (
                    (out / source / "0000" / f"{key}{TEXT_SOURCES[source]}")
                    .read_bytes()
                    .decode("utf-8", "replace")
                )
                if source == "call_captions":
                    assert span["value"] in text
                    continue
            assert text[span["start"] : span["end"]] == span["value"]
            seen[span["entity"]] += 1
    assert set(seen) == {
        "EMAIL",
        "PHONE",
        "PERSON",
        "STREET_ADDRESS",
        "DATE_OF_BIRTH",
        "CREDIT_CARD",
        "US_SSN",
        "IBAN",
        "IP",
        "SECRET",
        "USERNAME",
    }


def field_of(record: Any, path: str) -> str:
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        record = record[name]
        if index:
            record = record[int(index)]
    assert isinstance(record, str)
    return record


def test_damaged_lines_are_where_the_truth_says(out: Path) -> None:
    seen: Counter[str] = Counter()
    for bad in truth(out, "damaged"):
        if not bad["file"].endswith(".jsonl"):
            continue
        line = (out / bad["file"]).read_bytes().splitlines()[bad["entry"] - 1]
        seen[bad["damage"]] += 1
        if bad["damage"] == "broken_line":
            with pytest.raises(orjson.JSONDecodeError):
                orjson.loads(line)
        elif bad["damage"] == "invalid_utf8":
            with pytest.raises(UnicodeDecodeError):
                line.decode("utf-8")
            orjson.loads(line.replace(b"\xff\xc3", b""))
        elif bad["damage"] == "no_key":
            assert not {"id", "chat_id", "call_id"} & set(orjson.loads(line))
        else:
            assert bad["key"] in {str(orjson.loads(line).get(key)) for key in ("id", "chat_id", "call_id")}
    assert len(seen) == 8


def test_exact_duplicates_share_their_words_and_near_ones_most_of_them(out: Path) -> None:
    tickets = usable(out, "tickets", "id")
    near = []
    for line in truth(out, "duplicates"):
        if line["source"] != "tickets":
            continue
        one, other = tickets[line["key"]], tickets[line["of"]]
        if line["kind"] == "exact":
            assert one["description"] == other["description"]
            assert one["subject"] == other["subject"]
        else:
            words, others = set(one["description"].split()), set(other["description"].split())
            near.append(len(words & others) / len(words | others))
    assert len(near) > 20
    assert sum(near) / len(near) > 0.6


def test_distinct_texts_dominate(out: Path) -> None:
    tickets = usable(out, "tickets", "id")
    copies = sum(line["source"] == "tickets" for line in truth(out, "duplicates"))
    questions = {record["description"] for record in tickets.values()}
    assert len(questions) >= len(tickets) - copies - 2


def test_only_the_kinds_asked_for(tmp_path: Path) -> None:
    generate(tmp_path, GenerateConfig(records=100, kinds=("articles",)))
    assert {path.name for path in tmp_path.iterdir()} == {"articles", "articles_html", "truth"}


def test_the_conf_names_every_source(out: Path) -> None:
    from smelt.config import load_config

    path = write_project(out, ("tickets", "chats", "transcripts", "articles"))
    config = load_config([path])
    assert {source.name for source in config.intake.sources} == {
        path.name for path in out.iterdir() if path.is_dir() and path.name != "truth"
    }


def test_an_update_is_the_record_again_elsewhere_with_more_said_in_it(tmp_path: Path) -> None:
    done = generate(tmp_path, GenerateConfig(records=3_000, seed=5, messy=0))
    planted = truth(tmp_path, "updates")
    assert done.updates.total() == len(planted) > 10
    assert done.total == 3_000
    keys = {"tickets": "id", "chats": "chat_id"}
    for line in planted:
        source, key = line["source"], keys[line["source"]]
        again = orjson.loads((tmp_path / line["file"]).read_bytes().splitlines()[line["entry"] - 1])
        (first,) = [
            record
            for file in (tmp_path / source).glob(f"{source}-0*.jsonl")
            for record in map(orjson.loads, file.read_bytes().splitlines())
            if str(record[key]) == line["key"]
        ]
        said, stamp = ("comments", "updated_at") if source == "tickets" else ("turns", "ended_at")
        assert str(again[key]) == line["key"]
        assert again[said][:-1] == first[said]
        assert again[stamp] > first[stamp]
    copies = {line[name] for line in truth(tmp_path, "duplicates") for name in ("key", "of")}
    assert copies.isdisjoint(line["key"] for line in planted)


def test_an_update_of_a_record_of_an_earlier_run_comes_with_the_run_that_goes_on(tmp_path: Path) -> None:
    config = GenerateConfig(records=1_500, seed=5, kinds=("tickets",))
    generate(tmp_path, config)
    generate(tmp_path, config.model_copy(update={"start": 1_500, "records": 1_500}))
    files = sorted((tmp_path / "tickets").glob("tickets-updates-*.jsonl"))
    late = [orjson.loads(line)["id"] for line in files[-1].read_bytes().splitlines()]
    assert len(files) == 2
    assert len(set(late)) == len(late)
