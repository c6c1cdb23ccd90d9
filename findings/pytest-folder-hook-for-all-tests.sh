#!/usr/bin/env bash
# pytest: pytest_runtest_protocol in a folder's conftest.py wraps the tests of every other folder, too.
#
# A guess would be that a hook in `unit/conftest.py` is called for the tests below `unit`, as pytest does with pytest_runtest_setup, _call and
# _teardown. The hook around them, pytest_runtest_protocol, is called through the whole run's hooks instead: once the file is loaded it wraps
# tests of all folders, with or without pytest-xdist. Run one folder alone and nothing shows. Wrapping setup and call does what was meant.
#
# Seen on 2026-11-29 with Python 3.11.7, pytest 9.2.0 (8.4.2 does the same):
#   pytest_runtest_protocol of unit/conftest.py: e2e unit
#   pytest_runtest_setup of unit/conftest.py: unit
#   pytest_runtest_call of unit/conftest.py: unit
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check pytest==9.2.0
mkdir -p tests/e2e tests/unit
echo 'def test_something(): pass' | tee tests/e2e/test_far.py >tests/unit/test_near.py
cat >tests/unit/conftest.py <<'PY'
import pytest


def note(hook, item):
    with open("calls.txt", "a") as file:
        file.write(f"{hook} {item.path.parent.name}\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    note("pytest_runtest_protocol", item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    note("pytest_runtest_setup", item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    note("pytest_runtest_call", item)
    return (yield)
PY
environment/bin/python -m pytest -q tests >out.txt 2>&1 || { cat out.txt; exit 1; }
environment/bin/python -c 'import platform, pytest; print(f"Python {platform.python_version()}, pytest {pytest.__version__}")'
for hook in protocol setup call; do
  echo "pytest_runtest_$hook of unit/conftest.py: $(grep "^pytest_runtest_$hook " calls.txt | cut -d' ' -f2 | sort -u | paste -sd' ')"
done | tee said
diff said - <<'SAID'
pytest_runtest_protocol of unit/conftest.py: e2e unit
pytest_runtest_setup of unit/conftest.py: unit
pytest_runtest_call of unit/conftest.py: unit
SAID
