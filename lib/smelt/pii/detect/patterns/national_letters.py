"""National numbers with letters in them."""

from __future__ import annotations

import re

from smelt.pii.detect.patterns.national import NationalNumber as Number

_MBI = "[ac-hj-km-np-rt-y]"
"""The letters of a Medicare number: all but S, L, O, I, B and Z (CMS, "Understanding the MBI")."""

NUMBERS: tuple[Number, ...] = (
    # United Kingdom
    Number("UK_NINO", (), r"(?!bg|gb|nk|kn|nt|tn|zz)[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z] ?\d{2} ?\d{2} ?\d{2}"
        r" ?[a-d]", "",
        ("nino", "national insurance", "ni number", "insurance number"), alone=0.8, bare=0.8,
    ),
    Number("UK_PASSPORT", (), r"[a-z]{2}\d{7}", "", ("uk passport", "british passport"), bare=0.0),
    # Europe
    Number("ES_NIF", (), r"\d{8}[ -]?[a-z]", "es.dni", ("nif", "dni", "documento nacional"), alone=0.75,
        bare=0.8),
    Number("ES_NIE", (), r"[xyz][ -]?\d{7}[ -]?[a-z]", "es.nie", ("nie",
        "número de identificación de extranjero"), alone=0.8, bare=0.8),
    Number("IT_CODICE_FISCALE", (),
        r"[a-z]{6}[0-9lmnpqrstuv]{2}[abcdehlmprst][0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{3}[a-z]",
        "it.codicefiscale", ("codice fiscale", "fiscal code"), alone=0.92, bare=0.92,
    ),
    Number("FI_HETU", (), r"\d{6}[-+a-fu-y]\d{3}[0-9a-fhj-npr-y]", "fi.hetu", ("hetu", "henkilötunnus",
        "personal identity code"), alone=0.85, bare=0.88),
    Number("FR_NIR", (), r"[12] ?\d{2} ?\d{2} ?2[ab] ?\d{3} ?\d{3} ?\d{2}", "fr.nir", ("sécurité sociale",
        "nir"), alone=0.8, bare=0.85),
    Number("IE_PPS", (), r"\d{7}[a-w][abhw]?", "ie.pps", ("pps", "ppsn", "personal public service"),
        alone=0.6, bare=0.7),
    Number("PT_CC", (), r"\d{8} ?\d ?[a-z0-9]{2}\d", "pt.cc", ("cartão de cidadão", "cartao de cidadao"),
        bare=0.0),
    Number("DE_PASSPORT", (), r"[cfghjk][0-9cfghjklmnprtvwxyz]{8}\d?", "", ("reisepass", "ausweisnummer",
        "personalausweis", "passnummer"), bare=0.0),
    Number("IT_PASSPORT", (), r"[a-z]{2}\d{7}", "", ("passaporto", "italian passport"), bare=0.0),
    Number("IT_IDENTITY_CARD", (), r"[a-z]{2}\d{5}[a-z]{2}|[a-z]{2}\d{7}", "", ("carta d'identità",
        "identity card", "cie", "carta identita"), bare=0.0),
    # Americas
    Number("US_MBI", (), rf"[1-9]{_MBI}[0-9{_MBI[1:]}\d-?{_MBI}[0-9{_MBI[1:]}\d-?{_MBI}{{2}}\d{{2}}", "",
           ("mbi", "medicare"), alone=0.7, bare=0.75),
    Number("MEDICAL_LICENSE", (), r"[abcdeghjklmnprstux][a-z9]\d{7}", "dea", ("dea", "medical license",
        "medical licence"), bare=0.55, alone=0.52, refused=re.compile(r"kb.*", re.IGNORECASE)),
    Number("MX_CURP", (), r"[a-z][aeioux][a-z]{2}\d{6}[hm][a-z]{2}[b-df-hj-np-tv-z]{3}[0-9a-z]\d", "mx.curp",
        ("curp",), alone=0.9, bare=0.9),
    Number("MX_RFC", (), r"[a-zñ&]{3,4}-?\d{6}-?[a-z0-9]{3}", "mx.rfc", ("rfc",), bare=0.55),
    Number("CL_RUT", (), r"\d{1,2}(?:\.\d{3}\.\d{3}|\d{6})-k", "cl.rut", ("rut", "run"), alone=0.75,
        bare=0.8),
    # Asia
    Number("IN_PAN", (), r"[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]", "in_.pan", ("pan", "permanent account"),
        alone=0.8, bare=0.8),
    Number("IN_VOTER", (), r"[a-z]{3}\d{7}", "in_.epic", ("voter", "epic", "elector"), bare=0.58),
    Number("IN_PASSPORT", (), r"[a-z][1-9]\d{5}[1-9]", "", ("indian passport",), bare=0.0),
    Number("SG_NRIC", (), r"[stfgm]\d{7}[a-z]", "sg_nric", ("nric", "fin"), alone=0.7, bare=0.8),
    Number("HK_ID", (), r"[a-z]{1,2}\d{6}\([0-9a]\)", "hk_id", ("hkid", "hong kong id"), alone=0.75,
        bare=0.8),
    Number("CN_RIC", (), r"[1-6]\d{5}(?:18|19|20)\d{9}x", "cn.ric", ("身份证", "resident id"), alone=0.85,
        bare=0.9),
    Number("ID_TW", (), r"[a-z][12]\d{8}", "", ("taiwan id", "身分證"), bare=0.0),
)  # fmt: skip
