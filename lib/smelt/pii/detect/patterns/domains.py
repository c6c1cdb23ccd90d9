"""Domain names: top-level domains accepted without a scheme, and mail providers."""

from __future__ import annotations

from pathlib import PurePosixPath

from smelt.pii.detect.patterns.matching.words import words

COMMON_TLDS = frozenset(
    words(
        "com net org edu gov mil int info biz io ai app dev co me tv name pro online site shop store tech xyz"
        " club cloud blog live email agency group company solutions services support systems digital media"
        " news world life today link page space website host us uk ca au nz ie in de fr it es pt nl be lu ch"
        " at dk se no fi is pl cz sk hu ro bg gr tr ru ua by lt lv ee si hr rs ba me mk al md mt cy il ae sa"
        " qa kw eg ma tn za ng ke gh br ar mx cl pe uy ve ec bo py cr pa do pr jp cn hk tw kr sg my th vn ph"
        " id pk bd lk np ir iq jo lb eu su tk ws fm gg im je li mc sm va"
    )
)
"""Generic and country domains common in mail (IANA root zone); others need a scheme or '@'."""

FILE_LIKE_TLDS = frozenset(
    words("me in is it no so to at be do by my as am us id py sh md rs pl cc ps zip mov app")
)
"""Top-level domains that are also words or file names: ``setup.py``, ``read.me``, ``ok.so``."""

SPOKEN_TLDS = ("com", "net", "org", "edu", "gov", "couk", "coin", "comau", "de", "fr", "ca")
"""Endings of domains in speech recognition that drops the dots."""

PROVIDERS = words(
    "gmail googlemail hotmail outlook live msn yahoo yahoomail ymail rocketmail aol icloud me mac"
    " protonmail proton gmx web zoho zohomail mail email inbox fastmail tutanota yandex rediff rediffmail"
    " reddiffmail rediffmai redif comcast verizon sbcglobal att bellsouth cox charter earthlink juno"
    " btinternet virginmedia sky talktalk orange wanadoo free laposte tonline libero tiscali naver daum qq"
    " hushmail mailinator ntlworld optonline frontier windstream roadrunner shaw rogers sympatico bigpond"
    " optusnet gamil gmial gmai gmil gmaill gmal gnail gamail gmali hotmal hotmial yaho outlok"
)
"""Mail providers, with misrecognised and mistyped forms."""


def is_file_name(name: str) -> bool:
    """Whether a dotted word is a file name rather than a host, by its ending."""
    return PurePosixPath(name.lower()).suffix in {
        ".py", ".js", ".ts", ".sh", ".md", ".rs", ".pl", ".txt", ".log", ".zip", ".exe", ".dll", ".json",
        ".xml",
        ".html", ".htm", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".csv", ".png", ".jpg", ".gif", ".cfg",
        ".ini",
        ".cab", ".msi", ".sys", ".bat", ".ps", ".so", ".cs", ".aspx", ".php", ".asp", ".config", ".mov",
    }  # fmt: skip
