"""Patterns of addresses: cores, and the parts by which a core is extended."""

from __future__ import annotations

import re

from smelt.pii.detect.addresses.words import (
    BOX,
    MILITARY,
    POST_CODE,
    STATES,
    STREET_PREFIXES,
    STREET_SUFFIXES,
    STREET_WORDS,
    UNIT,
    USUAL_STREET_WORDS,
    WEAK_STREET_WORDS,
)
from smelt.pii.detect.names.runs import UPPER

WORD = r"[^\W_][\w.'’-]*"
CAPITAL = rf"[{UPPER}][\w.'’-]*"
TOWN_WORD = rf"[{UPPER}](?:[\w'’-]|\.(?=\w)|(?<=\b[SM]t)\.)*"
"""A capitalised word of a town or state, without the full stop of a sentence."""
NUMBER = r"(?:(?:no\.?|number|nr\.?|#)[ ]?)?\d{1,6}[a-z]?(?:[-/]\d{1,4}[a-z]?)?"
_NEAR = r"[ ]{1,2}"
NUMBERED = re.compile(rf"\b{NUMBER},?{_NEAR}(?:{WORD},?{_NEAR}){{1,4}}?(?:{USUAL_STREET_WORDS})\b\.?", re.I)
WEAKLY_NUMBERED = re.compile(
    rf"\b{NUMBER},?{_NEAR}(?:{WORD},?{_NEAR}){{1,3}}?(?:{WEAK_STREET_WORDS})\b", re.I
)
CASELESS_STREET = re.compile(
    r"(?:no\.? )?(?:[^\W\d_]+ ){1,3}(?:street|road|avenue|lane|boulevard|nagar|salai)\b", re.I
)
CASELESS_TOWN = re.compile(r"(?:no\.? )?\d{1,5} (?:[^\W\d_]+ ){1,4}\d{5,6}$", re.I)
BETWEEN_NUMBERS = re.compile(
    rf"(?<![\w/.:-])\d{{1,4}}[ ](?:(?:{CAPITAL}|de|la|of|den|der|du|da|do)[ ]){{1,5}}\d{{1,4}}[a-z]?\b(?![/:]\d)"
)
UNITED = re.compile(
    r"\b(?:(?:apt|apartment|suite)\b\.?[ ]*(?:no\.?[ ]*|#[ ]*)?\d+[a-z]?|(?:flat|ste)[ ]\d+[a-z]?)\b(?!\.\d)",
    re.I,
)
UNNUMBERED = re.compile(
    rf"\b(?:{CAPITAL}{_NEAR}){{1,3}}(?:(?i:{STREET_WORDS})\b|(?:St|Rd|Ave|Blvd|Dr|Ln|Hwy)\b)(?:{_NEAR}\d{{1,4}}\b)?"
)
PREFIXED = re.compile(
    rf"(?<!\w)(?:\d{{1,5}}{_NEAR})*(?i:{STREET_PREFIXES}){_NEAR}(?:(?i:de|du|des|della|del|di|dei|da|do|la"
    rf"|le|las|los|el|den|der|la|S\.|XX|al|san"
    rf"|{CAPITAL}){_NEAR}){{0,4}}{CAPITAL}(?:,?{_NEAR}\d{{1,5}}[a-z]?\b)?"
)
SUFFIXED = re.compile(
    rf"(?<!\w)(?:\d{{1,5}}{_NEAR})*(?:{CAPITAL}{_NEAR}){{0,4}}(?:[{UPPER}][^\W\d_]*(?:{STREET_SUFFIXES})"
    rf"|(?i:{STREET_SUFFIXES}))\b\.?(?:{_NEAR}\d{{1,5}}[a-z]?\b\.?)?"
)
BOXED = re.compile(rf"\b(?:{BOX})\b", re.I)
POSTED = re.compile(MILITARY)
_STATE = "|".join(state.upper() for state in sorted(STATES) if len(state) == 2)
TOWN_ZIP = re.compile(rf"\b(?:{CAPITAL}[ ]){{0,2}}{CAPITAL},?[ ](?:{_STATE}),?[ ]\d{{5}}(?:-\d{{4}})?\b")
ZIP_CUE = re.compile(
    r"\b(?:zip|postal|post|pin)[ -]?code\b[\s:]{0,3}(?:(?:is|as|number"
    r"|no)\b[\s:]{0,3}){0,2}([a-z]?\d[\da-z]{2,5}(?:[ -]\d[a-z\d]{2,3})?)\b"
    r"|\bzip[\s:]{0,3}(?:is[\s:]{0,3})?(\d{5}(?:-\d{4})?)\b",
    re.I,
)
ADDRESS_CUE = re.compile(
    r"add{0,3}r{1,2}ess?(?:es)?(?:[ ]+(?:is|as|was|to|at|with|are|will be|would be|should be|now|line"
    r" \d))*[ ]*[:-]?\s{1,4}(?=\S)"
    r"|(?:liv(?:e|es|ing)|resid(?:e|es|ing)|located|stay|staying) at\s{1,4}(?=\S)"
    r"|(?:ship|deliver|send|mail|return|forward)(?:ed|ing)?(?: it| them| this| my order)? to\s{1,4}(?=\S)"
    r"|taxi to\s{1,4}(?=\S)|house no\.?\s{1,4}(?=\S)",
    re.I,
)
GROW = re.compile(
    rf"(?!,?\s+and\b)(?:[ ]*,?[ ]*\n?[ ]*|[ ]*\n[ ]*,[ ]*|\n[ ]*[>?*|-]{{1,3}}[ ]*"
    rf"|\n\n[ ]+)(?:(?P<unit>{UNIT})|(?P<code>\b{POST_CODE}\b(?![-\d]))"
    rf"|(?P<words>(?:{TOWN_WORD}[ ]){{0,3}}{TOWN_WORD})|(?P<small>(?:of|and|the|de|del|la|di|nan|do|da)\b))",
)
GROW_CASELESS = re.compile(rf"[ ,\n]+(?:(?P<unit>{UNIT})|(?P<word>[^\W_][\w'’/-]*))", re.I)
BEFORE_CORE = re.compile(rf"(?:\b(?:{UNIT}),?[ ]+|\b(?:the )?corner of\s+|\b\d{{1,5}}[ ]+)+$", re.I)
LONGEST, LONGEST_TURN = 160, 60
