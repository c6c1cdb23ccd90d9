"""What a docstring or comment refers to exists: ``:func:`smelt.x.y```, ``name.py``, lib/smelt/x.py and docs/x.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = [*sorted((ROOT / "lib").rglob("*.py")), *sorted((ROOT / "jobs").rglob("*.py"))]
ROLE = re.compile(r":(?:func|class|mod|data|meth):`~?(smelt\.[\w.]+)`")
PATH = re.compile(
    r"(?<![\w/.-])(?:lib|jobs|conf|docs|schemas|tools|deploy)/[\w/.-]*\w\.(?:py|md|yaml|txt|csv)\b"
)
FILE = re.compile(r"``(\w+\.py)``")


EXAMPLES = re.compile(r"[A-Z]+\.yaml$|conf/rules/prices\.py$|^setup\.py$")
"""Names that stand for any, or for a file of a reader's own."""


@cache
def names_in(file: Path) -> set[str]:
    return set(re.findall(r"^(?:async def |def |class )?(\w+)\b", file.read_text("utf-8"), re.MULTILINE))


def exists(dotted: str) -> bool:
    """Whether a module, or a name in one, goes by ``dotted``."""
    parts = dotted.split(".")[1:]
    base = ROOT if parts[0] == "jobs" else ROOT / "lib" / "smelt"
    for place in range(len(parts), 0, -1):
        module = base.joinpath(*parts[:place])
        file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        if file.exists():
            return set(parts[place : place + 1]) <= names_in(file)  # members of classes are not looked for
    return False


def missing(file: Path) -> list[str]:
    text = file.read_text("utf-8")
    wrong = [name for name in ROLE.findall(text) if not exists(name)]
    wrong += [path for path in PATH.findall(text) if not (ROOT / path).exists()]
    wrong += [name for name in FILE.findall(text) if not (file.parent / name).exists()]
    return [f"{file.relative_to(ROOT)}: {name}" for name in wrong if not EXAMPLES.search(name)]


def test_what_the_code_refers_to_is_there():
    assert [wrong for file in CODE for wrong in missing(file)] == []
