"""The daemon that forks a local session's Python workers, with what every task needs imported before it forks.

The setting ``spark.python.daemon.module`` names it. Otherwise every worker imports pandas, pyarrow and Polars by
itself. None of them starts a thread before its first use, so that they are safe to fork after import.
"""

from __future__ import annotations

from importlib import import_module

BEFORE_FORK = ("numpy", "pandas", "pyarrow.compute", "polars")

if __name__ == "__main__":
    for name in BEFORE_FORK:
        import_module(name)
    import_module("pyspark.daemon").manager()
