"""Secrets: values after a prompt for one, and keys recognisable by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.matching.scene import PLAIN, Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.matching.words import words
from smelt.pii.detect.patterns.values import has_odd_characters, is_sentence_word, is_value, trim

SECRET = "SECRET"

_NAMES = (
    r"pass ?words?|pass ?codes?|pass ?phrases?|passwd|passwort|contraseña|mot de passe|pwd|pw|pins?|pin code"
    r"|otp|cvv2?|cvc2?"
    r"|security code|verification code|api[ _-]?key|secret(?:[ _-]?(?:access)?[ _-]?key)?|client[ _-]?secret"
    r"|access[ _-]?(?:key|token)"
    r"|auth(?:entication|orization)?[ _-]?token|bearer|token|private[ _-]?key|license key|product key"
    r"|recovery key|encryption key"
)
_PROMPTED = re.compile(
    rf"(?<![^\W_])(?P<name>{_NAMES})(?P<copula>\s{{0,3}}(?:[:=]{{1,2}}>?|->|\bis\b:?|\bwas\b:?|\bare\b:?"
    rf"|\bset to\b|\bno\b\.?|\bnumber\b)[ \t]{{0,3}}(?:is\b ?|as\b ?|:)?)"
    r"(?P<quote>[\"'`“<]?)(?P<value>[^\s\"'`“”<>]{3,200})",
    re.IGNORECASE,
)
_ADJACENT = re.compile(
    rf"(?<![^\W_])(?![Pp][Ww] )(?P<name>{_NAMES}) (?P<value>[^\s\"'`<>()\[\]{{}}]{{3,64}})", re.IGNORECASE
)
_SPOKEN = re.compile(
    r"(?<![^\W_])(?:(?P<before>[a-z]+) )?(?:account )?(?:pass ?words?|pass ?codes?|passphrase|pwd|otp|pin)"
    r"(?P<copula>(?: (?:number|no|code|for my account|for account|is|its|it is|as|was))*) "
    r"(?P<value>(?:[a-z0-9]{1,2} ){2,20}[a-z0-9]{1,2}"
    r"|[a-z0-9]{1,30}(?: [0-9]{1,12}(?: [a-z0-9]{1,3}){0,3}| [a-z]{1,2} ?[0-9]{1,8}| [a-z]{1,8}(?:"
    r" [0-9]{1,8})?(?=\Z))?)(?![a-z0-9])"
)
_BEFORE_PROMPT = frozenset(
    words(
        "my the a an your our his her their this that new old any of for forgot forgotten reset resetting"
        " change changing changed lost recover update account user wrong with same without enter entered set"
        " need and both no"
    )
)
_FIRST = words(
    "pass pwd pw pin otp cvv cvc security verification api secret client access auth bearer token private license"
    " product recovery encryption contrase mot"
)
"""First words of prompts."""
_TOO_SHORT_PROMPTS = frozenset({"bearer", "token", "secret", "tokens", "pin", "pins"})

KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}"  # AWS
    r"|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,250}|xapp-[0-9]-[A-Za-z0-9-]{10,250}"  # Slack
    r"|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9]{20,100}"  # Stripe
    r"|sk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{20,250}"  # OpenAI, Anthropic
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,400}|GOCSPX-[A-Za-z0-9_-]{20,40}"  # Google
    r"|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"  # SendGrid
    r"|key-[0-9a-f]{32}|SK[0-9a-f]{32}|AC[0-9a-f]{32}"  # Mailgun, Twilio
    r"|dapi[0-9a-f]{32}(?:-[0-9])?|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,250}|hf_[A-Za-z0-9]{30,64}"
    r"|dop_v1_[0-9a-f]{64}"
    r"|shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}|hvs\.[A-Za-z0-9_-]{20,200}|EAA[A-Za-z0-9]{40,250}"
    r")(?![A-Za-z0-9])"
)
_JWT = re.compile(r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]{0,2000})?")
_HEADER = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_FOOTER = re.compile(r"-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_IN_URL = re.compile(r"://(?P<user>[^\s:/@]{1,64}):(?P<value>[^\s/@]{3,128})@")
_CONNECTION = re.compile(
    r"(?:AccountKey|SharedAccessKey|sig|Pwd|Password)=(?P<value>[^\s;&\"']{6,200})", re.IGNORECASE
)


def _keys(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for match in KEYS.finditer(text):
        yield Hit(SECRET, match.start(), match.end(), "pattern.api_key", 0.98)
    for match in _JWT.finditer(text):
        yield Hit(SECRET, match.start(), match.end(), "pattern.jwt", 0.98)
    for match in _HEADER.finditer(text):
        footer = _FOOTER.search(text, match.end())
        yield Hit(SECRET, match.start(), footer.end() if footer else len(text), "pattern.private_key", 0.99)
    for match in _IN_URL.finditer(text):
        yield Hit(SECRET, match.start("value"), match.end("value"), "pattern.url_password", 0.98)
    for match in _CONNECTION.finditer(text):
        yield Hit(SECRET, match.start("value"), match.end("value"), "pattern.connection_string", 0.9)


def _names(scene: Scene, starts: list[int], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The prompts of a text, searched from ``starts``."""
    done = 0
    for start in starts:
        if start >= done:
            match = pattern.match(scene.text, start)
            if match is not None:
                done = match.end()
                yield match


