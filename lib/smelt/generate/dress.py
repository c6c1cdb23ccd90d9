"""Presentation of texts: as mail with signatures, quotes and footers, as HTML, with encoding errors and typos."""

from __future__ import annotations

import html
from collections.abc import Sequence
from random import Random

from smelt.generate.people import People, Person
from smelt.generate.story import Sentence, Story, paragraph
from smelt.generate.text import Part, Rendered, joined, render

Block = list[Part]


def mail(story: Story, body: Sequence[Block], sender: Person, people: People, own: Random) -> list[Block]:
    """The body's blocks with thanks, signature, legal footer and sometimes the quoted mail."""
    rnd = own.random
    blocks = list(body)
    if rnd() < 0.8:
        blocks.append(
            [*story.phrase("thanks"), (",\n" if rnd() < 0.5 else "\n", ""), (sender.first, "PERSON")]
        )
    if rnd() < 0.3:
        blocks.append(signature(sender, people, own))
    if rnd() < 0.12:
        blocks.append(story.phrase("devices_footer"))
    if rnd() < 0.12:
        blocks.append(story.phrase("legal"))
    if rnd() < 0.12:
        blocks.append(quoted_reply(story, sender, own))
    return blocks


def signature(sender: Person, people: People, own: Random) -> Block:
    """A block below ``--`` with name, job, firm, phone, mail and sometimes an address."""
    rnd = own.random
    parts: Block = [
        ("-- \n", ""),
        (sender.full, "PERSON"),
        (f"\n{people.jobs[sender.number % len(people.jobs)]}", ""),
        (f" | {people.firms[sender.number % len(people.firms)]}\n", ""),
        (("Tel: ", "Phone: ", "Mobile ", "T ")[int(rnd() * 4)], ""),
        (sender.phone, "PHONE"),
        ("\n", ""),
        (sender.email, "EMAIL"),
    ]
    if rnd() < 0.4:
        parts += [("\n", ""), (sender.address, "STREET_ADDRESS")]
    return parts


def quoted_reply(story: Story, sender: Person, own: Random) -> Block:
    """An earlier mail below ``On ... wrote:``, its lines behind ``>``."""
    when = f"{story.one(story.grammar.slots['weekday'])[:3]}, {story.slots.text('date')}"
    earlier = paragraph(story.question(0.2))
    first, *rest = earlier
    lines = [("> " + first[0], first[1]), *rest] if not first[1] else [("> ", ""), *earlier]
    return [
        (f"On {when} at {story.slots.text('clock')}, ", ""),
        (sender.full, "PERSON"),
        (" <", ""),
        (sender.email, "EMAIL"),
        ("> wrote:\n", ""),
        *lines,
        ("\n> ", ""),
        *story.phrase("thanks"),
    ]


def as_text(blocks: Sequence[Block]) -> Rendered:
    """Blocks as paragraphs of plain text."""
    return render(joined(blocks, "\n\n"))


def as_html(blocks: Sequence[Block], own: Random) -> Rendered:
    """Blocks as the HTML that mail programs write."""
    style = int(own.random() * 3)
    before, after = (
        ("<p>", "</p>"),
        ('<div style="font-family:Calibri,sans-serif">', "</div><div><br></div>"),
        ('<p class="MsoNormal"><span>', "</span></p>"),
    )[style]
    parts: list[Part] = [("<html><body>" if style == 2 else "", "")]
    for block in blocks:
        parts.append((before, ""))
        parts += [(_escaped(text), entity) for text, entity in block]
        parts.append((after + ("\n" if style else ""), ""))
    if own.random() < 0.2:
        parts.append(('<img src="https://track.example.com/open?id=7f3a9c" width="1" height="1">', ""))
    if style == 2:
        parts.append(("</body></html>", ""))
    return render(parts)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def mojibake(text: str) -> str:
    """Decode the text's UTF-8 bytes as Windows-1252, the most common encoding error."""
    return text.encode("utf-8").decode("cp1252", "replace")


def nearly(parts: Sequence[Part], own: Random) -> list[Part]:
    """The same text with one or two words changed, as in a template or a repeated question."""
    rnd = own.random
    plain = [at for at, (text, entity) in enumerate(parts) if not entity and text.count(" ") >= 3]
    done = list(parts)
    for _ in range(1 if rnd() < 0.6 else 2):
        if not plain:
            break
        at = plain[int(rnd() * len(plain))]
        words = done[at][0].split(" ")
        place = 1 + int(rnd() * (len(words) - 2))
        edit = int(rnd() * 4)
        if edit == 0:
            words[place] = words[place].upper()
        elif edit == 1:
            words.insert(place, ("really", "actually", "still", "again", "please")[int(rnd() * 5)])
        elif edit == 2 and len(words[place]) > 3:
            letters = words[place]
            words[place] = letters[0] + letters[2] + letters[1] + letters[3:]
        else:
            words[place] = words[place] + ","
        done[at] = (" ".join(words), "")
    return done


def changed_sentences(sentences: Sequence[Sentence], own: Random) -> list[Sentence]:
    """``nearly`` applied to one of the sentences."""
    done = list(sentences)
    at = int(own.random() * len(done))
    done[at] = nearly(done[at], own)
    return done
