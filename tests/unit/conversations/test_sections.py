"""Articles as sections: what a reader of the page would read, heading by heading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smelt.conversations.sections import Section, sections


def test_headings_lead_to_their_text() -> None:
    body = "# Reset\n\nIntro.\n\n## Cause\n\nOld *cookie*.\n\n### Details\n\nMore.\n\n## Fix\n\nLog in [again](/x).\n"
    assert sections(body, "markdown") == [
        Section(("Reset",), "Intro."),
        Section(("Reset", "Cause"), "Old cookie."),
        Section(("Reset", "Cause", "Details"), "More."),
        Section(("Reset", "Fix"), "Log in again."),
    ]


def test_a_heading_without_text_only_stands_in_the_path() -> None:
    assert sections("# A\n\n## B\n\ntext", "markdown") == [Section(("A", "B"), "text")]


def test_lists_tables_and_code_keep_their_shape() -> None:
    body = (
        "Do:\n\n1. Open\n   - left\n   - right\n2. Close\n\n| Key | Value |\n|---|---|\n| a | 1 |\n\n"
        "```sh\nls  -l\n```\n"
    )
    assert sections(body, "markdown") == [
        Section((), "Do:\n1. Open\n  - left\n  - right\n2. Close\n\nKey | Value\na | 1\n\nls  -l")
    ]


def test_includes_pictures_and_directives_leave_no_trace() -> None:
    body = (
        "[!INCLUDE [Branding](../includes/branding.md)]\n\n<!-- note to self -->\n\n> [!NOTE]\n> Save first.\n\n"
        ':::image type="content" source="a.png" alt-text="Screenshot of the dialog.":::\n\n'
        "Click ![the red button beside the search field](b.png).\n\n:::row:::\n\nDone&nbsp;now.<br>Bye.\n"
    )
    assert sections(body, "markdown") == [
        Section((), "Note: Save first.\n\nClick the red button beside the search field.\n\nDone now.\nBye.")
    ]


def test_a_heading_in_code_is_no_heading() -> None:
    assert sections("```\n# not a heading\n```", "markdown") == [Section((), "# not a heading")]


def test_html_reads_like_markdown() -> None:
    markup = (
        "<h1>Reset</h1><p>Hello <b>you</b><br>there</p><ol><li>Open<ul><li>left</li></ul></li><li>Close</li></ol>"
        "<h2>Table</h2><table><tr><th>Key</th><th>Value</th></tr><tr><td>a</td><td>1</td></tr></table>"
        "<pre>ls  -l</pre><script>alert(1)</script><p>5 &lt; 6 &amp; <a href='x'>a link</a></p>"
    )
    assert sections(markup, "html") == [
        Section(("Reset",), "Hello you\nthere\n1. Open\n  - left\n2. Close"),
        Section(("Reset", "Table"), "Key | Value\na | 1\n\nls  -l\n\n5 < 6 & a link"),
    ]


def test_plain_text_is_one_section() -> None:
    assert sections(" Just text. ", "text") == [Section((), "Just text.")]


def test_nothing_gives_nothing() -> None:
    for body_format in ("text", "markdown", "html"):
        assert sections(" \n ", body_format) == []
    assert sections("<p><br></p><script>x</script>", "html") == []


@given(st.text(max_size=200), st.sampled_from(["text", "markdown", "html"]))
def test_any_text_gives_sections_that_are_not_blank(body: str, body_format: str) -> None:
    assert all(section.text.strip() for section in sections(body, body_format))


@given(
    st.lists(
        st.sampled_from(["# A", "## B", "### C", "word", "- item", "> quote", "| a |", "```", "<p>x", ""]),
        max_size=12,
    )
)
def test_paths_never_hold_more_than_six_headings(lines: list[str]) -> None:
    assert all(len(section.heading_path) <= 6 for section in sections("\n\n".join(lines), "markdown"))


def test_a_page_of_confluence_says_what_its_readers_see() -> None:
    page = (
        '<p>See <ac:link><ri:page ri:content-title="Lamps" /><ac:plain-text-link-body><![CDATA[the page & more]]>'
        '</ac:plain-text-link-body></ac:link> or <ac:link><ri:page ri:content-title="Bulbs"/></ac:link>.</p>'
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        "<ac:task-body>Turn the wheel</ac:task-body></ac:task></ac:task-list>"
        '<p>Valid from <time datetime="2026-03-02" />.</p><ac:placeholder>Type here</ac:placeholder>'
    )
    assert sections(page, "html") == [
        Section((), "See the page & more or Bulbs.\n- Turn the wheel\n\nValid from 2026-03-02.")
    ]
