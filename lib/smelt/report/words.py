"""Plain names and number formats for measures."""

from __future__ import annotations

import math

from smelt.dataset_quality.measures import Measure

MEASURES: dict[str, tuple[str, str]] = {
    "composite.composite": ("Overall quality", "Weighted sum of the six measures below."),
    "accuracy.accuracy": ("Accuracy", "Answers supported by articles, by other answers or by the outcome."),
    "accuracy.good_outcome_share": ("Good outcomes", "Conversations called solved, or liked by the customer."),
    "completeness.completeness": ("Completeness", "How much of what an example should carry is there."),
    "completeness.missing_share": ("Missing values", "Values that are not there at all."),
    "completeness.empty_share": ("Empty fields", "Text that is blank or a placeholder."),
    "completeness.incomplete_share": ("Incomplete examples", "Examples that lack at least one field."),
    "consistency.consistency": ("Consistency", "One voice: answers, labels, formats and words agree."),
    "consistency.contradiction_share": (
        "Contradicting answers", "Questions asked more than once whose answers have next to nothing in common.",
    ),
    "consistency.label_noise": ("Doubtful labels", "Examples whose nearest neighbours agree on another category."),
    "consistency.format_consistency": ("One format", "Dates, times and units written in the most usual way."),
    "consistency.terminology_consistency": ("One term", "Terms in their most usual spelling."),
    "relevance.relevance": ("Relevance", "How much the answer is about the question."),
    "coverage.coverage": ("Coverage", "What the release speaks about, of what it should."),
    "coverage.category_coverage": ("Categories covered", "Categories with enough examples."),
    "coverage.intent_coverage": ("Intents covered", "Intents with enough examples."),
    "coverage.topic_coverage": ("Topics covered", "Knowledge-base articles that an example is close to."),
    "bias.bias_score": ("Fairness", "1 is none of the four kinds of bias; groups, months, choice, one loud answer."),
    "bias.selection_rate_ratio": ("Acceptance ratio", "Lowest over highest; under 0.8 a group is at a disadvantage."),
    "bias.temporal_shift": ("Shift over months", "Share that would have to move to match the months of the intake."),
    "bias.selection_shift": ("Shift by curation", "Share that would have to move to match the intake."),
    "bias.top_answer_share": ("Dominant answers", "Examples that carry the most frequent answer of their category."),
    "bias.positive_share": ("Positive answers", "Of the answers with a tone."),
    "bias.sentiment_skew": ("Shift of sentiment", "How far curation moved the share of positive answers."),
    "diversity.diversity": ("Diversity", "How many different things are said."),
    "diversity.distinct_1": ("Distinct words", "Of the first words of the sample."),
    "diversity.distinct_2": ("Distinct word pairs", "Of the first words of the sample."),
    "diversity.distinct_3": ("Distinct word triples", "Of the first words of the sample."),
    "diversity.self_similarity": ("Self-similarity", "Mean likeness of two random examples."),
    "diversity.cluster_entropy": ("Evenness over topics", "1 when every topic has the same weight."),
    "diversity.category_entropy": ("Evenness over categories", "1 when every category has the same weight."),
    "diversity.topics": ("Topics in the sample", "Groups of questions about one thing."),
    "intrinsic.size": ("Examples", "Examples in the release."),
    "intrinsic.balance": ("Balance", "1 when every task has the same number of examples."),
    "intrinsic.question_tokens": ("Tokens a question", "Mean, estimated."),
    "intrinsic.answer_tokens": ("Tokens an answer", "Mean, estimated."),
    "intrinsic.context_turns": ("Turns of context", "Mean number of turns before the question."),
    "intrinsic.multi_turn_share": ("With context", "Examples with turns before the question."),
    "intrinsic.answer_sentences": ("Sentences an answer", "Mean."),
    "scores.composite": ("Whole example", "Weighted mean of the scores of an example, drawn down by the weakest."),
    "scores.question_length": ("Length of the question", ""),
    "scores.question_clarity": ("Clarity of the question", "Asks for something, says what, stands on its own."),
    "scores.question_specificity": ("Specificity of the question", "Rare words, products, numbers, error codes."),
    "scores.question_grammar": ("Grammar of the question", ""),
    "scores.answer_length": ("Length of the answer", ""),
    "scores.answer_accuracy": ("Accuracy of the answer", "Supported by articles, other answers or the outcome."),
    "scores.answer_completeness": ("Completeness of the answer", "Not cut off, no promise in its place."),
    "scores.answer_grammar": ("Grammar of the answer", ""),
    "scores.answer_tone": ("Tone of the answer", "No profanity, slang, shouting or blame."),
    "scores.language": ("Language", "Question and answer are in an accepted language."),
    "scores.relevance": ("Relevance", "How much the answer is about the question."),
    "scores.completeness": ("All parts answered", "Whether every part of the question is answered."),
    "scores.text_quality": ("Text quality", "Repetition, symbols, boilerplate."),
}  # fmt: skip
"""family.measure -> (name, meaning)."""

