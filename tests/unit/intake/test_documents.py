from __future__ import annotations

from typing import Any

import pytest

from smelt.intake.documents import document_text, is_document


def text(words: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": words} | ({"marks": [{"type": mark} for mark in marks]} if marks else {})


def node(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    return (
        {"type": kind}
        | ({"attrs": attributes} if attributes else {})
        | ({"content": list(content)} if content else {})
    )


def paragraph(*content: Any) -> dict[str, Any]:
    return node("paragraph", *(text(part) if isinstance(part, str) else part for part in content))


def shown(*blocks: Any) -> str:
    document = {"type": "doc", "version": 1, "content": list(blocks)}
    assert is_document(document)
    return document_text(document)


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        (node("date", timestamp="1767225600000"), "Until 2026-01-01."),
        (node("date", timestamp="soon"), "Until ."),
        (node("status", text="Waiting", color="yellow", localId="a"), "Until Waiting."),
        (node("mention", id="5f1", text="@Mia"), "Until @Mia."),
        (node("emoji", shortName=":tada:"), "Until :tada:."),
        (node("inlineCard", url="https://help.example.org/7"), "Until https://help.example.org/7."),
        (node("inlineCard", data={"url": "https://help.example.org/8"}), "Until https://help.example.org/8."),
        (
            node("inlineExtension", extensionKey="k", extensionType="t", text="the release"),
            "Until the release.",
        ),
        (node("placeholder", text="Type the date here"), "Until ."),
        (node("mediaInline", id="1", collection="c", type="file"), "Until ."),
    ],
)
def test_what_stands_within_a_line(inline, expected):
    assert shown(paragraph("Until ", inline, ".")) == expected


@pytest.mark.parametrize("kind", ["blockCard", "embedCard"])
def test_a_card_of_its_own_line_is_its_address(kind):
    blocks = shown(paragraph("See"), node(kind, url="https://help.example.org/7"), paragraph("and reply."))
    assert blocks == "See\n\nhttps://help.example.org/7\n\nand reply."


def test_blocks_in_columns_and_extensions_stay_apart():
    column = node("layoutColumn", paragraph("Unplug it."), paragraph("Wait a minute."), width=50)
    body = node(
        "bodiedExtension", paragraph("Plug it in."), paragraph("Done."), extensionKey="k", extensionType="t"
    )
    assert shown(node("layoutSection", column, column), body).split("\n\n") == [
        *("Unplug it.", "Wait a minute.") * 2,
        "Plug it in.",
        "Done.",
    ]


def test_the_title_of_an_expand_is_shown():
    assert (
        shown(node("expand", paragraph("Remove the SIM."), title="Android")) == "Android\n\nRemove the SIM."
    )


def test_tasks_within_tasks_and_lists_that_begin_elsewhere():
    inner = node(
        "taskList", node("taskItem", text("Ask for the log"), localId="2", state="TODO"), localId="l2"
    )
    tasks = node(
        "taskList", node("taskItem", text("Call back"), localId="1", state="DONE"), inner, localId="l1"
    )
    block = node("blockTaskItem", paragraph("Close it"), localId="3", state="TODO")
    assert shown(tasks) == "- Call back\n  - Ask for the log"
    assert shown(node("taskList", block, localId="l3")) == "- Close it"
    items = [node("listItem", paragraph(words)) for words in ("Open the lid", "Press reset")]
    assert shown(node("orderedList", *items, order=0)) == "0. Open the lid\n1. Press reset"
    assert shown(node("orderedList", *items)) == "1. Open the lid\n2. Press reset"


def test_code_quotes_tables_and_captions():
    code = node("codeBlock", text("if x:\n    reset()"), language="python")
    quote = node(
        "blockquote", paragraph("It is broken."), node("bulletList", node("listItem", paragraph("since May")))
    )
    cells = [node("tableCell", paragraph(words)) for words in ("Port", "443")]
    picture = node(
        "mediaSingle",
        node("media", id="1", collection="c", type="file"),
        node("caption", text("The red light")),
    )
    assert shown(code, quote, node("table", node("tableRow", *cells)), picture) == (
        "if x:\n    reset()\n\n> It is broken.\n> \n> - since May\n\nPort | 443\n\nThe red light"
    )


def test_what_is_no_node_is_nothing():
    wrong = [None, 7, {"type": "paragraph", "content": "words"}, {"attrs": []}]
    assert shown(*wrong, paragraph("left")) == "left"
