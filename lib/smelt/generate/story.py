"""A story: one customer, one problem, its cause and its remedy; records of every kind are made from stories."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from smelt.generate.grammar import Company, Grammar, Issue
from smelt.generate.people import People, Person
from smelt.generate.slots import Slots
from smelt.generate.text import Part, Template, joined, sentence

PRIORITIES = ("low", "normal", "normal", "normal", "high", "urgent")
PERSONAL_WEIGHTS = (
    *("EMAIL",) * 6,
    *("PHONE",) * 6,
    *("PERSON",) * 4,
    *("STREET_ADDRESS",) * 3,
    *("DATE_OF_BIRTH",) * 2,
    *("CREDIT_CARD",) * 2,
    *("US_SSN", "IBAN", "IP", "SECRET", "USERNAME"),
)

Sentence = list[Part]
T = TypeVar("T")


class Story:
    """The facts of a story; methods give pieces of text. All draw from one random stream, so call order matters."""

    def __init__(
        self, rng: Random, grammar: Grammar, people: People, customer: Person, agent: Person
    ) -> None:
        self.rng = rng
        self.rnd = rng.random
        self.grammar = grammar
        self.customer = customer
        self.agent = agent
        self.company: Company = self.one(grammar.companies)
        self.issue: Issue = self.one(self.company.issues)
        self.priority = self.one(PRIORITIES)
        self.slots = Slots(rng, self.company, grammar.slots, people, customer, agent)

    def one(self, values: Sequence[T]) -> T:
        """One of the values, uniformly."""
        return values[int(self.rnd() * len(values))]

    def some(self, templates: Sequence[Template], count: int) -> list[Template]:
        """``count`` different templates, in the order drawn."""
        return self.rng.sample(templates, min(count, len(templates)))

    def phrase(self, name: str) -> list[Part]:
        """A filled phrase of that name."""
        return self.slots.fill(self.one(self.grammar.phrases[name]))

    def subject(self) -> list[Part]:
        """A subject line, without a full stop."""
        return sentence(self.slots.fill(self.one(self.issue.subjects)), end="")

    def personal(self) -> Sentence:
        """A sentence with personal data."""
        entity = self.one(PERSONAL_WEIGHTS)
        return sentence(self.slots.fill(self.one(self.grammar.personal[entity])))

    def question(self, personal_share: float) -> list[Sentence]:
        """The customer's question: the symptom, some of context, attempts and impact, and a request."""
        rnd = self.rnd
        symptoms = self.some(self.issue.symptoms, 2 if rnd() < 0.25 else 1)
        sentences = [sentence(self.slots.fill(symptoms[0]))]
        if rnd() < 0.8:
            sentences.append(sentence(self.phrase("contexts")))
        if len(symptoms) > 1:
            sentences.append(sentence([("Also, ", ""), *self.slots.fill(symptoms[1])]))
        if rnd() < 0.5:
            sentences.append(sentence(self.phrase("attempts")))
        if rnd() < personal_share:
            sentences.append(self.personal())
            if rnd() < 0.3:
                sentences.append(self.personal())
        if rnd() < 0.35:
            sentences.append(sentence(self.phrase("impacts")))
        if rnd() < 0.75:
            sentences.append(self.phrase("asks"))
        return sentences

    def answer(self, numbered: bool) -> list[list[Sentence]]:
        """The agent's answer, as paragraphs: acknowledgement and cause, steps, outcome."""
        rnd = self.rnd
        opening: list[Sentence] = []
        if rnd() < 0.7:
            opening.append(sentence(self.phrase("acknowledgements")))
        opening.append(self.cause())
        steps = self.steps(2 + int(rnd() * 3))
        paragraphs = [opening]
        if numbered:
            lines = [
                sentence(step) if at == 0 else [(f"\n{at + 1}. ", ""), *sentence(step)]
                for at, step in enumerate(steps)
            ]
            listed = [part for line in lines for part in line]
            paragraphs.append([[(_text(self.phrase("step_leads")) + ":\n1. ", ""), *listed]])
        else:
            first, *others = steps
            told = [sentence(first)]
            for step in others:
                lead = self.one(("Then ", "After that, ", "Next, ", "Finally, ", ""))
                told.append(sentence([(lead, ""), *step] if lead else step))
            paragraphs.append(told)
        if rnd() < 0.75:
            paragraphs.append([self.phrase("outcomes")])
        return paragraphs

    def cause(self) -> Sentence:
        """A sentence about the cause."""
        parts: list[Part] = []
        cause = self.slots.fill(self.one(self.issue.causes))
        for piece, is_slot in self.one(self.grammar.phrases["cause_leads"]):
            if not is_slot:
                parts.append((piece, ""))
            elif piece == "cause":
                parts.extend(cause)
            else:
                parts.extend(self.slots.value(piece))
        return sentence(parts)

    def steps(self, count: int) -> list[Sentence]:
        """``count`` different steps of the remedy, as clauses."""
        return [self.slots.fill(step) for step in self.some(self.issue.steps, count)]


def paragraph(sentences: Sequence[Sentence]) -> list[Part]:
    """Sentences with a space between them."""
    return joined(sentences)


def _text(parts: Sequence[Part]) -> str:
    return "".join(text for text, _ in parts)
