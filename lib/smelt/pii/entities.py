"""The built-in entities and their severities.

``severe`` identifies or harms a person by itself (a personal number, contact data, a secret); ``high`` identifies
together with little else; ``medium`` and ``low`` refer to a device, place or page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Severity = Literal["low", "medium", "high", "severe"]

_SEVERE = """
    EMAIL PHONE CREDIT_CARD IBAN US_BANK_ACCOUNT ACCOUNT_NUMBER CRYPTO SECRET
    US_SSN US_ITIN US_PASSPORT US_DRIVER_LICENSE US_MBI UK_NINO UK_NHS UK_PASSPORT CA_SIN
    AR_CUIT AT_SVNR AU_MEDICARE AU_TFN BE_NN BG_EGN BR_CPF CH_AHV CL_RUT CN_RIC CO_NIT CZ_RC
    DE_PASSPORT DE_TAX_ID DK_CPR EE_IK ES_NIE ES_NIF FI_HETU FR_NIR GR_AMKA HK_ID HR_OIB ID_NIK ID_TW IE_PPS
    IL_ID IN_AADHAAR IN_PAN IN_PASSPORT IN_VOTER IT_CODICE_FISCALE IT_IDENTITY_CARD IT_PASSPORT JP_MY_NUMBER
    KR_RRN LV_PK MX_CURP MX_RFC MY_NRIC NL_BSN NO_FODSELSNUMMER NZ_IRD PL_PESEL PT_CC PT_NIF RO_CNP
    SE_PERSONNUMMER SG_NRIC TH_TNIN TR_TCKN ZA_ID MEDICAL_LICENSE
"""
_HIGH = "PERSON STREET_ADDRESS DATE_OF_BIRTH USERNAME LOGIN HANDLE PATH_USER POLICY"
_MEDIUM = "SERIAL IMEI VIN LICENCE_KEY IP MAC UK_POSTCODE US_ABA US_NPI AU_ABN AU_ACN BR_CNPJ IT_VAT_CODE"
_LOW = "URL DATE_TIME ORDER CASE"

SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(_SEVERE.split(), "severe"),
    **dict.fromkeys(_HIGH.split(), "high"),
    **dict.fromkeys(_MEDIUM.split(), "medium"),
    **dict.fromkeys(_LOW.split(), "low"),
}
"""Built-in entity -> default severity."""

OFF = frozenset({"DATE_TIME", "ORDER", "CASE"})
"""Entities that are off by default, since they do not identify a person by themselves."""
