"""The page: complete, escaped, self-contained, the same every time; and alive in a browser."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.judge import judge_release
from smelt.report.data import Loss, RejectedExample, ReviewLine, Step
from smelt.report.render import page
from tests.unit.report.report_data import a_report, counts

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VOID = {"meta", "line", "rect", "circle", "path", "polyline", "br", "link", "input"}


class Balance(HTMLParser):
    """Every element that opens is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids = [], [], []

    def handle_starttag(self, name, attributes):
        self.ids += [value for key, value in attributes if key == "id"]
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name, attributes):
        pass

    def handle_endtag(self, name):
        if name in VOID:
            return
        if not self.open or self.open.pop() != name:
            self.wrong.append((name, self.getpos()))


@pytest.fixture(scope="module")
def html():
    return page(a_report())


def test_every_section_is_there(html):
    for section in (
        "flow",
        "gates",
        "quality",
        "rejections",
        "categories",
        "lengths",
        "duplicates",
        "privacy",
        "fairness",
        "volume",
        "drift",
        "examples",
        "details",
    ):
        assert f'<section id="{section}">' in html
    assert "Release 2026.11" in html
    assert "Fit for training, with 3 warnings" in html


def test_it_is_well_formed(html):
    balance = Balance()
    balance.feed(html)
    assert balance.wrong == []
    assert balance.open == []
    assert len(balance.ids) == len(set(balance.ids))


def test_nothing_is_fetched_from_anywhere(html):
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", html)
    assert "@import" not in html
    assert not re.search(r"https?://(?!www\.w3\.org)", html)
    assert "default-src 'none'" in html


def test_links_of_the_navigation_lead_somewhere(html):
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert targets <= set(re.findall(r'id="([^"]+)"', html))


def test_the_same_data_give_the_same_bytes(html):
    assert page(a_report()) == html


def test_what_people_said_is_told_with_its_intervals():
    line = ReviewLine(
        sample="pilot", scope="curated", tasks=120, answers=240, people=2, alpha=0.71, alpha_interval=(0.64, 0.78),
        accepted=0.874, accepted_interval=(0.81, 0.92), rejected=9, corrected=3,
    )  # fmt: skip
    html = page(
        a_report(reviews=(line, ReviewLine(sample="none", scope="scored", tasks=5, answers=0, people=0)))
    )
    assert '<section id="review">' in html
    assert "0.64 to 0.78" in html
    assert "undefined" in html
    assert '<section id="review">' not in page(a_report())


def test_text_of_records_cannot_become_markup():
    evil = "<script>alert(1)</script>"
    html = page(
        a_report(
            release=evil,
            rejected=(
                RejectedExample(
                    reason="answer_too_short", source=evil, question=evil, answer=evil, all_reasons=()
                ),
            ),
            steps=(Step(label=evil, unit="records", entered=10, losses=(Loss(label=evil, count=2),)),),
        )
    )
    assert evil not in html
    assert html.count("<script>") == 1


def test_a_first_release_without_anything_is_a_page():
    html = page(
        a_report(
            measures=(),
            steps=(),
            ledger=(),
            sources=(),
            splits={},
            rejected=(),
            samples=(),
            clusters=(),
            tables=(),
            before=None,
            composite_history=(),
            fingerprint=None,
        )
    )
    assert "No gate is configured." in html
    assert "<section" in html


def test_a_failed_gate_is_the_first_thing_said():
    config = DatasetQualityConfig(
        gates=({"measure": "relevance.relevance", "at_least": 0.9, "action": "fail"},)
    )
    html = page(a_report(measures=tuple(judge_release(counts(), [], config)), before=None))
    assert "Not fit for training: 1 gate failed" in html
    assert "What stopped it: relevance." in html


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_it_works_in_a_browser(html, tmp_path):
    """The theme switch shows, a click on a header sorts, and the page is not wider than a phone."""
    probe = """<script>
    const table = document.querySelector("#volume table");
    table.tHead.rows[0].cells[1].click(); table.tHead.rows[0].cells[1].click();
    document.title = JSON.stringify({
      first: table.tBodies[0].rows[0].cells[0].textContent, button: document.querySelector("nav button").hidden,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth});
    </script>"""
    file = tmp_path / "report.html"
    # The page forbids foreign scripts by name, not inline ones, so that the probe may run.
    file.write_text(html.replace("</body>", f"{probe}</body>"), "utf-8")
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=500,900",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    title = re.search(r"<title>(.*?)</title>", done.stdout)
    assert title is not None, done.stderr[-500:]
    assert title[1] == '{"first":"not given","button":false,"wide":0}'
