"""Values for the slots of templates: drawn on demand, some kept for the whole story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from smelt.generate.grammar import Company
from smelt.generate.people import People, Person, phone_number, secret, social_security_number
from smelt.generate.text import Part, Template

UNITS = ("minutes", "hours", "days", "weeks")
CODE_FORMS = ("E-{a}{b}", "ERR_{a}{b}", "0x80{a}{b}", "{l}{a}-{b}", "NX{b}", "{l}{l}{a}")
SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
CURRENCIES = ("${}", "{} EUR", "{} USD", "£{}", "€{}")
ORDER_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

Draw = Callable[[], list[Part]]


class Slots:
    """Fills templates for one story.

    ``product``, ``component`` and the like are constant within a story, ``code``, ``version`` and ``order`` mostly, so
    that an answer refers to its question.
    """

    def __init__(
        self,
        rng: Random,
        company: Company,
        vocabularies: Mapping[str, tuple[str, ...]],
        people: People,
        customer: Person,
        agent: Person,
    ) -> None:
        self._rnd = rng.random
        self._rng = rng
        self._company = company
        self._vocabularies = vocabularies
        self._people = people
        self.customer = customer
        self.agent = agent
        self._kept: dict[str, str] = {}
        self.product = self._one(company.products)
        self.component = self._one(company.components)

    def fill(self, template: Template) -> list[Part]:
        """The template's parts with every slot replaced."""
        parts: list[Part] = []
        for piece, is_slot in template:
            if is_slot:
                parts.extend(self.value(piece))
            else:
                parts.append((piece, ""))
        return parts

    def value(self, slot: str) -> list[Part]:
        """The parts of one slot. Raises KeyError for an unknown slot."""
        vocabulary = self._vocabularies.get(slot)
        if vocabulary is not None:
            if slot in ("plan", "device", "team"):
                return [(self._keep(slot, lambda: self._one(vocabulary), 1.0), "")]
            return [(self._one(vocabulary), "")]
        return DRAWS[slot](self)

    def text(self, slot: str) -> str:
        """The value of one slot without its labels."""
        return "".join(text for text, _ in self.value(slot))

    def _one(self, values: tuple[str, ...]) -> str:
        return values[int(self._rnd() * len(values))]

    def _keep(self, slot: str, draw: Callable[[], str], share: float) -> str:
        if slot in self._kept and self._rnd() < share:
            return self._kept[slot]
        value = draw()
        self._kept.setdefault(slot, value)
        return value

    def _code(self) -> str:
        rnd = self._rnd
        return CODE_FORMS[int(rnd() * len(CODE_FORMS))].format(
            a=10 + int(rnd() * 89), b=10 + int(rnd() * 89), l=ORDER_LETTERS[int(rnd() * 24)]
        )

    def _order(self) -> str:
        rnd = self._rnd
        letters = ORDER_LETTERS[int(rnd() * 24)] + ORDER_LETTERS[int(rnd() * 24)]
        return f"{letters}-{10_000 + int(rnd() * 89_999)}"

    def _version(self) -> str:
        rnd = self._rnd
        return f"{1 + int(rnd() * 9)}.{int(rnd() * 20)}.{int(rnd() * 30)}"

    def _amount(self) -> str:
        rnd = self._rnd
        return CURRENCIES[int(rnd() * 5)].format(f"{5 + rnd() * 480:.2f}")

    def _clock(self) -> str:
        rnd = self._rnd
        hour, minute = int(rnd() * 24), 5 * int(rnd() * 12)
        if rnd() < 0.5:
            return f"{hour:02d}:{minute:02d}"
        return f"{hour % 12 or 12}:{minute:02d} {'am' if hour < 12 else 'pm'}"

    def _date(self) -> str:
        rnd = self._rnd
        month = self._vocabularies["month"][int(rnd() * 12)]
        day = 1 + int(rnd() * 28)
        return (f"{day} {month}", f"{month} {day}", f"{month[:3]} {day}, 2026")[int(rnd() * 3)]

    def _duration(self) -> str:
        return f"{2 + int(self._rnd() * 28)} {self._one(UNITS)}"

    def _birth_date(self) -> str:
        year, month, day = self.customer.birth
        name = self._vocabularies["month"][month - 1]
        forms = (
            f"{month:02d}/{day:02d}/{year}",
            f"{year}-{month:02d}-{day:02d}",
            f"{day} {name} {year}",
            f"{name} {day}, {year}",
            f"{day:02d}.{month:02d}.{year}",
        )
        return forms[int(self._rnd() * len(forms))]

    def _phone(self) -> str:
        return self.customer.phone if self._rnd() < 0.7 else phone_number(self._rng)

    def _card(self) -> str:
        number = self._people.cards[int(self._rnd() * len(self._people.cards))]
        if self._rnd() < 0.5 and len(number) == 16:
            separator = " " if self._rnd() < 0.6 else "-"
            return separator.join(number[at : at + 4] for at in range(0, 16, 4))
        return number

    def _iban(self) -> str:
        number = self._people.ibans[int(self._rnd() * len(self._people.ibans))]
        if self._rnd() < 0.5:
            return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
        return number

    def _ip(self) -> str:
        rnd = self._rnd
        if rnd() < 0.2:
            return "2001:db8:" + ":".join(f"{int(rnd() * 65_535):x}" for _ in range(6))
        return f"{11 + int(rnd() * 212)}.{int(rnd() * 256)}.{int(rnd() * 256)}.{1 + int(rnd() * 254)}"

    def _other_name(self) -> str:
        return self._people.customer(int(self._rnd() * 1_000_000)).full

    def _secret(self) -> str:
        return secret(self._rng)

    def _social_security_number(self) -> str:
        return social_security_number(self._rng)


