"""``python -m tests.bench.quality``: separation of spoiled pairs, then speed; tables in Markdown."""

from __future__ import annotations

import sys

from tests.bench.quality import separation, speed

if __name__ == "__main__":
    separation.main(sys.argv[1:])
    print()
    speed.main()
