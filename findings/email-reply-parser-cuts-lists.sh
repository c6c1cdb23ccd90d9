#!/usr/bin/env bash
# email-reply-parser: a list whose dashes have no blank after them is taken for the signature and cut, with all lines
# between.
#
# "-Unplug it" opens a signature by its rule (a dash and a letter, also `--verbose` and `__init__`), so an answer keeps
# its greeting and loses its steps. A line that begins with "From:" and another with "To:" is a quoted header wherever
# it stands: a text of such lines comes back empty. The parts are there as fragments
# (`EmailReplyParser.read(text).fragments`, hidden ones too): keep the hidden text beside, and look at answers that
# shrink. mail-parser-reply keeps these texts whole.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   email-reply-parser 0.5.12 mail-parser-reply 1.36
#   steps: 'Please do this:'
#   options: 'Run it like this:'
#   rooms: ''
#   mail-parser-reply keeps them whole: [True, True, True]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check email-reply-parser==0.5.12 mail-parser-reply==1.36
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

from email_reply_parser import EmailReplyParser
from mailparser_reply import EmailReplyParser as OtherParser

print("email-reply-parser", version("email-reply-parser"), "mail-parser-reply", version("mail-parser-reply"))
steps = "Please do this:\n\n-Unplug the lamp\n-Wait ten seconds\n-Plug it in again"
options = "Run it like this:\n\n--verbose shows every step."
rooms = "From: the hall, it is too bright.\nTo: the kitchen, it is too dark."
made = {name: EmailReplyParser.parse_reply(text) for name, text in {"steps": steps, "options": options, "rooms": rooms}.items()}
for name, reply in made.items():
    print(f"{name}:", repr(reply))
others = [OtherParser(languages=["en"]).parse_reply(text) == text for text in (steps, options, rooms)]
print("mail-parser-reply keeps them whole:", others)
assert made == {"steps": "Please do this:", "options": "Run it like this:", "rooms": ""} and all(others)
PY
