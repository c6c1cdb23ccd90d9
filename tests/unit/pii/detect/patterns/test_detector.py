"""What is found and what is not, one line a case. The values are made up or published for tests."""

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.detect.patterns import PatternDetector
from smelt.pii.spans import claim
from smelt.pii.types import TextBatch

DETECTOR = PatternDetector(PiiConfig())


def found(text):
    return [(f.entity, text[f.start : f.end]) for f in claim(DETECTOR.detect(TextBatch.of([text])))]


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("write to Jane.Doe+news@mail.example.co.uk, please", "EMAIL", "Jane.Doe+news@mail.example.co.uk"),
        ("mailto:jane.roe%40mail.net", "EMAIL", "jane.roe%40mail.net"),
        ("sent to jane.roe%2540mail.net twice", "EMAIL", "jane.roe%2540mail.net"),
        ("write jane.roe&#64;mail.net or &#x40;", "EMAIL", "jane.roe&#64;mail.net"),
        ("write jane.roe&commat;mail.net", "EMAIL", "jane.roe&commat;mail.net"),
        ('{"to": "jane.roe\\u0040mail.net"}', "EMAIL", "jane.roe\\u0040mail.net"),
        ("write to jürgen@müller.de", "EMAIL", "jürgen@müller.de"),
        ("john (at) example dot com", "EMAIL", "john (at) example dot com"),
        ("reach me at john at gmail dot com", "EMAIL", "john at gmail dot com"),
        ("john＠example．com", "EMAIL", "john＠example．com"),
        ("john&#64;example.com", "EMAIL", "john&#64;example.com"),
        ("jo\u200bhn@example.com", "EMAIL", "jo\u200bhn@example.com"),
        ("sure its albert 111 hotmailcom", "EMAIL", "albert 111 hotmailcom"),
        ("rutherfordgmailcom", "EMAIL", "rutherfordgmailcom"),
        ("call (415) 555-2671 x204 today", "PHONE", "(415) 555-2671 x204"),
        ("Tel: +44 20 7123 4567", "PHONE", "+44 20 7123 4567"),
        ("my mobile is 0487 23 46 71", "PHONE", "0487 23 46 71"),
        ("reach me on 089/636-48018", "PHONE", "089/636-48018"),
        ("my number is 415–555–2671", "PHONE", "415–555–2671"),
        ("555Â 123Â 4567 is my cell", "PHONE", "555Â 123Â 4567"),
        ("11238 3476227153", "PHONE", "3476227153"),
        ("card 4111 1111 1111 1111 expired", "CREDIT_CARD", "4111 1111 1111 1111"),
        ("2223003122003222", "CREDIT_CARD", "2223003122003222"),
        ("amex 3782-822463-10005", "CREDIT_CARD", "3782-822463-10005"),
        ("453 e 15", "CREDIT_CARD", "453 e 15"),
        ("the sheet shows card 4.53201E+15", "CREDIT_CARD", "4.53201E+15"),
        ("my old JCB 213199342376368 expired", "CREDIT_CARD", "213199342376368"),
        ("Kind regards\nTate Group\nT 8947958083\n", "PHONE", "8947958083"),
        ("Office 4 | M: 894 7958 083 | Tate Group", "PHONE", "894 7958 083"),
        ("Please refund it to 060438605523.", "US_BANK_ACCOUNT", "060438605523"),
        ("it was paid from 60438605", "US_BANK_ACCOUNT", "60438605"),
        ("Bitte erstatten Sie den Betrag auf 60438605", "US_BANK_ACCOUNT", "60438605"),
        ("merci de rembourser la somme sur 60438605", "US_BANK_ACCOUNT", "60438605"),
        ("ssn 219-09-1234", "US_SSN", "219-09-1234"),
        ("ssn is 1234", "US_SSN", "1234"),
        ("9863 is my ssn", "US_SSN", "9863"),
        ("the last four of my social security number are 4411", "US_SSN", "4411"),
        ("ITIN 911-70-1234", "US_ITIN", "911-70-1234"),
        ("routing number 121000358", "US_ABA", "121000358"),
        ("checking account number 945456787654", "US_BANK_ACCOUNT", "945456787654"),
        ("my account ending in 7890", "ACCOUNT_NUMBER", "7890"),
        ("passport A12803456", "US_PASSPORT", "A12803456"),
        ("driver's license D1234567", "US_DRIVER_LICENSE", "D1234567"),
        ("pay to DE89 3704 0044 0532 0130 00 now", "IBAN", "DE89 3704 0044 0532 0130 00"),
        ("from 192.168.10.7:8080", "IP", "192.168.10.7"),
        ("the server 1.91.2.1 is down.", "IP", "1.91.2.1"),
        ("host 2001:db8::8a2e:370:7334", "IP", "2001:db8::8a2e:370:7334"),
        ("MAC 00:1A:2B:3C:4D:5E", "MAC", "00:1A:2B:3C:4D:5E"),
        ("see https://shop.example.org/a?b=(c).", "URL", "https://shop.example.org/a?b=(c)"),
        ("see shop.example.org.", "URL", "shop.example.org"),
        ("NI number AB 12 34 56 C", "UK_NINO", "AB 12 34 56 C"),
        ("NHS 943 476 5919", "UK_NHS", "943 476 5919"),
        ("I live at SW1A 1AA", "UK_POSTCODE", "SW1A 1AA"),
        ("my SIN is 130-692-544", "CA_SIN", "130-692-544"),
        ("TFN 123 456 782", "AU_TFN", "123 456 782"),
        ("Aadhaar 2341 2341 2346", "IN_AADHAAR", "2341 2341 2346"),
        ("PAN ABCPE1234F", "IN_PAN", "ABCPE1234F"),
        ("DNI 12345678Z", "ES_NIF", "12345678Z"),
        ("codice fiscale RCCMNL83S18D969H", "IT_CODICE_FISCALE", "RCCMNL83S18D969H"),
        ("PESEL 44051401359", "PL_PESEL", "44051401359"),
        ("CPF 390.533.447-05", "BR_CPF", "390.533.447-05"),
        ("BSN 111222333", "NL_BSN", "111222333"),
        ("hetu 131052-308T", "FI_HETU", "131052-308T"),
        ("NRIC S1234567D", "SG_NRIC", "S1234567D"),
        ("wallet 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", "CRYPTO", "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ"),
        ("born on 26 April 1960", "DATE_OF_BIRTH", "26 April 1960"),
        ("DOB: 04/26/1960", "DATE_OF_BIRTH", "04/26/1960"),
        (
            "ship to 742 Evergreen Terrace, Springfield, OR 97477",
            "STREET_ADDRESS",
            "742 Evergreen Terrace, Springfield, OR 97477",
        ),
        ("8661 columbia st brockton ma 02301", "STREET_ADDRESS", "8661 columbia st brockton ma 02301"),
        ("PO Box 283", "STREET_ADDRESS", "PO Box 283"),
        ("my username is jdoe_84 and", "USERNAME", "jdoe_84"),
        ("Password: hunter2!", "SECRET", "hunter2"),
        ("my name is raj and my account password is raj 2010", "SECRET", "raj 2010"),
        ("key AKIAIOSFODNN7EXAMPLE leaked", "SECRET", "AKIAIOSFODNN7EXAMPLE"),
        ("PIN is 4711", "SECRET", "4711"),
    ],
)
def test_is_found(text, entity, value):
    assert (entity, value) in [(e, v.rstrip("!")) for e, v in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "order 4815162342",
        "my order number is 4815162342, where is it?",
        "case #2039485761 is still open",
        "ticket 8812345678",
        "please refund order 4815162342 to me",
        "please transfer it to order 4815162342",
        "the refund was booked on 20260314",
        "M 1\nT 8947958083 rows\n",
        "tracking 9400110200881234567890",
        "upgraded to version 1.2.3.4 yesterday",
        "firmware 10.0.14.2 is installed",
        "CVS: lib/Mail Conf.pm,1.91.2.1,1.91.2.2",
        "--- Conf.pm\t21 Aug 2002 16:02:13 -0000\t1.91.2.1",
        "  RELENG_4_6\n    src/lib/libc/net\n      1.60.2.5",
        "revised as 2.60.2.3.2.1 today",
        "CELL PHONE SPAM - Newsline 10/1/2002",
        "Date Published: Aug 02 2002 12:00AM",
        "invoice 2023-0004711 of $1,299.00",
        "it costs $4500.00 or 4500.00 USD",
        "KB3101487 fixed it",
        "at 12:34:56 the ratio was 1:2:3:4",
        "std::cout << MyClass::toString()",
        "my password is not working and I forgot it",
        "I need a password reset",
        "the password field is required",
        "setup.py and main.js are missing",
        "e.g. this one. In the next sentence",
        "I have had this account since 2015",
        "Windows 7, Windows Vista or Windows XP",
        "the total is 1 000 000 of 2 000 000",
        "my email is info@presidio.",
        "page 12 of 340",
        "opening hours 9-17, Monday to Friday",
        "room 415 on floor 4",
        "see section 4.2.1.3",
        "between 2019 - 2023",
        "I paid twice for 2 tickets",
    ],
)
def test_is_left_alone(text):
    assert found(text) == []


