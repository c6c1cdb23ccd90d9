#!/usr/bin/env bash
# data-juicer: as installed from PyPI, without extras, its command does not start: it imports aiohttp, which nothing asks for.
#
# py-data-juicer 1.6.1 imports aiohttp when the package itself is imported, and used to get it with datasets. datasets 5
# no longer depends on it, so every `pip install py-data-juicer` of today gives a `dj-process` that ends in
# ModuleNotFoundError. One more package mends it: pip install aiohttp.
#
# Seen on 2026-11-29 with Python 3.11.7:
#   py-data-juicer 1.6.1, datasets 5.2.0
#   import data_juicer: ModuleNotFoundError: No module named 'aiohttp'
#   declared: no aiohttp
#   after pip install aiohttp: it starts
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-data-juicer==1.6.1 datasets==5.2.0
cd "$work"
venv/bin/python -c 'from importlib.metadata import version as v; print("py-data-juicer", v("py-data-juicer") + ", datasets", v("datasets"))'
said=$(venv/bin/python -c "import data_juicer" 2>&1 | tail -1 || true)
echo "import data_juicer: $said"
[[ $said == *"No module named 'aiohttp'"* ]]
venv/bin/python - <<'PY'
from importlib.metadata import requires

declared = [line for line in requires("py-data-juicer") if line.startswith("aiohttp") and "extra" not in line]
print("declared:", declared or "no aiohttp")
assert not declared
PY
venv/bin/pip install --quiet --disable-pip-version-check aiohttp==3.14.5
echo "after pip install aiohttp: $(venv/bin/python -c "import data_juicer.tools.process_data; print('it starts')" 2>/dev/null | tail -1)"
venv/bin/python -c "import data_juicer.tools.process_data" 2>/dev/null
