#!/usr/bin/env bash
# Presidio: the anonymizer's `hash` gives another value at each place, even twice in one text.
#
# Without a salt in its parameters each entity gets 32 random bytes of its own, so the same address is another hash in
# the next sentence. As pseudonyms for joining tickets of one customer, counting distinct customers or splitting by
# customer they are useless, and the text looks as if strangers took turns. A `salt` of 16 bytes or more (a secret of
# yours) makes it a keyed, stable pseudonym.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   presidio-anonymizer 2.2.366
#   one address, two places, two calls, different hashes without a salt: 4
#   with a salt: 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check presidio-anonymizer==2.2.366
cd "$work"
venv/bin/python - <<'PY'
import re
from importlib.metadata import version

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

print("presidio-anonymizer", version("presidio-anonymizer"))
text = "ann@example.org asked; then ann@example.org thanked."
spans = [RecognizerResult("EMAIL_ADDRESS", *match.span(), 1.0) for match in re.finditer(r"\S+@\S+", text)]


def hashes(**parameters: str) -> list[str]:
    made = AnonymizerEngine().anonymize(text, spans, {"DEFAULT": OperatorConfig("hash", parameters)}).text
    return re.findall(r"[0-9a-f]{64}", made)


plain, salted = hashes() + hashes(), hashes(salt="a secret of 16+ bytes") + hashes(salt="a secret of 16+ bytes")
print("one address, two places, two calls, different hashes without a salt:", len(set(plain)))
print("with a salt:", len(set(salted)))
assert len(plain) == len(salted) == 4 and len(set(plain)) == 4 and len(set(salted)) == 1
PY
