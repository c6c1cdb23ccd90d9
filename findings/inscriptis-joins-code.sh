#!/usr/bin/env bash
# inscriptis: code in <pre><code> loses its lines and indentation, code in <pre> alone keeps them.
#
# The inner `code` element resets white space to normal. `<pre><code>` is what Markdown renderers, help centres and
# wikis write, so of the articles of a knowledge base just the code blocks come out as one line; YAML and Python are
# then wrong answers that train well. Give a CSS profile in which `code` is `pre`, or unwrap it first.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   inscriptis 2.7.6
#   <pre>:       'lamp:\n  level: 20\n  mode: dim'
#   <pre><code>: 'lamp: level: 20 mode: dim'
#   own profile: 'lamp:\n  level: 20\n  mode: dim'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check inscriptis==2.7.6
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_properties import WhiteSpace
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement

print("inscriptis", version("inscriptis"))
code = "lamp:\n  level: 20\n  mode: dim"
alone = get_text(f"<html><body><pre>{code}</pre></body></html>").strip()
nested = get_text(f"<html><body><pre><code>{code}</code></pre></body></html>").strip()
css = {**STRICT_CSS_PROFILE, "code": HtmlElement(whitespace=WhiteSpace.pre)}
mended = get_text(f"<html><body><pre><code>{code}</code></pre></body></html>", ParserConfig(css=css)).strip()
print("<pre>:      ", repr(alone))
print("<pre><code>:", repr(nested))
print("own profile:", repr(mended))
assert alone == mended == code and nested == "lamp: level: 20 mode: dim"
PY
