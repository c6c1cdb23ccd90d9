"""Knowledge-base articles: Markdown with front matter, or HTML pages."""

from __future__ import annotations

import html
from collections.abc import Sequence

from smelt.generate.dress import changed_sentences
from smelt.generate.records import Case, Made, TruthSpans, World, add_spans
from smelt.generate.story import Sentence, Story, paragraph
from smelt.generate.text import Part, render, sentence

Section = tuple[str, list[Part]]


def markdown_article(world: World, case: Case) -> Made:
    """An article in Markdown: front matter, a title, and sections with lists and a table."""
    key = f"kb-{case.plan.number:06d}"
    story = case.story
    title, sections = _article(case)
    parts: list[Part] = [
        (
            f'---\nid: {key}\ntitle: "{title}"\nproduct: {story.slots.product}\n'
            f"category: {story.issue.category}\npriority: {story.priority}\nlanguage: en\n"
            f"created: {case.created:%Y-%m-%d}\nupdated: {case.created:%Y-%m-%dT%H:%M:%S+00:00}\n"
            f"tags: [{story.company.industry}, {story.issue.category}]\n---\n\n# {title}\n",
            "",
        )
    ]
    for heading, body in sections:
        parts += [(f"\n## {heading}\n\n", ""), *body, ("\n", "")]
    text, found = render(parts)
    spans: TruthSpans = {}
    add_spans(spans, "file", found)
    return Made(key, text, spans)


def html_article(world: World, case: Case) -> Made:
    """An article as an HTML page with navigation, headings and a footer; its key is the file's name."""
    key = f"page-{case.plan.number:06d}"
    story = case.story
    title, sections = _article(case)
    shown = html.escape(title)
    meta = {"date": f"{case.created:%Y-%m-%d}", "category": story.issue.category}
    head = "".join(f'<meta name="{name}" content="{value}">' for name, value in meta.items())
    navigation = '<nav><a href="/">Home</a> &gt; <a href="/help">Help</a></nav>'
    opening = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{shown}</title>{head}</head>\n'
        f"<body>{navigation}\n<h1>{shown}</h1>\n"
    )
    parts: list[Part] = [(opening, "")]
    for heading, body in sections:
        parts.append((f"<h2>{heading}</h2>\n<p>", ""))
        parts += [(html.escape(text, quote=False).replace("\n", "<br>"), entity) for text, entity in body]
        parts.append(("</p>\n", ""))
    owner = html.escape(story.company.name)
    parts.append((f"<footer>&copy; {owner}. All rights reserved.</footer></body></html>\n", ""))
    text, found = render(parts)
    spans: TruthSpans = {}
    add_spans(spans, "file", found)
    return Made(key, text, spans)


def _article(case: Case) -> tuple[str, list[Section]]:
    story = case.story
    rnd = story.rnd
    symptom = story.slots.fill(story.one(story.issue.symptoms))
    title = _filled(story, "articles.titles", symptom)
    intro = [
        sentence(_filled_parts(story, "articles.intros", symptom)),
        sentence(story.phrase("articles.notes")),
    ]
    cause: list[Sentence] = [story.cause()]
    if rnd() < 0.5:
        cause.append(story.cause())
    if case.plan.copy == "near":
        intro = changed_sentences(intro, case.own)
    steps = story.steps(3 + int(rnd() * 2))
    listed: list[Part] = []
    for number, step in enumerate(steps):
        listed += [("" if number == 0 else "\n", ""), (f"{number + 1}. ", ""), *sentence(step)]
    more: list[Sentence] = [story.phrase("outcomes"), sentence(story.phrase("articles.notes"))]
    if rnd() < 0.15:
        more.append(sentence([("Questions go to ", ""), (story.agent.email, "EMAIL")]))
    sections: list[Section] = [
        (("Symptoms", "What you see", "Problem")[int(rnd() * 3)], paragraph(intro)),
        (("Cause", "Why this happens", "Reason")[int(rnd() * 3)], paragraph(cause)),
        (("Resolution", "How to fix it", "Solution")[int(rnd() * 3)], listed),
        (("More information", "Notes", "Good to know")[int(rnd() * 3)], paragraph(more)),
    ]
    return title, sections


def _filled_parts(story: Story, phrase: str, symptom: Sequence[Part]) -> list[Part]:
    parts: list[Part] = []
    for piece, is_slot in story.one(story.grammar.phrases[phrase]):
        if not is_slot:
            parts.append((piece, ""))
        elif piece == "symptom":
            parts += symptom
        elif piece == "issue":
            parts.append((story.issue.name, ""))
        else:
            parts += story.slots.value(piece)
    return parts


def _filled(story: Story, phrase: str, symptom: Sequence[Part]) -> str:
    return "".join(text for text, _ in _filled_parts(story, phrase, symptom)).replace('"', "'")