VERDICTS = {"pass": "Passed", "warn": "Warning", "fail": "Failed", "info": "No gate"}


def readable(name: str) -> str:
    """``answer_too_short`` as "Answer too short", ``contaminated:arc`` as "Contaminated: arc".

    Text with spaces or capitals is unchanged.
    """
    if name.islower() and " " not in name:
        words = name.replace("_", " ").replace(".", ": ").replace(":", ": ").replace(":  ", ": ")
        return words[:1].upper() + words[1:]
    return name


def name_of(measure: Measure) -> str:
    """The plain name of a measure, with its segment."""
    known = MEASURES.get(f"{measure.family}.{measure.measure}")
    name = known[0] if known else readable(measure.measure)
    if measure.dimension == "all":
        return name
    if measure.dimension in ("demographic", "dimension", "distribution"):
        return f"{name}: {readable(measure.segment).lower()}"
    return f"{name}: {segment(measure.segment)}"


def segment(name: str) -> str:
    """The display name of a segment; "not given" for rows without a value."""
    return "not given" if name == "(none)" else name


def meaning_of(measure: Measure) -> str:
    """One sentence on the meaning of a measure, or empty."""
    known = MEASURES.get(f"{measure.family}.{measure.measure}")
    return known[1] if known else ""


def count(value: float | None) -> str:
    """1,234; a dash for an unknown value."""
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}"


def share(value: float | None) -> str:
    """93.4%; two decimals near 0 and 1, so that 0.04% is not shown as 0.0%."""
    if value is None or math.isnan(value):
        return "–"
    if 0 < value < 0.001 or 0.999 < value < 1:
        return f"{value:.2%}"
    return f"{value:.1%}"


def value_of(measure: Measure, number: float | None = None) -> str:
    """Format a measure's value (or ``number``) by its kind: share, score, mean or count."""
    value = measure.value if number is None else number
    if value is None or math.isnan(value):
        return "not measured"
    if measure.kind == "share":
        return share(value)
    if measure.kind == "count" or f"{measure.family}.{measure.measure}" == "diversity.topics":
        return count(value)
    if measure.kind == "mean":
        return f"{value:,.1f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.1f}"


def interval_of(measure: Measure) -> str:
    """``0.81 to 0.85``; empty if there is no interval or it is a point."""
    if measure.low is None or measure.high is None or measure.low == measure.high:
        return ""
    low, high = value_of(measure, measure.low), value_of(measure, measure.high)
    if low == high and measure.kind in ("score", "statistic"):
        low, high = f"{measure.low:.3f}", f"{measure.high:.3f}"
    return low if low == high else f"{low} to {high}"


def change_of(measure: Measure) -> str:
    """The signed change since the previous release; empty if there is none."""
    if measure.previous is None or math.isnan(measure.value) or math.isnan(measure.previous):
        return ""
    change = measure.value - measure.previous
    if measure.kind == "share":
        return "unchanged" if abs(change) < 0.0005 else f"{signed(100 * change, '.1f')} points"
    if measure.kind == "count":
        return "unchanged" if not change else signed(change, ",.0f")
    return "unchanged" if abs(change) < 0.005 else signed(change, ".2f")


def signed(number: float, form: str) -> str:
    """A number with its sign, with a typographic minus."""
    return f"{'+' if number > 0 else '−'}{abs(number):{form}}"


def p_value(value: float | None) -> str:
    """A p-value in the style of papers: ``.012``, ``< .001``."""
    if value is None:
        return ""
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def plural(number: int, noun: str) -> str:
    """``1 warning``, ``3 warnings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(items: list[str]) -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
