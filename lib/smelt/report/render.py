"""The page: one self-contained HTML file, every text escaped, nothing fetched from anywhere."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from smelt.dataset_quality.config import HistoryConfig
from smelt.report import views
from smelt.report.config import ReportConfig
from smelt.report.data import ReportData


def asset(name: str) -> str:
    """A file of templates/; read as a resource, so that it is found in a zip too."""
    return (resources.files("smelt.report.templates") / name).read_text("utf-8")


def page(
    data: ReportData, config: ReportConfig | None = None, looks_back: HistoryConfig | None = None
) -> str:
    """The report as HTML. The same data give the same bytes."""
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
