"""The ``cleaning`` and ``examples`` sections of the configuration."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, field_validator, model_validator

from smelt.regexes import problems_of

_NUMBER = r"[:_A-Z0-9./-]*\d[:_A-Z0-9./-]*"
_NAMED = r"(?:ref(?:erence)?|ticket|case|request|incident|issue|conversation|vorgang|anfrage|dossier|zaak)"
TRACKING_IDS = (
    # Salesforce: ref:_00D..._500...:ref and thread::...:: ; Help Scout: {#HS:123-45#} ; Zendesk: a code in brackets
    r"(?i)\bref:[_!.A-Z0-9]{6,}:ref\b",
    r"(?i)\bthread::[\w+/=-]{6,}::",
    r"\{#[A-Z]{2}:[\d-]+#\}",
    r"(?m)^[ \t]*\[[A-Z0-9]{5,7}-[A-Z0-9]{4,6}\][ \t]*$",
    # in brackets: [Ticket #4521], (Case: 4F-221), [#INC-12], [JIRA] (PROJ-123)
    rf"(?i)\B\[\s*(?:{_NAMED}\s?(?:id|no\.?|nr\.?|number)?\s?[:#]{{0,2}}\s?|#\s?|[:#]+){_NUMBER}\s*\]",
    rf"(?i)\(\s*{_NAMED}\s?(?:id|no\.?|nr\.?|number)?\s?[:#]{{1,2}}\s?{_NUMBER}\s*\)",
    # [example.com #4521] of Request Tracker, [GLPI #0004521], [Shop - Bug #12] of Redmine; ##RE-4521## of ManageEngine;
    # [SR#12-3456]; CRM:0012345 of Dynamics 365; Ref:MSG0012345 of ServiceNow
    r"\B\[[A-Za-z][^\[\]#\n]{0,40}#\d{2,}\]",
    r"\[?##[A-Z]{0,4}-?\d{2,}##\]?",
    r"(?i)\B\[SR\s?#?\s?[\d-]{3,}\]",
    r"\bCRM:\d{5,}\b",
    r"\bRef:(?:MSG|TIS)\d{5,}\w*",
    r"\[JIRA\](?:\s*\([A-Z][A-Z0-9]+-\d+\))?",
    # on a line of its own, or at the beginning or end of a subject line: Ticket #4521 - Scanner jams
    rf"(?im)^[ \t]*{_NAMED}\s?(?:id|no\.?|nr\.?|number)?\s?[:#]{{1,2}}\s?{_NUMBER}[ \t]*(?:$|[-–|:][ \t]+)",
    rf"(?im)[ \t][-–|][ \t]+{_NAMED}\s?(?:id|no\.?|nr\.?|number)?\s?[:#]{{1,2}}\s?{_NUMBER}[ \t]*$",
    # the line above which replies are to be written
    r"(?im)^.*##-.{3,160}-##.*$",
    r"(?im)^[\s>—–-]*(?:please )?(?:type your )?reply above this line[.\s—–-]*$",
)
"""Ids that help desks add to mails to recognise the ticket. A number within a sentence is part of the text and kept."""


class CleaningConfig(BaseModel, frozen=True, extra="forbid"):
    """Which artifacts are removed from questions, answers and context, and which terms are unified.

    ``terminology`` maps a wrong or old term to the preferred one; whole words, case-insensitive. ``tracking_ids`` are
    regular expressions (Rust syntax) of ticket numbers and similar ids that support systems add to texts.
    """

    quoted_replies: bool = True
    signatures: bool = True
    tracking_ids: tuple[str, ...] = TRACKING_IDS
    lines: tuple[str, ...] = Field(
        default=(
            r"(?i)^\s*sent from my \w+.*$",
            r"(?i)^\s*get outlook for \w+.*$",
            # the same notice in other languages, and what mail servers put above mail from elsewhere
            r"(?i)^\s*(?:confidentiality notice|vertraulichkeitshinweis|avis de confidentialité|"
            r"aviso de confidencialidad)\b.*$",
            r"(?i)^\s*(?:(?:diese|der inhalt dieser|dieses) (?:e-?mail|nachricht|mail)|ce (?:message|courriel|mail)|"
            r"cet e-?mail|este (?:mensaje|correo)|esta (?:mensagem|comunicación)|quest[oa] (?:messaggio|e-?mail)|"
            r"dit bericht|deze e-?mail|detta (?:meddelande|mejl)|denne (?:besked|e-?mail|melding)|"
            r"ta wiadomość)\b.{0,90}(?:vertraulich|confiden[tc]i|riservat|vertrouwelijk|konfidenti|fortrolig|poufn).*$",
            r"(?i)^\s*(?:\[?external\]?\W*)?(?:caution|warning|attention|achtung|vorsicht|notice|external e-?mail)"
            r"\s*[:!-]\s*(?:this|diese|the) (?:e-?mail|message|nachricht|mail|sender) .{0,60}(?:outside|extern).*$",
            r"(?i)^\s*(?:you don['’]t often get e-?mail from|sie erhalten nicht (?:häufig|oft) e-?mails von)\b.*$",
            # devices and programs in other languages; a device or program must be named
            r"(?i)^\s*(?:sent|gesendet|enviad[oa]|envoyé|inviat[oa]|verstuurd|verzonden|skickat|sendt|wysłan\w+|lähetetty|"
            r"odesláno|odoslané|отправлено)\s+(?:(?:from|via|with|using|von|mit|de|desde|depuis|da|dal|do|vanaf|met|från|fra|"
            r"z|ze|с|из)\s.{0,40})?(?:iphone|ipad|android|samsung|galaxy|huawei|pixel|smartphone|blackberry|"
            r"outlook|gmail|(?:yahoo|proton|k-9|gmx|web\.de|aqua|blue)\s?mail|mail for windows|gmx|web\.de|"
            r"mobile device|mobiltelefon|handy|mobil\w*).{0,40}$",
            r"(?i)^\s*(?:von|diese nachricht wurde von) meinem .{0,40}(?:gesendet|gesandt)\W*$",
            r"(?i)^\s*(?:outlook für \w+ (?:beziehen|herunterladen)|(?:obtenir|télécharger) outlook pour|"
            r"obtener outlook para|"
            r"scarica outlook per|obter o? ?outlook para|download outlook voor|hämta outlook för|hent outlook til|"
            r"pobierz outlook dla)\b.{0,40}$",
            r"(?i)^\s*iphone(?:['’]?umdan gönderildi|から送信)\W*$",
            r"^\s*(?:发自我的|從我的|发自)\s?\S{2,20}\s*$",
            r"(?i)^\s*this (?:e-?mail|message)(?: and any attachments?)? (?:is|are|may be|contains?) (?:strictly )?"
            r"(?:confidential|intended|privileged).*$",
        ),
        description="lines to remove wherever they stand",
    )
    terminology: dict[str, str] = Field(default_factory=dict)

    @field_validator("tracking_ids", "lines")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        problems = problems_of(patterns)
        if problems:
            raise ValueError("; ".join(problems))
        return patterns

    @model_validator(mode="after")
    def _terms_lead_somewhere(self) -> Self:
        lowered = {term.casefold(): wanted for term, wanted in self.terminology.items()}
        chained = sorted(term for term, wanted in lowered.items() if wanted.casefold() in lowered)
        if chained:
            raise ValueError(
                f"terminology: the target of {', '.join(chained)} is itself mapped; name the final term"
            )
        if any(not term.strip() for term in lowered):
            raise ValueError("terminology: an empty term")
        return self


class ExamplesConfig(BaseModel, frozen=True, extra="forbid"):
    """How pairs are made.

    The last ``max_context_turns`` turns before a pair, up to ``max_context_characters``, are its context. Consecutive
    turns of one side form one utterance. ``article_question`` is the template of an article's question.
    """

    max_context_turns: int = Field(default=6, ge=0)
    max_context_characters: int = Field(default=4_000, ge=0)
    max_pairs_a_conversation: int = Field(default=200, ge=1)
    article_question: str = "{title}: {heading}"