def test_a_mistyped_card_is_replaced_but_not_called_a_card():
    assert found("my credit card number is 4012-8888-8888-1882") == [
        ("ACCOUNT_NUMBER", "4012-8888-8888-1882")
    ]


def test_a_card_is_never_also_a_phone():
    assert found("call me, card 4111111111111111") == [("CREDIT_CARD", "4111111111111111")]


@pytest.mark.parametrize("ssn", ["000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000"])
def test_impossible_social_security_numbers_are_none(ssn):
    assert "US_SSN" not in [entity for entity, _ in found(f"number {ssn} given")]


def test_a_suite_before_a_house_number_is_no_social_security_number():
    assert "US_SSN" not in [entity for entity, _ in found("Suite 680 36 4022 Oakridge Lane\nDallas TX 48486")]
    assert ("US_SSN", "536-90-4399") in found("Suite 12, 536-90-4399")


def test_a_label_on_the_next_line_is_not_of_the_number_before():
    text = "it began right after the update to 7227\nMy social security number is [US_SSN_1]."
    assert "US_SSN" not in [entity for entity, _ in found(text)]
    assert ("US_SSN", "7227") in found("7227 is my social security number")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Room 273 512 272 373", "273 512 272 373"),  # which of the outer groups is the room, nothing tells
        ("63302 912 966 864 8939", "912 966 864 8939"),
        ("Order 4711 020 7946 0958", "020 7946 0958"),
    ],
)
def test_a_number_that_may_begin_at_two_groups_goes_with_both(text, number):
    detector = PatternDetector(PiiConfig(regions=("US", "GB", "PL", "PT")))
    findings = detector.detect(TextBatch.of([text]))
    assert number in [text[f.start : f.end] for f in findings if f.entity == "PHONE"]


def test_four_groups_between_dots_are_no_number_of_a_plan():
    detector = PatternDetector(PiiConfig(regions=("PL", "PT", "ES")))
    assert detector.detect(TextBatch.of(["id 256.256.256.256"])) == []
