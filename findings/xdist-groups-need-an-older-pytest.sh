#!/usr/bin/env bash
# pytest-xdist with pytest 9.2: tests of one xdist_group no longer stay with one worker, and nobody says so.
#
# `--dist loadgroup` promises that tests marked with the same xdist_group run in one worker, so that what they share (a server, a cluster)
# is made once. pytest-xdist 3.8.0 does that by writing the group into a private attribute of the test's id, which pytest 9.2.0
# does not read any more: no error, no warning, and the tests are dealt out as by `--dist load`. A fixture of the session is made by every
# worker again. With pytest 8.4.2 the same xdist keeps them together. `--dist loadfile` works with both.
#
# Seen on 2026-11-29 with Python 3.11.7:
#   pytest 8.4.2, pytest-xdist 3.8.0, loadgroup: 1 worker
#   pytest 9.2.0, pytest-xdist 3.8.0, loadgroup: 2 workers
#   pytest 9.2.0, pytest-xdist 3.8.0, loadfile: 1 worker
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >test_group.py <<'PY'
import os
import time

import pytest

pytestmark = pytest.mark.xdist_group("server")


@pytest.mark.parametrize("number", range(6))
def test_of_the_group(number):
    time.sleep(0.2)
    with open("workers.txt", "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\n")
PY
for version in 8.4.2 9.2.0; do
  python3 -m venv "$version"
  "$version/bin/pip" install --quiet --disable-pip-version-check "pytest==$version" pytest-xdist==3.8.0
done
shown() { # VERSION DIST
  rm -f workers.txt
  "$1/bin/python" -m pytest -q -n 2 --dist "$2" test_group.py >out.txt 2>&1 || { cat out.txt; exit 1; }
  local count
  count=$(sort -u workers.txt | wc -l)
  echo "pytest $1, pytest-xdist 3.8.0, $2: $count worker$([ "$count" = 1 ] || echo s)"
}
{ shown 8.4.2 loadgroup; shown 9.2.0 loadgroup; shown 9.2.0 loadfile; } | tee said
diff said - <<'SAID'
pytest 8.4.2, pytest-xdist 3.8.0, loadgroup: 1 worker
pytest 9.2.0, pytest-xdist 3.8.0, loadgroup: 2 workers
pytest 9.2.0, pytest-xdist 3.8.0, loadfile: 1 worker
SAID