def _prompted(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    starts = scene.starts(_FIRST)
    for match in _names(scene, starts, _PROMPTED):
        value = trim(match["value"])
        end = match.start("value") + len(value)
        if match["copula"].strip().lower() in ("no", "no.", "number") and not any(
            char.isdigit() for char in value
        ):
            continue
        if match["quote"] or is_value(value, text, end):
            if match["name"].lower() in _TOO_SHORT_PROMPTS and not any(char.isdigit() for char in value):
                continue
            yield Hit(SECRET, match.start("value"), end, "pattern.prompted_secret", 0.85)
    for match in _names(scene, starts, _ADJACENT):
        value = trim(match["value"])
        if (
            has_odd_characters(value)
            and not is_sentence_word(value)
            and any(char.isdigit() for char in value)
        ):
            yield Hit(
                SECRET,
                match.start("value"),
                match.start("value") + len(value),
                "pattern.prompted_secret",
                0.7,
            )


def _spoken(scene: Scene) -> Iterator[Hit]:
    """Values after "password" in speech recognition, possibly in several words: ``raj 123``."""
    if not scene.is_plain:
        return
    text = scene.text
    for match in _SPOKEN.finditer(text):
        first = match["value"].partition(" ")[0]
        says_is = "is" in match["copula"].split()
        if is_sentence_word(first):
            continue
        end = match.start("value") + len(first)
        if any(char.isdigit() for char in match["value"]):
            end = match.end()
        elif says_is:
            if not is_value(first, text, end):
                continue
        elif (
            match["before"] in _BEFORE_PROMPT
            or match["copula"]
            or end != len(text)
            or not is_value(first, text, end)
        ):
            continue
        yield Hit(SECRET, match.start("value"), end, "pattern.spoken_secret", 0.75)


_ANY = any_case(
    "pass", "pwd", "otp", "cvv", "cvc", "pin", "secret", "token", "bearer", "contrase", "api", "access"
)
_PARTS = any_case("y code", "n code", "te key", "se key", "ct key", "ry key", "on key", "te_key", "te-key")
_VALUE_PREFILTER = (
    r"[A-Za-z_-]{0,8}(?: (?:key|Key|KEY|token|Token|id))?\s{0,3}"
    r"(?:[:=]|->|(?i-u:is|was|are|set|no|number|de)(?-u:\b)|[^\s]*[0-9])"
)
FAMILIES = (
    Family(
        "key",
        (
            r"AKIA|ASIA|AROA|AIDA|ABIA|ACCA|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|xox[abeprs]-|xapp-|[spr]k_live"
            r"|[spr]k_test|whsec_|sk-|AIza|ya29|GOCSPX-|SG\.|key-|dapi|npm_|pypi-|hf_|dop_v1_|shpat_|shpss_|shpca_|shppa_"
            r"|hvs\.|EAA|eyJ|-----BEGIN",
            r"SK[0-9a-f]{32}|AC[0-9a-f]{32}",
            r"://[^/ \n]{1,64}:[^/ \n]{1,128}@",
            any_case("accountkey=", "sharedaccesskey=", "sig=", "pwd=", "password=")
            + "|AccountKey=|SharedAccessKey=",
        ),
        _keys,
    ),
    Family("secret", (_ANY + _VALUE_PREFILTER,), _prompted, within=(_ANY,)),
    Family("secret_key", (_PARTS + _VALUE_PREFILTER,), _prompted, within=(_PARTS,)),
    Family("secret_pw", (r"(?-u:\b)(?:pw|Pw|PW)(?-u:\b)",), _prompted),
    Family(
        "spoken_secret", (r"(?-u:\b)(?:pass ?word|pass ?code|passphrase|pwd|otp|pin)",), _spoken, within=PLAIN
    ),
)
