"""Reader plugins: a class with ``read(text, file)`` in an installed module or in a separate file.

A file's source text is sent to the workers with the task, so that a cluster needs no copy of it.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from smelt.errors import ConfigError
from smelt.intake.records import TextReader


class Plugin(NamedTuple):
    """A reader plugin that can be sent to another machine."""

    reference: str
    source_text: str | None
    options: Mapping[str, Any]

    def reader(self) -> TextReader:
        """An instance of the plugin's class. Raises ConfigError if the class cannot be found or instantiated."""
        name, _, wanted = (
            self.reference.partition(".py") if self.source_text else self.reference.partition(":")
        )
        wanted = wanted.removeprefix(":")
        try:
            if self.source_text is None:
                module = importlib.import_module(name)
            else:
                module = ModuleType(f"smelt_reader_{Path(name).stem}")
                exec(compile(self.source_text, self.reference, "exec"), module.__dict__)
            made = _reader_class(module, wanted)(**self.options)
        except Exception as error:
            raise ConfigError(
                f"reader {self.reference} cannot be used", [f"{type(error).__name__}: {error}"]
            ) from error
        return made  # type: ignore[no-any-return]


def load_plugin(reference: str, options: Mapping[str, Any]) -> Plugin:
    """Load ``package.module:Class`` or ``path/to/file.py[:Class]``; raises ConfigError if it cannot be instantiated."""
    plugin = Plugin(reference, None, dict(options))
    if ".py" in reference:
        file = Path(reference.partition(".py")[0] + ".py")
        try:
            plugin = plugin._replace(source_text=file.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"reader {file} cannot be read", [type(error).__name__]) from error
    plugin.reader()
    return plugin


def _reader_class(module: ModuleType, wanted: str) -> type[Any]:
    if wanted:
        return getattr(module, wanted)  # type: ignore[no-any-return]
    own = [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and kind.__module__ == module.__name__
        and callable(getattr(kind, "read", None))
    ]
    if len(own) != 1:
        raise LookupError(f"{len(own)} classes with a method read: name one after a colon")
    return own[0]
