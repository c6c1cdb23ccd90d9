"""Cues with their speakers, as Zoom, Teams and Webex write them."""

from __future__ import annotations

from smelt.intake.readers.webvtt import WebVttReader
from tests.unit.intake.intake_builders import A_FILE


def turns(*cues: str) -> list[tuple[str | None, str]]:
    parts = [
        f"{cue if cue.startswith('id ') else ''}".removeprefix("id ").partition("\n")[0]
        + f"\n00:00:{2 * number:02}.000 --> 00:00:{2 * number + 1:02}.000\n"
        + (cue.partition("\n")[2] if cue.startswith("id ") else cue)
        for number, cue in enumerate(cues)
    ]
    (record,) = WebVttReader().read("WEBVTT\n\n" + "\n\n".join(parts), A_FILE)
    return [(cue["speaker"], cue["text"]) for cue in record.fields["cues"]]


def test_any_name_that_stands_before_every_cue():
    said = turns(
        "Otto Brandt: Hello, this is Otto.",
        "+49 30 ***** 56: It hums at night.",
        "Otto Brandt: Since when?",
        "3rd floor tablet (kitchen): Since Monday.",
        "Okafor, Iris | Fjord: For me too.",
    )
    assert [name for name, _ in said] == [
        "Otto Brandt",
        "+49 30 ***** 56",
        "Otto Brandt",
        "3rd floor tablet (kitchen)",
        "Okafor, Iris | Fjord",
    ]


def test_a_colon_within_speech_is_no_speaker():
    said = turns(
        "Otto: Hello.",
        "Iris: It shows this:",
        "and then nothing.",
        "Otto: Do this.",
        "Note: the lamp must be off.",
        "first of all: wait a minute, then press it.",
    )
    assert said == [
        ("Otto", "Hello."),
        ("Iris", "It shows this: and then nothing."),
        ("Otto", "Do this. Note: the lamp must be off. first of all: wait a minute, then press it."),
    ]


def test_voices_of_one_cue_are_apart():
    assert turns(
        "<v Otto Brandt>Hello.</v>\n<v.loud Iris>It hums.</v>", "<v Otto Brandt>Since when?</v>"
    ) == [
        ("Otto Brandt", "Hello."),
        ("Iris", "It hums."),
        ("Otto Brandt", "Since when?"),
    ]


def test_a_number_that_speaks_once_among_names():
    said = turns("Otto: Hello.", "493012345678: It hums.", "Otto: Since when?")
    assert said[1] == ("493012345678", "It hums.")


def test_webex_names_the_speaker_above_the_time():
    assert turns('id 1 "Otto Brandt" (42)\nHello.', 'id 2 "Iris" (43)\nIt hums.') == [
        ("Otto Brandt", "Hello."),
        ("Iris", "It hums."),
    ]
