"""Own sentences with values from Faker: names, addresses, telephone numbers, identifiers, and numbers that are none.

``cases(seed)`` is a pure function of its seed. Development looks at even seeds; odd seeds are reported only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import phonenumbers
import yaml
from faker import Faker

EACH = 60
"""Texts of a kind and language."""

REGIONS = {"en": "GB", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "pt": "PT", "nl": "NL", "pl": "PL"}
PHONED = {
    "en": ["You can reach me on {phone}.", "Call me: {phone}, after five.", "Phone {phone} is not answered."],
    "de": ["Sie erreichen mich unter {phone}.", "Rufen Sie mich an: {phone}, ab fünf.", "Telefon {phone} geht nicht."],
    "fr": ["Vous pouvez me joindre au {phone}.", "Appelez-moi : {phone}, après cinq heures.", "Tél. {phone} merci."],
    "es": ["Me pueden llamar al {phone}.", "Llámenme: {phone}, después de las cinco.", "Teléfono {phone}, gracias."],
    "it": ["Mi trova al {phone}.", "Mi chiami: {phone}, dopo le cinque.", "Telefono {phone}, grazie."],
    "pt": ["Podem ligar-me para o {phone}.", "Liguem-me: {phone}, depois das cinco.", "Telefone {phone}, obrigado."],
    "nl": ["U kunt mij bereiken op {phone}.", "Bel mij: {phone}, na vijf uur.", "Telefoon {phone}, dank u."],
    "pl": ["Proszę dzwonić pod {phone}.", "Mój numer: {phone}, po piątej.", "Telefon {phone}, dziękuję."],
}  # fmt: skip
BESIDE = [
    "Order {n4} {phone}", "{phone} 9:30", "9:30 {phone}", "{n6} / {phone}", "Item {n4}, {phone}, 2 pcs",
    "{date} {phone}", "Room {n3} {phone}", "2x {phone} (ref {n4})", "{n5} {phone} {n4}",
]  # fmt: skip
CASES = [
    "My policy is {a3} {n9} and it has lapsed.", "policy no {a2}-{n8} was cancelled",
    "Claim {n7} under policy {a3}{n8}.", "I hold policy number {n9}, please check.",
    "The serial number is {a2}{n8}{a1}.", "S/N: {a1}{n2}{a2}{n7}", "Serial {n4}-{a4}-{n4} stopped working.",
    "License key: {a5}-{n5}-{a5}-{n5}", "Case #{n8} is still open.", "order {n9} never came", "IMEI {imei}",
    "My IMEI is {imei}.", "VIN {vin} has a recall.", "Vehicle identification number: {vin}",
]  # fmt: skip
LOGINS = [
    "User ID: {login}", "My login is {login} and I cannot get in.", "username {login} is locked",
    "The files are in /home/{login}/reports", r"C:\Users\{login}\AppData\Local\Temp was full",
    "error in /Users/{login}/Library/Logs/app.log", "Ask @{login} on the forum.", "Login: {login}, since Monday",
    "user={login} status=failed", "ssh {login}@backup01 hangs",
]  # fmt: skip
NO_PERSON = [
    "Started at {epoch} and stopped at {epoch2}.", "bytes_read={n10} retries={n8}", "ts={epochms} level=info",
    "Counter went from {n8} to {n9} over night.", "The file has {n10} bytes.", "pid {n7}, thread {n8}",
    "{epoch} WARN cache miss", "add-on {guid} and reader-{n4}@addons.mozilla.org are on",
    "id {n12}", "build {n8}.{n2}",
]  # fmt: skip


class Case(NamedTuple):
    """One text; ``spans`` are the values in it that have to go, ``kind`` and ``language`` say where it counts."""

    kind: str
    language: str
    text: str
    spans: tuple[tuple[int, int], ...]


def filled(
    template: str, values: dict[str, str], wanted: set[str]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The template with its slots filled, and the spans of the wanted ones."""
    text, spans, rest = "", [], template
    while "{" in rest:
        before, _, rest = rest.partition("{")
        slot, _, rest = rest.partition("}")
        text += before
        value = values[slot]
        if slot in wanted:
            spans.append((len(text), len(text) + len(value)))
        text += value
    return text + rest, tuple(spans)


