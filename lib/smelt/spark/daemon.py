"""The daemon that forks a local session's Python workers, after importing what every task needs.

Set by ``spark.python.daemon.module``. Otherwise every worker imports pandas, pyarrow and Polars by itself. None of
these starts a thread on import, so forking afterwards is safe.
"""

from __future__ import annotations

import gc
from importlib import import_module

from smelt.garbage import collect_rarely

BEFORE_FORK = ("numpy", "pandas", "pyarrow.compute", "polars")

if __name__ == "__main__":
    collect_rarely()
    for name in BEFORE_FORK:
        import_module(name)
    gc.freeze()  # what was imported is never garbage, and stays shared by the forks
    import_module("pyspark.daemon").manager()
