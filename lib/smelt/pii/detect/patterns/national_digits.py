"""National numbers made of digits and marks. Names and forms follow the issuing authorities' own pages."""

from __future__ import annotations

import re

from smelt.pii.detect.patterns.national import NationalNumber as Number

NUMBERS: tuple[Number, ...] = (
    # Americas
    Number("CA_SIN", (9,), r"\d{3}([ -])\d{3}\1\d{3}|\d{9}", "ca.sin", ("sin", "social insurance", "nas", "assurance sociale"),
        alone=0.0, bare=0.6, refused=re.compile(r"0.*|8.*"),
    ),
    Number("US_NPI", (10,), r"[12]\d{3}([ -]?)\d{3}\1\d{3}", "npi", ("npi", "national provider", "provider"), bare=0.57),
    Number("BR_CPF", (11,), r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{9}-\d{2}", "br.cpf", ("cpf",), alone=0.85, bare=0.85),
    Number("BR_CPF", (11,), r"\d{11}", "br.cpf", ("cpf",), bare=0.52),
    Number("BR_CNPJ", (14,), r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{14}", "br.cnpj", ("cnpj",), alone=0.0, bare=0.53),
    Number("AR_CUIT", (11,), r"\d{2}-\d{8}-\d", "ar.cuit", ("cuit", "cuil"), alone=0.7, bare=0.7),
    Number("CL_RUT", (8, 9), r"\d{1,2}\.\d{3}\.\d{3}-\d", "cl.rut", ("rut", "run"), alone=0.75, bare=0.75),
    Number("CO_NIT", (10,), r"\d{3}\.\d{3}\.\d{3}-\d", "co.nit", ("nit",), alone=0.6, bare=0.6),
    # United Kingdom and Europe
    Number("UK_NHS", (10,), r"\d{3}([ -])\d{3}\1\d{4}|\d{10}", "gb.nhs", ("nhs", "national health", "health service"), bare=0.53),
    Number("DE_TAX_ID", (11,), r"\d{2} \d{3} \d{3} \d{3}|\d{11}", "de.idnr",
        ("steuer-id", "steuerid", "idnr", "steueridentifikationsnummer", "steuernummer", "tax id", "steuer id",
         "identifikationsnummer", "tin"),
        bare=0.53,
    ),
    Number("FR_NIR", (15,), r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d{2} ?\d{3} ?\d{3} ?\d{2}", "fr.nir",
        ("nir", "sécurité sociale", "securite sociale", "insee", "numéro de sécu"), alone=0.7, bare=0.8,
    ),
    Number("NL_BSN", (9,), r"\d{9}|\d{4}[. ]\d{2}[. ]\d{3}", "nl.bsn", ("bsn", "burgerservicenummer", "sofinummer"), bare=0.51),
    Number("BE_NN", (11,), r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", "be.nn", ("rijksregister", "registre national"), alone=0.85, bare=0.9),
    Number("BE_NN", (11,), r"\d{11}", "be.nn", ("rijksregisternummer", "rijksregister", "registre national"), bare=0.52),
    Number("PL_PESEL", (11,), r"\d{11}", "pl.pesel", ("pesel",), bare=0.54),
    Number("SE_PERSONNUMMER", (10, 12), r"(?:19|20)?\d{6}[-+]\d{4}", "se.personnummer", ("personnummer", "personal number"), alone=0.7, bare=0.8),
    Number("SE_PERSONNUMMER", (10, 12), r"(?:19|20)?\d{10}", "se.personnummer", ("personnummer", "personal number"), bare=0.51),
    Number("NO_FODSELSNUMMER", (11,), r"\d{6} ?\d{5}", "no.fodselsnummer", ("fødselsnummer", "fodselsnummer", "personnummer", "d-nummer"), bare=0.53),
    Number("DK_CPR", (10,), r"\d{6}-\d{4}|\d{10}", "dk.cpr", ("cpr", "cpr-nummer", "personnummer"), bare=0.51),
    Number("CZ_RC", (9, 10), r"\d{6}/\d{3,4}", "cz.rc", ("rodné číslo", "rodne cislo", "rodné", "birth number"), alone=0.7, bare=0.8),
    Number("RO_CNP", (13,), r"[1-9]\d{12}", "ro.cnp", ("cnp", "cod numeric"), bare=0.54),
    Number("BG_EGN", (10,), r"\d{10}", "bg.egn", ("egn", "егн"), bare=0.0),
    Number("EE_IK", (11,), r"[1-8]\d{10}", "ee.ik", ("isikukood", "asmens kodas", "personal code"), bare=0.52),
    Number("LV_PK", (11,), r"\d{6}-\d{5}", "lv.pvn", ("personas kods",), alone=0.7, bare=0.75),
    Number("HR_OIB", (11,), r"\d{11}", "hr.oib", ("oib",), bare=0.51),
    Number("PT_NIF", (9,), r"\d{3} \d{3} \d{3}|\d{9}", "pt.nif", ("nif", "contribuinte"), bare=0.0),
    Number("IT_VAT_CODE", (11,), r"\d{11}", "it.iva", ("partita iva", "p.iva", "p. iva", "piva"), bare=0.52),
    Number("CH_AHV", (13,), r"756\.\d{4}\.\d{4}\.\d{2}|756\d{10}", "ch.ssn", ("ahv", "avs", "ahv-nummer", "sozialversicherungsnummer"), alone=0.9, bare=0.9),
    Number("AT_SVNR", (10,), r"\d{4} ?\d{6}", "at.vnr", ("svnr", "sozialversicherungsnummer", "versicherungsnummer"), bare=0.0),
    Number("TR_TCKN", (11,), r"[1-9]\d{10}", "tr.tckimlik", ("tc kimlik", "tckn", "kimlik"), bare=0.545),
    Number("GR_AMKA", (11,), r"\d{11}", "gr.amka", ("amka", "αμκα"), bare=0.0),
    # Asia, Pacific, Africa
    Number("AU_TFN", (8, 9), r"\d{3} ?\d{3} ?\d{2,3}", "au.tfn", ("tfn", "tax file"), bare=0.56),
    Number("AU_ABN", (11,), r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "au.abn", ("abn", "australian business"), bare=0.57),
    Number("AU_ACN", (9,), r"\d{3} ?\d{3} ?\d{3}", "au.acn", ("acn", "australian company"), bare=0.54),
    Number("AU_MEDICARE", (10,), r"[2-6]\d{3}([ ]?)\d{5}\1\d", "au_medicare", ("medicare",), bare=0.54),
    Number("IN_AADHAAR", (12,), r"[2-9]\d{3}([ :-]?)\d{4}\1\d{4}", "in_.aadhaar", ("aadhaar", "aadhar", "uidai", "uid", "adhaar"), bare=0.6),
    Number("KR_RRN", (13,), r"\d{6}-[1-8]\d{6}", "kr.rrn", ("rrn", "주민등록번호", "resident registration"), alone=0.8, bare=0.85),
    Number("CN_RIC", (18,), r"[1-6]\d{5}(?:18|19|20)\d{10}", "cn.ric", ("身份证", "resident id", "identity card"), alone=0.8, bare=0.85),
    Number("TH_TNIN", (13,), r"[1-8]-\d{4}-\d{5}-\d{2}-\d|[1-8] \d{4} \d{5} \d{2} \d", "th.pin", ("thai id", "เลขประจำตัวประชาชน"), alone=0.85, bare=0.9),
    Number("TH_TNIN", (13,), r"[1-8]\d{12}", "th.pin", ("thai", "national id", "tnin", "เลขประจำตัวประชาชน"), bare=0.53),
    Number("ID_NIK", (16,), r"\d{16}", "id.nik", ("nik", "ktp"), bare=0.0),
    Number("IL_ID", (9,), r"\d{8}-?\d", "il.idnr", ("teudat zehut", "תעודת זהות", "israeli id", "zehut"), bare=0.0),
    Number("JP_MY_NUMBER", (12,), r"\d{4}[ -]?\d{4}[ -]?\d{4}", "jp.in_", ("my number", "マイナンバー", "個人番号"), bare=0.0),
    Number("MY_NRIC", (12,), r"\d{6}-\d{2}-\d{4}", "my.nric", ("nric", "mykad", "ic number"), alone=0.75, bare=0.8),
    Number("ZA_ID", (13,), r"\d{6} ?\d{4} ?\d{3}", "za.idnr", ("south african id", "sa id", "id number", "rsa id"), bare=0.52),
    Number("NZ_IRD", (8, 9), r"\d{2,3}[- ]\d{3}[- ]\d{3}|\d{8,9}", "nz.ird", ("ird",), bare=0.0),
)  # fmt: skip
