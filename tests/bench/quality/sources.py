"""Good pairs of the public sources, each as a plain list of (question, answer)."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

Pair = tuple[str, str]
DATA = Path(os.environ.get("SMELT_DATA", Path(__file__).parents[3] / ".." / "shared" / "data")).resolve()


def chat_star() -> list[Pair]:
    """What the user says and what the agent says next."""
    pairs: list[Pair] = []
    with gzip.open(DATA / "chat_star" / "star_dialogues.dev.jsonl.gz", "rt") as lines:
        for line in lines:
            said = ""
            for event in json.loads(line)["Events"]:
                text = (event.get("Text") or "").strip()
                if event.get("Agent") == "User" and event.get("Action") == "utter":
                    said = f"{said} {text}".strip()
                elif event.get("Agent") == "Wizard" and event.get("Action") in ("utter", "pick_suggestion"):
                    if said:
                        pairs.append((said, text))
                    said = ""
    return pairs


def faq_dstc10() -> list[Pair]:
    """Questions about hotels, restaurants and attractions with their answers."""
    knowledge = json.loads((DATA / "faq_dstc10_knowledge" / "knowledge.json").read_text())
    return [
        (doc["title"], doc["body"])
        for places in knowledge.values()
        for place in places.values()
        for doc in place["docs"].values()
    ]


def kb_microsoft() -> list[Pair]:
    """Title of an article and its text without markup: whole sentences of the first 1,900 characters."""
    pairs: list[Pair] = []
    for path in sorted((DATA / "kb_microsoft_support").rglob("*.md")):
        text = path.read_text("utf-8-sig", errors="replace")
        title = re.search(r"^title: *(.+)$", text, re.M)
        body = re.sub(r"\A---.*?\n---\n", "", text, flags=re.S)
        body = re.sub(r"^# [^\n]*\n|^_?Original (?:KB|product)[^\n]*\n", "", body, flags=re.M)
        plain = re.sub(r":::.*?:::|!?\[([^\]]*)\]\([^)]*\)|[*`>#|]+|^\s*[-\d.]+ ", r"\1", body, flags=re.M)
        sentences = re.match(r".{0,1900}[.!?](?=\s|$)", re.sub(r"\s+", " ", plain).strip())
        if title and sentences:
            pairs.append((title[1].strip("\"' "), sentences[0]))
    return pairs


def tabular_cfpb() -> list[Pair]:
    """A question made of product and issue, answered by the consumer's narrative."""
    with (DATA / "tabular_cfpb_complaints" / "complaints_sample.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    header = next(i for i, row in enumerate(rows) if row and row[0] == "Date received")
    pairs: list[Pair] = []
    for values in rows[header + 1 :]:
        row = dict(zip(rows[header], values, strict=False))
        story = re.sub(r"\s+", " ", row.get("Consumer complaint narrative", "")).strip()
        if story:
            issue = ", ".join(filter(None, (row["Issue"], row["Sub-issue"])))
            pairs.append((f"What is the complaint about {row['Product']}: {issue}?", story))
    return pairs


def generated() -> list[Pair]:
    """Plain-text tickets of smelt's own generator: subject and message, and what the agent wrote."""
    from smelt.generate.config import GenerateConfig
    from smelt.generate.generator import generate

    pairs: list[Pair] = []
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), GenerateConfig(records=2500, kinds=("tickets",), messy=0.0, duplicates=0.0))
        for path in sorted((Path(folder) / "tickets").glob("*.jsonl")):
            for line in path.read_text().splitlines():
                ticket = json.loads(line)
                said = [c["body"] for c in ticket["comments"] if c["public"] and c["author_role"] == "agent"]
                if ticket["description_format"] == "text" and said:
                    pairs.append((f"{ticket['subject']}. {ticket['description']}", said[-1]))
    return pairs


SOURCES: Mapping[str, Callable[[], list[Pair]]] = {
    "chat_star": chat_star,
    "faq_dstc10_knowledge": faq_dstc10,
    "kb_microsoft_support": kb_microsoft,
    "tabular_cfpb_complaints": tabular_cfpb,
    "generated": generated,
}


def good_pairs(source: str) -> list[Pair]:
    """Distinct pairs of ``source`` that a person would call good at a glance.

    Both sides are within the default bounds of length; a question has four words or more; an answer is
    not one of the phrases that make up over half a percent of the source (chat_star's "Thank you and
    goodbye.", "Is there anything else that I can do for you?").
    """
    pairs = SOURCES[source]()
    counts = Counter(answer for _, answer in pairs)
    phrases = {answer for answer, count in counts.items() if count > max(20, 0.005 * len(pairs))}
    return [
        (question, answer)
        for question, answer in dict.fromkeys(pairs)
        if 10 <= len(question) <= 500 and 20 <= len(answer) <= 2000
        if len(question.split()) >= 4 and answer not in phrases
    ]
