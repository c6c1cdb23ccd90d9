import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from smelt.records.config import ColumnConfig, FeatureConfig, RecordSource
from smelt.records.template import Part, Slot, TemplateError, fields_of, parse


def test_templates_have_slots_formats_and_optional_parts():
    assert parse("About {product}[ ({sub:d MMM})]: {{x}}") == (
        Part(("About ", Slot("product", None)), False),
        Part((" (", Slot("sub", "d MMM"), ")"), True),
        Part((": ", "{", "x", "}"), False),
    )
    assert fields_of("{a} [{b}] {a}") == ("a", "b")


@pytest.mark.parametrize("template", ["{a", "a}", "[a", "a]", "[a [b]]", "{A}"])
def test_templates_that_do_not_read_are_refused(template):
    with pytest.raises(TemplateError):
        parse(template)


@given(st.text(alphabet=st.characters(exclude_characters="{}[]"), min_size=1))
def test_text_without_braces_is_itself(text):
    assert parse(text) == (Part((text,), False),)


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ({"missing": "median"}, "median does not fit type string"),
        ({"missing": "constant"}, "needs a constant"),
        ({"outliers": {}}, "outliers do not fit"),
        ({"type": "enum", "values": {"yes": ["ok"], "no": ["OK"]}}, "spelled under two values: ok"),
        ({"type": "enum", "closed": True}, "needs values"),
    ],
)
def test_columns_refuse_contradictions(column, problem):
    with pytest.raises(ValidationError, match=problem):
        ColumnConfig(**column)


def test_a_source_lists_all_its_problems():
    with pytest.raises(ValidationError) as refused:
        RecordSource(
            source="orders",
            columns={"amount": {"type": "money"}, "email": {"pii": "withhold"}, "flags": {}},
            key=("number",),
            features={"age": {"kind": "hour", "of": "born"}},
            question="Where is {parcel}? Write to {email}.",
            asked_at="amount",
        )
    said = str(refused.value)
    for problem in (
        "flags is a name of smelt's own",
        "key names number, which is no column",
        "feature age names born, which is no column",
        "question names parcel, which is no column",
        "question shows email, which is withheld",
        "asked_at is amount, which is no time",
    ):
        assert problem in said


def test_features_need_their_columns():
    with pytest.raises(ValidationError, match="elapsed needs end"):
        FeatureConfig(kind="elapsed", start="a")
