#!/usr/bin/env bash
# Excel, two libraries: a text with CRLF, written by XlsxWriter and read by openpyxl, comes back with `_x000D_` in every
# line.
#
# The format writes a carriage return as the letters _x000D_. XlsxWriter escapes it so; openpyxl does not undo it on
# reading, and pandas joins the two by default (XlsxWriter writes where it is installed, openpyxl reads). Mails have
# CRLF, so a review sheet that goes out and comes in changes every body, and the letters train as text. Reading with
# calamine is right; or write \n only.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   pandas 3.1.1 xlsxwriter 3.3.1 openpyxl 3.1.5
#   read by the default: 'Hold the ring._x000D_\nThen let go.'
#   read by calamine:    'Hold the ring.\r\nThen let go.'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 xlsxwriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
cd "$work"
venv/bin/python - <<'PY'
import warnings

import openpyxl
import pandas as pd
import python_calamine
import xlsxwriter

warnings.simplefilter("ignore")
print("pandas", pd.__version__, "xlsxwriter", xlsxwriter.__version__, "openpyxl", openpyxl.__version__)
mail = "Hold the ring.\r\nThen let go."
pd.DataFrame({"text": [mail]}).to_excel("mail.xlsx", index=False)
default = pd.read_excel("mail.xlsx")["text"][0]
calamine = pd.read_excel("mail.xlsx", engine="calamine")["text"][0]
print("read by the default:", repr(default))
print("read by calamine:   ", repr(calamine))
assert default == "Hold the ring._x000D_\nThen let go." and calamine == mail
PY
