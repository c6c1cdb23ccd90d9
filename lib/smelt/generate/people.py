"""Fictitious people. Faker fills pools once per seed, from which a person is combined in microseconds."""

from __future__ import annotations

import string
import unicodedata
from dataclasses import dataclass
from random import Random

from faker import Faker

from smelt.generate.randomness import stream

LOCALES = ("en_US", "en_US", "en_US", "en_GB", "de_DE", "es_ES", "fr_FR", "pl_PL", "nl_NL", "it_IT")
MAIL_HOSTS = (
    *("gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "gmx.de", "orange.fr"),
    *("proton.me", "example.com", "example.org", "mail.co.uk", "stud.uni-example.edu"),
)
PHONE_FORMS = (
    *(
        "({a}) {b}-{c}",
        "{a}-{b}-{c}",
        "+1 {a} {b} {c}",
        "+1-{a}-{b}-{c}",
        "{a}.{b}.{c}",
        "1{a}{b}{c}",
        "{a}{b}{c}",
    ),
    *("+44 20 7946 0{b}", "+44 7700 900{b}", "+49 30 {a}{c}", "+33 1 42 68 {d} {e}", "({a}){b}-{c} ext. {d}"),
)
KEY_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Person:
    """A customer or an agent."""

    number: int
    first: str
    last: str
    email: str
    username: str
    phone: str
    address: str
    birth: tuple[int, int, int]

    @property
    def full(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


class People:
    """Customers and agents of a seed; customer ``n`` is the same person in every stream."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._agents: dict[int, Person] = {}
        fakers = {locale: Faker(locale) for locale in sorted(set(LOCALES))}
        for number, faker in enumerate(fakers.values()):
            faker.seed_instance(seed * 1_000 + number)
        self._names = [
            (
                [fakers[locale].first_name() for _ in range(220)],
                [fakers[locale].last_name() for _ in range(320)],
                [fakers[locale].address().replace("\n", ", ") for _ in range(120)],
            )
            for locale in LOCALES
        ]
        american = fakers["en_US"]
        self.cards = [american.credit_card_number() for _ in range(600)]
        self.ibans = [
            fakers[locale].iban() for locale in ("de_DE", "en_GB", "fr_FR", "es_ES") for _ in range(100)
        ]
        self.jobs = [american.job() for _ in range(200)]
        self.firms = [american.company() for _ in range(300)]

    def customer(self, number: int) -> Person:
        """Customer ``number`` of the seed."""
        return self._person(stream(self.seed, "customer", number), number)

    def agent(self, number: int) -> Person:
        """Agent ``number`` of the seed."""
        if number not in self._agents:
            self._agents[number] = self._person(stream(self.seed, "agent", number), number)
        return self._agents[number]

    def _person(self, rng: Random, number: int) -> Person:
        rnd = rng.random
        firsts, lasts, addresses = self._names[int(rnd() * len(self._names))]
        first = firsts[int(rnd() * len(firsts))]
        last = lasts[int(rnd() * len(lasts))]
        plain_first, plain_last = _ascii(first), _ascii(last)
        style = int(rnd() * 5)
        digits = int(rnd() * 1000)
        local = (
            f"{plain_first}.{plain_last}",
            f"{plain_first[:1]}{plain_last}{digits}",
            f"{plain_last}_{plain_first}{digits % 100}",
            f"{plain_first}{digits}",
            f"{plain_first}.{plain_last}+shop{digits % 10}",
        )[style]
        return Person(
            number=number,
            first=first,
            last=last,
            email=f"{local}@{MAIL_HOSTS[int(rnd() * len(MAIL_HOSTS))]}",
            username=f"{plain_first}{plain_last[:3]}{digits:03d}",
            phone=phone_number(rng),
            address=addresses[int(rnd() * len(addresses))],
            birth=(1940 + int(rnd() * 66), 1 + int(rnd() * 12), 1 + int(rnd() * 28)),
        )


def phone_number(rng: Random) -> str:
    """A phone number in a common format; some are in ranges reserved for fiction."""
    rnd = rng.random
    form = PHONE_FORMS[int(rnd() * len(PHONE_FORMS))]
    return form.format(
        a=201 + int(rnd() * 700),
        b=f"{200 + int(rnd() * 799)}",
        c=f"{int(rnd() * 10_000):04d}",
        d=f"{10 + int(rnd() * 89)}",
        e=f"{10 + int(rnd() * 89)}",
    )


def social_security_number(rng: Random) -> str:
    """A US number outside the areas that are never issued (000, 666, 900 to 999)."""
    rnd = rng.random
    area = 1 + int(rnd() * 664)
    separator = "-" if rnd() < 0.8 else " "
    return f"{area:03d}{separator}{1 + int(rnd() * 98):02d}{separator}{1 + int(rnd() * 9998):04d}"


def secret(rng: Random) -> str:
    """A credential: an API key, an access key or a password."""
    rnd = rng.random

    def letters(count: int, alphabet: str = KEY_LETTERS) -> str:
        return "".join(alphabet[int(rnd() * len(alphabet))] for _ in range(count))

    kind = int(rnd() * 4)
    if kind == 0:
        return "sk_live_" + letters(24)
    if kind == 1:
        return "AKIA" + letters(16, string.ascii_uppercase + "234567")
    if kind == 2:
        return "ghp_" + letters(36)
    return letters(6, string.ascii_lowercase).capitalize() + "!" + letters(4, string.digits)


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in plain if "a" <= letter <= "z") or "user"
