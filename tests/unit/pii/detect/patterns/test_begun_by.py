"""Matches that begin with one of a few words are those that a search of the whole text finds."""

# ruff: noqa: E501  word lists in one string

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smelt.pii.detect.patterns import identifiers
from smelt.pii.detect.patterns.matching.labels import Labels
from smelt.pii.detect.patterns.matching.scene import Scene

PIECES = (
    "user", "User name", "userid", "login", "LOGIN", "Logged in as ", "log on as ", "uid=", "ssh -p 22 ", "jane.roe@host ", "NOM D'UTILISATEUR: ",
    "nome utente: ", "nombre de usuario es ", "identifiant=", "owner=", "signed in as ", "gebruikersnaam: ", "nazwa użytkownika: ", "telnet ",
    " ", "=", ": ", "ſ", "İ", "K", "kim_42", " is ", "\n", "'", "x", "é", "@", "@handle_1", "(@other ",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_logins_and_handles_are_found_at_their_first_words(text):
    scene = Scene(text, Labels())
    for words, pattern in (
        (identifiers._LOGIN_WORDS, identifiers._LOGIN),
        (("user", "login"), identifiers._LOCKED),
        (("@",), identifiers._HANDLE),
    ):
        begun = [match.span() for match in scene.begun_by(words, pattern)]
        assert begun == [match.span() for match in pattern.finditer(text)]


LABELS = (
    "serial no: ", "S/N ", "sn: ", "SN #", "doesn't ", "Seriennummer ", "numéro de série ", "N° de série: ", "número de serie ", "matricola ",
    "numer seryjny ", "licence key ", "Product-Code ", "cd key: ", "Lizenzschlüssel ", "clé de licence ", "clave de producto ", "klucz licencyjny ",
    "policy ", "claims no ", "Versicherungsnummer ", "póliza ", "polis ", "ABC12-", "QWERT-12345-", "AB-123456", "1234567", " ", "\n", "ſerial ",
)  # fmt: skip


@given(st.lists(st.sampled_from(LABELS), max_size=10).map("".join))
def test_labelled_identifiers_are_those_of_the_patterns(text):
    scene = Scene(text, Labels())
    plain = {
        (entity, *match.span("value" if "value" in pattern.groupindex else 0))
        for entity, pattern in (
            ("LICENCE_KEY", identifiers._LABELLED_KEY),
            ("LICENCE_KEY", identifiers._KEY),
            ("SERIAL", identifiers._SERIAL),
            ("POLICY", identifiers._POLICY),
        )
        for match in pattern.finditer(text)
    }
    found = {(hit.entity, hit.start, hit.end) for hit in identifiers._labelled(scene) if hit.confidence > 0.6}
    assert found == plain
