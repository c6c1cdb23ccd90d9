"""Cues with their speakers, as Zoom, Teams and Webex write them."""

from __future__ import annotations

import pytest

from smelt.intake.readers.srt import SrtReader
from smelt.intake.readers.webvtt import WebVttReader
from smelt.intake.speakers import usual_role
from smelt.intake.vocabulary import UNKNOWN_SPEAKER
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


def read(text: str, reader: type[WebVttReader] = WebVttReader) -> list[tuple[str | None, str]]:
    (record,) = reader().read(text, A_FILE)
    return [(cue["speaker"], cue["text"]) for cue in record.fields["cues"]]


@pytest.mark.parametrize(
    "times",
    [
        "0:0:0.0 --> 0:0:5.320",  # Microsoft Graph's own example
        "-00:00:03.246 --> -00:00:01.726",  # the transcript began within the call
        "00:00:01,000 --> 00:00:02,000",  # made of SRT
        "00:01.000 --> 00:02.000",
        "1.5 --> 2.25",  # seconds alone, which no parser reads
        "00:00:01.000 --> 00:00:02.000 align:start position:0%",
        "00:00:01.000 --> 00:00:02.000\n",  # an empty line below the time
    ],
)
def test_no_cue_is_lost_for_its_time(times):
    later = "2\n00:00:04.000 --> 00:00:05.000\n<v Otto>Since when?</v>\n"
    said = read(f"WEBVTT\n\n1\n{times}\n<v Iris>It hums.</v>\n\n{later}")
    assert said == [("Iris", "It hums."), ("Otto", "Since when?")]


def test_no_cue_of_srt_is_lost_for_its_time():
    assert read(
        "1\n00:00:01.000 --> 00:00:02.000\nIris: It hums.\n\n2\n0:00:03,5 --> 0:00:04,5\nOtto: Since when?",
        SrtReader,
    ) == [
        ("Iris", "It hums."),
        ("Otto", "Since when?"),
    ]


def test_a_cue_without_words_takes_none_of_the_next():
    said = read(
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n\n2\n00:00:03.000 --> 00:00:04.000\nIris: It hums.\n"
    )
    assert said == [("Iris", "It hums.")]


@pytest.mark.parametrize(
    "cues",
    [
        ("[Iris Okafor] It hums.", "[Otto Brandt] Since when?"),
        ("[Iris Okafor] 10:00:05\nIt hums.", "[Otto Brandt] 10:00:09\nSince when?"),
        ("(Iris Okafor)\nIt hums.", "(Otto Brandt)\nSince when?"),
        (">> Iris Okafor: It hums.", ">> Otto Brandt: Since when?"),
        ("&gt;&gt; Iris Okafor: It hums.", "&gt;&gt; Otto Brandt: Since when?"),
        (
            '{"speakerName": "Iris Okafor", "spokenText": "It hums.", "spokenLanguage": "en-us"}',
            '{"speakerName": "Otto Brandt", "spokenText": "Since when?", "spokenLanguage": "en-us"}',
        ),
    ],
)
def test_names_in_brackets_behind_chevrons_and_in_metadata(cues):
    assert turns(*cues) == [("Iris Okafor", "It hums."), ("Otto Brandt", "Since when?")]


def test_a_sound_is_no_speaker():
    assert turns("[Music] Hello there.", "[Background Noise] It hums.") == [
        (None, "[Music] Hello there. [Background Noise] It hums.")
    ]


def test_references_are_the_signs_that_they_stand_for():
    assert turns("<v Iris &amp; Co>Is it &lt; 20&nbsp;ml?", "<v Otto>Yes &amp; no.") == [
        ("Iris & Co", "Is it < 20 ml?"),
        ("Otto", "Yes & no."),
    ]


@pytest.mark.parametrize("unnamed", ["<v >So it is.", "<v>So it is.</v>", 'id 2 "" (0)\nSo it is.'])
def test_words_of_nobody_are_not_put_into_the_mouth_of_who_spoke_before(unnamed):
    said = turns("<v Otto>Hello.", unnamed, "<v Iris>It hums.")
    assert said == [("Otto", "Hello."), (UNKNOWN_SPEAKER, "So it is."), ("Iris", "It hums.")]
    assert usual_role(UNKNOWN_SPEAKER) == "system"
