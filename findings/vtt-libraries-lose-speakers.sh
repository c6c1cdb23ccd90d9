#!/usr/bin/env bash
# webvtt-py and pysubs2: a cue of two voices is all the first one's, and a rewritten file has no speakers at all.
#
# WebVTT says who speaks by <v NAME> inside a cue, and a cue may hold several (meeting tools write answers that way).
# webvtt-py's `voice` is the first and `text` is everybody's words, so an answer is credited to the asker; `raw_text`
# has both. pysubs2 drops voices on reading (`name` stays empty): loading and saving a VTT file removes every speaker.
# Neither decodes &amp; and &lt;, which the format requires to be escaped: the words of a transcript then hold
# "R&amp;D".
#
# Seen on 2026-11-28 with Python 3.11.7:
#   webvtt-py 0.6.0 pysubs2 1.8.1
#   webvtt-py: ('Ann', 'Is this R&amp;D?\nNo, this is support.')
#   pysubs2: ('', 'Is this R&amp;D?\\NNo, this is support.')
#   pysubs2, saved again: 'WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\nIs this R&amp;D?\nNo, this is support.\n\n'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check webvtt-py==0.6.0 pysubs2==1.8.1
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version
from pathlib import Path

import pysubs2
import webvtt

print("webvtt-py", version("webvtt-py"), "pysubs2", version("pysubs2"))
Path("call.vtt").write_text(
    "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ann>Is this R&amp;D?</v>\n<v Bob>No, this is support.</v>\n"
)
cue = webvtt.read("call.vtt").captions[0]
print("webvtt-py:", (cue.voice, cue.text))
subtitles = pysubs2.load("call.vtt")
again = subtitles.to_string("vtt")
print("pysubs2:", (subtitles[0].name, subtitles[0].text))
print("pysubs2, saved again:", repr(again))
assert (cue.voice, cue.text) == ("Ann", "Is this R&amp;D?\nNo, this is support.")
assert subtitles[0].name == "" and "<v" not in again and "Bob" not in again and "&amp;" in subtitles[0].text
PY
