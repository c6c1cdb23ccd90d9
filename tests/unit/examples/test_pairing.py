from __future__ import annotations

from smelt.examples.config import ExamplesConfig
from smelt.examples.pairing import pairs

CONFIG = ExamplesConfig()


def turn(role, text, at=None):
    return {"role": role, "text": text, "at": at}


def test_a_ticket_pairs_subject_and_description_with_its_resolution():
    turns = [
        turn("customer", "It does not start."),
        turn("agent", "Have you tried?"),
        turn("customer", "yes"),
    ]
    [pair] = pairs("tickets", "Printer", turns, "Replaced the fuse.", CONFIG)
    assert (pair.question, pair.answer, pair.reasons) == (
        "Printer\n\nIt does not start.",
        "Replaced the fuse.",
        [],
    )


def test_without_a_resolution_the_last_reply_of_an_agent_answers():
    turns = [turn("customer", "Why?"), turn("agent", "First"), turn("agent", "Last"), turn("customer", "ok")]
    [pair] = pairs("tickets", None, turns, None, CONFIG)
    assert (pair.question, pair.answer) == ("Why?", "Last")


def test_a_subject_that_repeats_the_text_is_not_asked_twice():
    [pair] = pairs("tickets", "It does not…", [turn("customer", "It does not start.")], "Fuse.", CONFIG)
    assert pair.question == "It does not start."


def test_a_ticket_that_nobody_answered_says_so():
    [pair] = pairs("tickets", "Printer", [], None, CONFIG)
    assert (pair.question, pair.answer, pair.reasons) == ("Printer", None, ["no_answer"])


def test_a_chat_pairs_customer_with_agent_and_keeps_what_was_before():
    turns = [
        turn("agent", "Hello"), turn("customer", "Hi"), turn("customer", "Where is it?"), turn("system", "joined"),
        turn("bot", "Wait"), turn("agent", "On its way."), turn("customer", "When?"), turn("agent", "Monday"),
    ]  # fmt: skip
    first, second = pairs("chats", None, turns, None, CONFIG)
    assert (first.question, first.answer) == ("Hi\nWhere is it?", "On its way.")
    assert first.context == [{"role": "agent", "text": "Hello"}]
    assert (second.question, second.answer) == ("When?", "Monday")
    assert [t["role"] for t in second.context] == ["agent", "customer", "agent"]


def test_context_is_bounded_by_turns_and_characters():
    turns = [turn(role, f"{role} {n}") for n in range(20) for role in ("customer", "agent")]
    config = ExamplesConfig(max_context_turns=3, max_context_characters=25)
    assert pairs("chats", None, turns, None, config)[-1].context == [
        {"role": "customer", "text": "customer 18"},
        {"role": "agent", "text": "agent 18"},
    ]


def test_one_sided_chats_say_why_they_give_nothing():
    [pair] = pairs("chats", None, [turn("customer", "Hello?")], None, CONFIG)
    assert (pair.question, pair.reasons) == ("Hello?", ["no_answer"])
    [pair] = pairs("chats", None, [turn("agent", "Hello?"), turn("customer", "bye")], None, CONFIG)
    assert pair.reasons == ["no_answer"]
    [pair] = pairs("chats", None, [], None, CONFIG)
    assert pair.reasons == ["no_question", "no_answer"]


def test_an_article_pairs_its_headings_with_their_sections():
    turns = [
        turn("agent", "Intro"), turn("system", "Cause"), turn("agent", "A fuse."), turn("system", "Empty heading"),
        turn("system", "Printer"), turn("agent", "About it."),
    ]  # fmt: skip
    made = pairs("articles", "Printer", turns, None, CONFIG)
    assert [(pair.question, pair.answer) for pair in made] == [
        ("Printer", "Intro"), ("Printer: Cause", "A fuse."), ("Printer", "About it."),
    ]  # fmt: skip


def of_document(title, *turns, resolution=None):
    return [
        (pair.question, pair.answer)
        for pair in pairs("external", title, [turn(*each) for each in turns], resolution, CONFIG)
    ]


def test_a_document_of_somebody_else_gives_pairs_by_headings_and_by_what_they_ask():
    assert of_document(
        "Cards",
        ("agent", "What this is about."),
        ("system", "Fees > How much is a card?"),
        ("agent", "Five euros."),
        ("system", "Limits"),
        ("agent", "A thousand a day."),
    ) == [
        ("Cards", "What this is about."),
        ("How much is a card?", "Five euros."),
        ("Cards: Limits", "A thousand a day."),
    ]


def test_lines_of_questions_and_answers_are_pairs():
    text = "Cards.\n\n**Q1:** How much is it?\n**A:** Five euros.\nEach year.\n\nQ. Where?\n\nA. Online. Q: Open?"
    assert of_document("Cards", ("agent", text)) == [
        ("How much is it?", "Five euros.\nEach year."),
        ("Where?", "Online."),
    ]
    joined = "Q: How much is it? A: Five euros. Q: Where? A: Online."
    assert of_document(None, ("agent", joined)) == [("How much is it?", "Five euros."), ("Where?", "Online.")]
    letters = "Plan A: pay now.\nPlan B: pay later."
    assert of_document("Plans", ("agent", letters)) == [("Plans", letters)]


def test_pairs_and_conversations_of_somebody_else_are_told_by_who_speaks():
    assert of_document(None, ("customer", "Where is it?"), resolution="On its way.") == [
        ("Where is it?", "On its way.")
    ]
    assert of_document("How much?", resolution="Five euros.") == [("How much?", "Five euros.")]
    assert of_document("Chat", ("customer", "Where is it?"), ("agent", "On its way.")) == [
        ("Where is it?", "On its way.")
    ]