def _plain(value: str) -> list[Part]:
    return [(value, "")]


DRAWS: Mapping[str, Callable[[Slots], list[Part]]] = {
    "company": lambda s: _plain(s._company.name),
    "product": lambda s: _plain(s.product),
    "component": lambda s: _plain(s.component),
    "code": lambda s: _plain(s._keep("code", s._code, 0.6)),
    "version": lambda s: _plain(s._keep("version", s._version, 0.6)),
    "order": lambda s: _plain(s._keep("order", s._order, 0.6)),
    "n": lambda s: _plain(str(10 + int(s._rnd() * 190))),
    "small": lambda s: _plain(str(2 + int(s._rnd() * 8)) if s._rnd() < 0.6 else s._one(SMALL)),
    "pct": lambda s: _plain(str(5 + int(s._rnd() * 94))),
    "amount": lambda s: _plain(s._amount()),
    "date": lambda s: _plain(s._date()),
    "clock": lambda s: _plain(s._clock()),
    "duration": lambda s: _plain(s._duration()),
    "ago": lambda s: _plain(s._duration() + " ago"),
    "email": lambda s: [(s.customer.email, "EMAIL")],
    "phone": lambda s: [(s._phone(), "PHONE")],
    "ssn": lambda s: [(s._social_security_number(), "US_SSN")],
    "card": lambda s: [(s._card(), "CREDIT_CARD")],
    "iban": lambda s: [(s._iban(), "IBAN")],
    "address": lambda s: [(s.customer.address, "STREET_ADDRESS")],
    "other_name": lambda s: [(s._other_name(), "PERSON")],
    "dob": lambda s: [(s._birth_date(), "DATE_OF_BIRTH")],
    "ip": lambda s: [(s._ip(), "IP")],
    "secret": lambda s: [(s._secret(), "SECRET")],
    "username": lambda s: [(s.customer.username, "USERNAME")],
    "first_name": lambda s: [(s.customer.first, "PERSON")],
    "full_name": lambda s: [(s.customer.full, "PERSON")],
    "title_name": lambda s: [("Ms. " if s.customer.number % 2 else "Mr. ", ""), (s.customer.last, "PERSON")],
    "agent_first": lambda s: [(s.agent.first, "PERSON")],
}
