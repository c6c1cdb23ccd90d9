"""Phone numbers reserved for fiction by the numbering authorities.

North America: 555-0100 to 555-0199 in any area code (NANPA, 555 line numbers). United Kingdom: Ofcom,
"Telephone numbers for use in TV and radio drama programmes". Australia: ACMA, "Phone numbers for use
in TV shows, films and creative works". France: ARCEP decision 2012-0856, numbers for audiovisual works.
Germany: Bundesnetzagentur, Mitteilung 148/2021, "Drama Numbers". Sweden: PTS, "Telefonnummer for
anvandning i bocker och filmer". Other countries get a North American number in international form.
The ranges are small, so two numbers may share a surrogate.
"""

from __future__ import annotations

import re

from smelt.pii.replace.fiction.draw import Draw, Fiction, in_format
from smelt.pii.replace.value import Value, digits_of

_AREAS = (
    "201",
    "212",
    "303",
    "312",
    "404",
    "415",
    "503",
    "512",
    "602",
    "617",
    "702",
    "713",
    "804",
    "916",
    "972",
)

_NATIONAL = {
    # country code: the number after it, # for a drawn digit
    "1": ("{area}55501##",),
    "44": ("2079460###", "7700900###", "1134960###"),
    "61": ("491570###", "255507###", "355507###"),
    "33": ("19900####", "63998####"),
    "49": ("3023125###",),
    "46": ("84650040##",),
}

_HELD = re.compile(
    r"(?:00)?1?[2-9][0-9]{2}55501[0-9]{2}|55501[0-9]{2}"
    r"|(?:(?:00)?44|0|)0?(?:2079460|7700900|1134960)[0-9]{3}"
    r"|(?:(?:00)?61|0|)0?(?:491570|255507|355507)[0-9]{3}"
    r"|(?:(?:00)?33|0|)0?(?:19900|63998)[0-9]{4}"
    r"|(?:(?:00)?49|0|)0?3023125[0-9]{3}"
    r"|(?:(?:00)?46|0|)0?84650040[0-9]{2}"
)


class _Phone:
    """Reserved numbers in the format and, if known, the country of the given number."""

    def holds(self, text: str) -> bool:
        """Whether the digits are exactly one reserved number."""
        return _HELD.fullmatch(digits_of(text)) is not None

    def invent(self, value: Value, key: bytes) -> str:
        """``(415) 867-5309`` becomes ``(303) 555-0142``; an extension is left out."""
        draw = Draw(key, "PHONE", value.normal)
        text = value.text.strip()
        country = self._country(value.normal)
        national = self._national(country, draw)
        count = len(digits_of(text))
        fitting = [way for way in _ways_to_dial(text, country, national) if len(way) == count]
        if fitting:
            return in_format(fitting[0], text)
        if text.startswith(("+", "00")) or country != "1":
            return f"+{country} {national}"
        return f"{national[:3]}-{national[3:6]}-{national[6:]}"

    def _country(self, normal: str) -> str:
        digits = normal.lstrip("+") if normal.startswith("+") else ""
        return next((code for code in _NATIONAL if digits.startswith(code)), "1")

    def _national(self, country: str, draw: Draw) -> str:
        shape = draw.one_of(_NATIONAL[country]).replace("{area}", draw.one_of(_AREAS))
        return "".join(draw.digits(1) if character == "#" else character for character in shape)


def _ways_to_dial(text: str, country: str, national: str) -> tuple[str, ...]:
    """The possible digits of a number in the given one's form: with country code, trunk zero or neither."""
    if text.startswith("+"):
        return (country + national,)
    if text.startswith("00"):
        return ("00" + country + national,)
    if country == "1":
        return (national, "1" + national, national[-7:])
    return ("0" + national, country + national)


FICTION: dict[str, Fiction] = {"PHONE": _Phone()}
