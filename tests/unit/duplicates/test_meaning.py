"""Texts that share nearly all of their words and say something else are both kept, however long they are."""

from __future__ import annotations

import polars as pl
import pytest

from smelt.duplicates.config import DuplicatesConfig, NearConfig
from smelt.duplicates.engine import find_duplicates
from smelt.duplicates.texts import whole_texts

CONFIG = DuplicatesConfig()
LONG = (
    "Open the cover at the rear of the {thing}, wait for the lamp to go out, {turn}, fill in {much} of the liquid, "
    "close the cover again and run the short programme twice before you put any clothes into the drum{end}"
)
AS_IT_IS = {"thing": "washer", "turn": "turn the wheel to the left", "much": "20 ml", "end": "."}


def kept(*texts: str) -> int:
    compared = whole_texts(pl.Series("text", texts), CONFIG)
    found = find_duplicates(compared, pl.Series(range(len(texts))).to_numpy(), NearConfig())
    return found["kept_row"].fill_null(found["row"]).n_unique()


def varied(**changes: str) -> str:
    return LONG.format(**AS_IT_IS | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"turn": "turn the wheel to the right"},
        {"turn": "do not turn the wheel to the left"},
        {"turn": "never turn the wheel to the left"},
        {"much": "200 ml"},
        {"much": "20 cl"},
        {"thing": "dryer"},
        {"turn": "switch the pump off"},
        {"end": ", unless it is new."},
    ],
)
def test_another_sense_is_kept_at_any_length(changes):
    assert kept(varied(), varied(**changes)) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("use the USB-A plug", "use the USB-C plug"),
        ("use the USB-A plug", "use the USB-B plug"),
        ("write it in C++", "write it in C#"),
        ("heat it to -20 °C", "heat it to 20 °C"),
        ("use it below < 5 bar", "use it below > 5 bar"),
        ("up to <= 5 of them", "up to ≥ 5 of them"),
        ("at 5 am", "at 5 pm"),
        ("at 5 a.m.", "at 5 p.m."),
        ("pull the wheel", "push the wheel"),
        ("log in to the panel", "log out to the panel"),
        ("it is in-warranty", "it is out-of-warranty"),
        ("the valve must be open", "the valve must be closed"),
        ("nobody may turn it", "you may turn it"),
        ("it mustn't turn", "it must turn"),
    ],
)
def test_signs_letters_and_halves_of_verbs_count(one, other):
    assert kept(varied(turn=one), varied(turn=other)) == 2


@pytest.mark.parametrize(
    ("frame", "one", "other"),
    [
        ("Öffnen Sie die Klappe an der Rückseite der Maschine, warten Sie auf das Licht, {}, und starten Sie neu.",
         "drehen Sie das Rad", "drehen Sie das Rad nicht"),
        ("Ouvrez le volet à l'arrière de la machine, attendez que le voyant s'éteigne, {}, puis refermez le volet.",
         "il y a un filtre", "il n'y a aucun filtre"),
        ("Abra la tapa de la parte trasera de la máquina, espere a que se apague la luz, {}, y cierre la tapa.",
         "gire la rueda", "no gire la rueda"),
        ("Apra lo sportello sul retro della macchina, attenda che la spia si spenga, {}, e richiuda lo sportello.",
         "il tasto su", "il tasto giù"),
        ("Open de klep aan de achterkant van de machine, wacht tot het lampje knippert, {}, en sluit de klep weer.",
         "zet hem aan", "zet hem uit"),
        ("Откройте крышку на задней стороне машины, подождите пока погаснет лампочка, {}, и закройте крышку снова.",
         "поверните колесо", "не поверните колесо"),
        ("Avaa koneen takana oleva luukku, odota kunnes valo sammuu, {}, ja sulje luukku uudelleen hetken päästä.",
         "se on valmis", "se ei on valmis"),
    ],
)  # fmt: skip
def test_contradictions_of_other_languages_are_kept(frame, one, other):
    assert kept(frame.format(one), frame.format(other)) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (varied(), varied().upper().replace(",", " ,")),
        (varied(), f"Hello, {varied()} Thanks!"),
        (varied(), f"{varied()} Please tell us whether it helped."),
        (varied(), varied().replace("liquid", "liqiud")),
        (varied(), varied().replace("run the short programme", "use the short programme")),
        (f"Hi Anna, {varied()}", f"Hi Peter, {varied()}"),
        (f"{varied()} Your order 48213 is done.", f"{varied()} Your order 99120 is done."),
        (f"{varied()} Your order 12 is done.", f"{varied()} Your order 99 is done."),
    ],
)
def test_the_same_in_other_dress_is_one(one, other):
    assert kept(one, other) == 1


def test_numbers_that_change_places_are_another_answer():
    assert kept(varied(much="20 ml in 5 litres"), varied(much="5 ml in 20 litres")) == 2


def test_a_leading_no_that_is_said_again_adds_nothing():
    assert kept("No, we do not have seats outside.", "We do not have seats outside.") == 1
    assert kept("Yes, we have seats outside in summer.", "No, we have seats outside in summer.") == 2


def test_a_template_with_many_names_of_products_is_kept_for_each():
    texts = [
        varied(thing=f"{first}{last}")
        for first in ("alto", "bena", "cori", "dumo", "ezra")
        for last in "abcdfghkmp"
    ]
    assert kept(*texts) >= 45
