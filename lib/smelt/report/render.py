"""Renders the report as one self-contained HTML file: all texts escaped, no external resources."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from smelt.dataset_quality.config import HistoryConfig
from smelt.report import views
from smelt.report.config import ReportConfig
from smelt.report.data import ReportData


def asset(name: str) -> str:
    """The content of a file in templates/; read as a package resource, so it works from a zip too."""
    return (resources.files("smelt.report.templates") / name).read_text("utf-8")


def page(
    data: ReportData, config: ReportConfig | None = None, looks_back: HistoryConfig | None = None
) -> str:
    """The report as HTML; deterministic."""
    environment = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = views.context(data, config or ReportConfig(), looks_back or HistoryConfig())
    return environment.get_template("report.html.j2").render(
        shown, style=Markup(asset("style.css")), behaviour=Markup(asset("behaviour.js"))
    )
