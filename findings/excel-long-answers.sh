#!/usr/bin/env bash
# Excel sheets for reviewers: long texts are cut or left out by the writers, mostly without a word.
#
# A cell holds 32,767 characters. openpyxl and polars.write_excel cut a longer transcript there and say nothing (pandas
# with XlsxWriter warns). Worse: XlsxWriter takes a text that begins with http:// or https:// for a link, however much
# prose follows; if it is longer than 2,079 characters the cell stays empty. So an answer that opens with a link to the
# manual comes back from the annotators as null. `strings_to_urls: False` in the workbook's options keeps it.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   polars 2.1.0 xlsxwriter 3.3.1 openpyxl 3.1.5 pandas 3.1.1
#   lengths written: [40000, 2520, 5]
#   polars.write_excel: [32767, None, 5] ['Ignoring URL']
#   openpyxl: [32767, 2520, 5] []
#   pandas with xlsxwriter: [32767, None, 5] ['Cell contents too long, truncated to 32767 characters', 'Ignoring URL']
#   polars, strings_to_urls off: [32767, 2520, 5]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 xlsxwriter==3.3.1 fastexcel==0.21.0 openpyxl==3.1.5 pandas==3.1.1
cd "$work"
venv/bin/python - <<'PY'
import warnings

import openpyxl
import pandas as pd
import polars as pl
import xlsxwriter

print("polars", pl.__version__, "xlsxwriter", xlsxwriter.__version__, "openpyxl", openpyxl.__version__, "pandas", pd.__version__)
texts = ["word " * 8000, "https://help.example.org/lamp shows it. " + "Hold the ring until it is dim. " * 80, "short"]
print("lengths written:", [len(text) for text in texts])


def lengths(values) -> list[int | None]:
    return [len(value) if isinstance(value, str) else None for value in values]


def caught(write) -> list[str]:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        write()
    return sorted({str(one.message).split("'")[0].strip() for one in seen})


frame = {"id": [1, 2, 3], "text": texts}
said = caught(lambda: pl.DataFrame(frame).write_excel("polars.xlsx"))
by_polars = lengths(pl.read_excel("polars.xlsx")["text"])
print("polars.write_excel:", by_polars, said)
book = openpyxl.Workbook()
for text in texts:
    book.active.append([text])
said_openpyxl = caught(lambda: book.save("openpyxl.xlsx"))
by_openpyxl = lengths(cell.value for cell in openpyxl.load_workbook("openpyxl.xlsx").active["A"])
print("openpyxl:", by_openpyxl, said_openpyxl)
said_pandas = caught(lambda: pd.DataFrame(frame).to_excel("pandas.xlsx", index=False, engine="xlsxwriter"))
by_pandas = lengths(pd.read_excel("pandas.xlsx", engine="openpyxl")["text"])
print("pandas with xlsxwriter:", by_pandas, said_pandas)
with xlsxwriter.Workbook("kept.xlsx", {"strings_to_urls": False}) as workbook:
    pl.DataFrame(frame).write_excel(workbook)
kept = lengths(pl.read_excel("kept.xlsx")["text"])
print("polars, strings_to_urls off:", kept)
assert by_polars == by_pandas == [32767, None, 5] and by_openpyxl[0] == 32767 and not said_openpyxl
assert not any("truncated" in one for one in said) and kept[1] == len(texts[1])
PY
