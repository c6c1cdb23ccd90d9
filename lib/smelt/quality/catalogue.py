"""The rules of one configuration: smelt's own and those of its plugins.

A plugin is identified by its content: an edited one is loaded again, and its pairs are scored again. Modules that a
plugin imports from outside its own file or package are not tracked. A file's source text is sent to the workers with
the scoring function, so that a cluster needs no copy of it.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from smelt.errors import ConfigError
from smelt.identity import stable_id
from smelt.quality.config import QualityConfig
from smelt.quality.measures import (
    accuracy,
    clarity,
    completeness,
    cut_off,
    filters,
    grammar,
    language,
    length,
    no_answer,
    parts,
    placeholders,
    relevance,
    specificity,
    tone,
)
from smelt.quality.rules import Registry, Rule, loading, made_by

SHIPPED = (
    accuracy,
    clarity,
    completeness,
    cut_off,
    filters,
    language,
    placeholders,
    grammar,
    length,
    parts,
    relevance,
    no_answer,
    specificity,
    tone,
)
"""The modules with rules, in the order of the reasons in ``rejections``."""


class Plugin(NamedTuple):
    """One entry of ``quality.plugins``; ``source`` is the text of a file, None for a module."""

    reference: str
    digest: str
    source: str | None = None


def plugins_of(config: QualityConfig) -> tuple[Plugin, ...]:
    """The current content of a configuration's plugins. Raises ConfigError naming every one that cannot be found."""
    found: list[Plugin] = []
    problems: list[str] = []
    for reference in config.plugins:
        try:
            found.append(_file(reference) if reference.endswith(".py") else _module(reference))
        except LookupError as problem:
            problems.append(f"quality.plugins: {problem.args[0]}")
    if problems:
        raise ConfigError("rules of your own cannot be loaded", problems)
    return tuple(found)


def registry_of(config: QualityConfig, plugins: tuple[Plugin, ...] | None = None) -> Registry:
    """A registry of the shipped rules and those of ``plugins`` (default: :func:`plugins_of` the configuration).

    A plugin's rule replaces a shipped one of the same name. Raises ConfigError for a plugin that cannot be loaded.
    """
    registry = Registry()
    given = plugins_of(config) if plugins is None else plugins
    for rule in (*_shipped(), *(rule for plugin in given for rule in _rules_of(plugin))):
        registry.add(rule)
    return registry


@cache
def _shipped() -> tuple[Rule, ...]:
    return tuple(rule for module in SHIPPED for rule in made_by(module.__name__))


@cache
def _rules_of(plugin: Plugin) -> tuple[Rule, ...]:
    """Load a plugin once per content. Raises ConfigError."""
    try:
        with loading(f"{plugin.reference}:{plugin.digest}"):
            if plugin.source is None:
                _import_anew(plugin.reference)
            else:
                module = ModuleType(f"smelt_rules_{plugin.digest}")
                module.__file__ = plugin.reference
                exec(compile(plugin.source, plugin.reference, "exec"), module.__dict__)
    except Exception as error:
        problem = f"quality.plugins: {plugin.reference}: {type(error).__name__}: {error}"
        raise ConfigError("rules of your own cannot be loaded", [problem]) from error
    return made_by(f"{plugin.reference}:{plugin.digest}")


def _file(reference: str) -> Plugin:
    try:
        raw = Path(reference).read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LookupError(f"{reference} is not UTF-8") from None
    except OSError:
        raise LookupError(f"no file {reference}") from None
    return Plugin(reference, stable_id("plugin", text), text)


def _module(reference: str) -> Plugin:
    importlib.invalidate_caches()
    try:
        spec = importlib.util.find_spec(reference)
    except ModuleNotFoundError as error:
        raise LookupError(f"no module {error.name}") from None
    except ValueError:  # a module created at run time has no spec
        spec = None
    if spec is None:
        raise LookupError(f"no module {reference}")
    return Plugin(reference, stable_id("plugin", *_sources(spec)))


def _sources(spec: ModuleSpec) -> Iterator[str]:
    """Source texts of a module and, for a package, of all its modules; the origin for modules without source."""
    text = getattr(spec.loader, "get_source", lambda name: None)(spec.name)
    yield text or str(spec.origin)
    for found in pkgutil.iter_modules(spec.submodule_search_locations or ()):
        below = found.module_finder.find_spec(f"{spec.name}.{found.name}", None)
        if below is not None:
            yield from _sources(below)


def _import_anew(name: str) -> None:
    """Import a module and, for a package, its modules again from their current sources."""
    for known in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
        del sys.modules[known]
    importlib.import_module(name)
