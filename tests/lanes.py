"""Which tests another Spark line can change: those that reach a package of which the two lanes pin other versions.

Imports are followed from a file of tests through smelt and tests, also those within functions and by a name that is
put together; those for types alone are not. Where a name cannot be read from the code, anything may be reached.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = {"smelt.jobs": ROOT / "jobs", "smelt": ROOT / "lib" / "smelt", "tests": ROOT / "tests"}
ANYTHING = "*"


def is_of_a_lane(file: Path) -> bool:
    """Whether this file of tests reaches a package of which the lanes pin other versions."""
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
        if not (isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING"):
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
