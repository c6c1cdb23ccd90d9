"""Slack's text as its readers see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.conversations.slack_text import slack_text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Open <https://desk.test/a?b=1&amp;c=2|the page>, please", "Open the page, please"),
        ("Open <https://desk.test/a?b=1&amp;c=2>.", "Open https://desk.test/a?b=1&c=2."),
        ("<mailto:help@desk.test|help@desk.test> or <mailto:it@desk.test>", "help@desk.test or it@desk.test"),
        ("Hi <@U024BE7LH>, ask <@U024BE7LX|bob>", "Hi @someone, ask @bob"),
        ("see <#C024BE7LR|general> or <#C024BE7LR>", "see #general or #channel"),
        ("<!here> <!subteam^SAZ94GDB8|@support> <!date^1392734382^{date}|18 February>", "@here @support 18 February"),
        ("AT&amp;T: if a &lt; b &amp;&amp; c &gt; d", "AT&T: if a < b && c > d"),
        ("type &amp;lt; for a bracket", "type &lt; for a bracket"),
        ("&lt;https://no.link&gt; was typed", "<https://no.link> was typed"),
        ("&nbsp; stays", "&nbsp; stays"),
    ],
)  # fmt: skip
def test_each_escape_is_read_as_it_is_shown(written: str, shown: str) -> None:
    assert slack_text(written) == shown


@given(st.text())
def test_what_people_type_comes_back(typed: str) -> None:
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert slack_text(sent) == typed