def national(language: str, draw: random.Random, *, grouped: bool) -> str:
    """A valid national number of the language's country, as its plan groups it or in one."""
    region = REGIONS[language]
    example = phonenumbers.example_number_for_type(
        region, draw.choice([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
    )
    digits = str(example.national_number)
    for _ in range(200):
        own = digits[:3] + "".join(draw.choice("0123456789") for _ in digits[3:])
        number = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=int(own),
                                          italian_leading_zero=example.italian_leading_zero)  # fmt: skip
        if phonenumbers.is_valid_number(number):
            break
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return written if grouped else "".join(c for c in written if c.isdigit())


def _values(draw: random.Random) -> dict[str, str]:
    def digits(count: int) -> str:
        return draw.choice("123456789") + "".join(draw.choice("0123456789") for _ in range(count - 1))

    def letters(count: int) -> str:
        return "".join(draw.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(count))

    fake = Faker("en_US")
    fake.seed_instance(draw.randrange(10**9))
    body = "35" + digits(12)
    imei = next(body + str(d) for d in range(10) if _luhn(body + str(d)))
    vin = fake.vin()
    epoch = draw.randrange(1_500_000_000, 1_790_000_000)
    given, family = fake.first_name().lower(), fake.last_name().lower()
    login = draw.choice(
        [given[0] + family, given + str(draw.randrange(10, 99)), f"{given}_{family}", f"{family}{given[0]}"]
    )
    values = {f"n{n}": digits(n) for n in range(2, 13)} | {f"a{n}": letters(n) for n in range(1, 6)}
    day = f"{draw.randrange(1, 28):02}.{draw.randrange(1, 12):02}.2026"
    return values | {
        "imei": imei, "vin": vin, "login": login, "date": day,
        "epoch": str(epoch), "epoch2": str(epoch + 300), "epochms": str(epoch * 1000 + 17),
        "guid": f"{{{fake.uuid4()}}}",
    }  # fmt: skip


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def town(fake: Faker) -> str:
    """A town of the locale, the same in every process: Faker keeps those of Italy in a set."""
    provider = next(one for one in fake.get_providers() if hasattr(one, "city"))
    towns = getattr(provider, "cities", ())
    return provider.random_element(sorted(towns)) if towns else fake.city()


def cases(seed: int, each: int = EACH) -> Iterator[Case]:
    """All kinds in all languages."""
    table = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text("utf-8"))
    for language, kinds in table.items():
        draw = random.Random(f"{seed} {language}")
        fake = Faker(kinds["locale"])
        fake.seed_instance(draw.randrange(10**9))
        for _ in range(each):
            given = fake.first_name()
            full = f"{fake.first_name()} {fake.last_name()}"
            street = fake.street_address().replace("\n", ", ")
            values = {
                "given": given,
                "full": full,
                "street": street,
                "city": town(fake),
                "postcode": fake.postcode(),
            }
            for kind in ("full", "given"):
                yield Case(kind, language, *filled(draw.choice(kinds[kind]), values, {kind}))
            template = draw.choice(kinds["address"])
            yield Case("street", language, *filled(template, values, {"street"}))
            yield Case("city after a street", language, *filled(template, values, {"city"}))
            for grouped in (True, False):
                phone = {"phone": national(language, draw, grouped=grouped)}
                kind = "phone grouped" if grouped else "phone ungrouped"
                yield Case(kind, language, *filled(draw.choice(PHONED[language]), phone, {"phone"}))
            beside = _values(draw) | {"phone": national(language, draw, grouped=True)}
            yield Case("phone beside digits", language, *filled(draw.choice(BESIDE), beside, {"phone"}))
    draw = random.Random(f"{seed} identifiers")
    for _ in range(each * 4):
        values = _values(draw)
        initial = Faker("en_US")
        initial.seed_instance(draw.randrange(10**9))
        who = draw.choice(
            [f"{initial.first_name()} {draw.choice('ABCDEFGHJKLMRST')}. {initial.last_name()}",
             f"{draw.choice('ABCDEFGHJKLMRST')}. {draw.choice('ABCDEFGHJKLMRST')}. {initial.last_name()}",
             f"{draw.choice('ABCDEFGHJKLMRST')}. {initial.last_name()}"]
        )  # fmt: skip
        template = draw.choice(table["en"]["full"])
        yield Case("initials", "en", *filled(template, {"full": who}, {"full"}))
        template = draw.choice([t for t in CASES if "Case" not in t and "order" not in t])
        slots = {part.partition("}")[0] for part in template.split("{")[1:]}
        if "Claim" in template:
            slots.discard("n7")
        yield Case("business identifier", "en", *filled(template, values, slots))
        yield Case("login", "en", *filled(draw.choice(LOGINS), values, {"login"}))
        yield Case("no person", "en", filled(draw.choice(NO_PERSON), values, set())[0], ())
