"""Which tests another Spark line can change: those that use a package of which the two lanes pin other versions.

Imports are followed from a file of tests through smelt and tests, but for those within functions and those for types
alone; so are names that are put together. Where a name cannot be read from the code, anything may be imported. Which
unit tests import one of these packages within a function, while they run, is said in USING. All others run with these
packages hidden: that they pass shows that one lane is enough for them.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = {"smelt.jobs": ROOT / "jobs", "smelt": ROOT / "lib" / "smelt", "tests": ROOT / "tests"}
ANYTHING = "*"
LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
USING: tuple[str, ...] = (
    "tests/unit/cli",
    "tests/unit/deploy",
    "tests/unit/intake/test_imports.py",
    "tests/unit/pipeline",
    "tests/unit/spark",
    "tests/unit/tables/test_workers.py",
    "tests/unit/test_lanes.py",
)
"""Files and folders of unit tests; where they start a process, that process counts."""

OF_LIBRARIES = frozenset(
    (
        "_distutils_hack",
        "filelock",
        "importlib_metadata",
        "pkg_resources",
        "platformdirs",
        "setuptools",
        "zstandard",
    )
)
"""What libraries import and smelt does not, also where no Spark is installed; it is never hidden."""


@cache
def is_of_a_lane(file: Path) -> bool:
    """Whether this file of tests uses a package of which the lanes pin other versions."""
    if any(file.is_relative_to(ROOT / place) for place in USING):
        return True
    seen: set[Path] = set()
    todo = [file]
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            names = _imported(at)
            if any(name == ANYTHING or name.partition(".")[0] in modules_that_differ() for name in names):
                return True
            todo += (found for name in names for found in _files_of(name))
    return False


@contextmanager
def hidden() -> Iterator[None]:
    """As if the packages of which the lanes pin other versions were not installed: importing one fails."""
    names = modules_that_differ() - OF_LIBRARIES
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in names}
    sys.modules.update(dict.fromkeys(kept.keys() | names))
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name)
        sys.modules.update(kept)


@cache
def modules_that_differ() -> frozenset[str]:
    """Names to import, of the packages installed here of which the lanes pin other versions."""
    one, other = _pins("spark35"), _pins("spark41")
    differ = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    of_module = importlib.metadata.packages_distributions()
    return frozenset(module for module, names in of_module.items() if differ & set(map(_normal, names)))


def _pins(lane: str) -> dict[str, str]:
    text = (ROOT / f"constraints-{lane}.txt").read_text("utf-8")
    return {_normal(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def _normal(name: str) -> str:
    """A package's name as PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _imported(file: Path) -> tuple[str, ...]:
    return tuple(_names(ast.parse(file.read_text("utf-8"))))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from _put_together(node.args[0])
    for inner in ast.iter_child_nodes(node):
        is_for_types = isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING"
        if not is_for_types and not isinstance(inner, LATER):
            yield from _names(inner)


def _put_together(name: ast.expr) -> Iterator[str]:
    """``smelt.cli.`` and a variable: every module of that package."""
    first = name.values[0] if isinstance(name, ast.JoinedStr) else name
    known = first.value if isinstance(first, ast.Constant) else ""
    if not known:
        yield ANYTHING
    package = known.rstrip(".")
    yield package
    yield from (f"{package}.{file.stem}" for file in _folder_of(package) for file in file.glob("*.py"))


def _folder_of(name: str) -> list[Path]:
    for prefix, place in PLACES.items():
        if name == prefix or name.startswith(f"{prefix}."):
            return [place.joinpath(*name[len(prefix) :].strip(".").split("."))]
    return []


@cache
def _files_of(name: str) -> tuple[Path, ...]:
    """The files of a module and of the packages that it is in; none if it is not ours."""
    bases = [
        base for folder in _folder_of(name) for base in (folder, *folder.parents) if base.is_relative_to(ROOT)
    ]
    files = (file for base in bases for file in (base.with_suffix(".py"), base / "__init__.py"))
    return tuple(file for file in files if file.is_file())
