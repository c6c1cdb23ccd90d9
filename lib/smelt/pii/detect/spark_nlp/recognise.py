"""Entities found by Spark NLP, added to a record's known identities.

The annotators run natively over a column of text: sentence detector, tokenizer, entity ruler, CRF. Their results become
known identities of the record (kind ``name``, ``email``, ... or ``entity:LABEL``), which the scrubber then searches in
all of its texts.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.functions import pandas_udf

from smelt.errors import ConfigError
from smelt.pii.config import SparkNlpConfig
from smelt.pii.detect.spark_nlp.runtime import require

if TYPE_CHECKING:
    from pyspark.ml import PipelineModel

KINDS = {
    "PERSON": "name",
    "PER": "name",
    "EMAIL": "email",
    "PHONE": "phone",
    "USERNAME": "username",
    "STREET_ADDRESS": "address",
}
FEATURES = 8
"""Per token: given name, family name, English word, frequent word, place, capital, all capitals, any digit."""

_ANNOTATION = "'begin', t.begin, 'end', t.end"
_NO_VECTOR = "'embeddings', cast(array() as array<float>)"
_SHAPE = (
    "regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace("
    "t.result, '\\\\p{Lu}', 'X'), '\\\\p{Ll}', 'x'), '\\\\p{Nd}', 'd'), 'x+', 'x'), 'X{2,}', 'XX')"
)


def tokenised(frame: DataFrame, text: str) -> DataFrame:
    """``frame`` with ``document``, ``sentence`` and ``token`` of its column ``text``."""
    from pyspark.ml import Pipeline
    from sparknlp.annotator import SentenceDetector, Tokenizer
    from sparknlp.base import DocumentAssembler

    stages = [
        DocumentAssembler().setInputCol(text).setOutputCol("document"),
        SentenceDetector().setInputCols(["document"]).setOutputCol("sentence"),
        Tokenizer().setInputCols(["sentence"]).setOutputCol("token"),
    ]
    empty = frame.sparkSession.createDataFrame([("",)], f"`{text}` string")
    model: PipelineModel = Pipeline(stages=stages).fit(empty)
    return model.transform(frame)


def featured(frame: DataFrame) -> DataFrame:
    """``frame`` (with ``token``) with ``pos``, the shape of each token, and ``features``, from the lexicon.

    These replace the part of speech and the word vector that the CRF needs, so that no model is downloaded.
    """
    shapes = F.expr(
        f"transform(token, t -> named_struct('annotatorType', 'pos', {_ANNOTATION}, 'result', {_SHAPE},"
        f" 'metadata', t.metadata, {_NO_VECTOR}))"
    )
    vectors = F.expr(
        f"transform(token, (t, i) -> named_struct('annotatorType', 'word_embeddings', {_ANNOTATION},"
        f" 'result', t.result,"
        " 'metadata', map_concat(t.metadata, map('token', t.result, 'pieceId', '-1', 'isWordStart',"
        " 'true', 'isOOV', 'false')),"
        f" 'embeddings', slice(lexicon_features, i * {FEATURES} + 1, {FEATURES})))"
    )
    names = [name for name in frame.columns if name not in ("pos", "features")]
    return _with_lexicon(frame).select(
        *names,
        shapes.alias("pos", metadata={"annotatorType": "pos"}),
        vectors.alias(
            "features",
            metadata={"annotatorType": "word_embeddings", "ref": "smelt-lexicon", "dimension": FEATURES},
        ),
    )


def _with_lexicon(frame: DataFrame) -> DataFrame:
    @pandas_udf("array<float>")  # type: ignore[call-overload, untyped-decorator, unused-ignore]
    def vectors(tokens):  # type: ignore[no-untyped-def]  # pandas Series in and out
        return tokens.map(lambda words: [value for word in words for value in lexical(word)])

    return frame.withColumn("lexicon_features", vectors(F.col("token.result")))


def lexical(word: str) -> tuple[float, ...]:
    """The FEATURES lexical features of one token."""
    from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, fold, load

    lexicon = load()
    folded = fold(word)
    flags = lexicon.flags(word)
    facts = (
        flags & GIVEN,
        flags & FAMILY,
        flags & WORD or folded in lexicon.words,
        folded in lexicon.frequent,
        folded in lexicon.places,
        word[:1].isupper(),
        len(word) > 1 and word.isupper(),
        any(c.isdigit() for c in word),
    )
    return tuple(float(bool(fact)) for fact in facts)


def ruled(frame: DataFrame, rules: str) -> DataFrame:
    """``frame`` (with ``document``, ``token``) with ``ruled``, array<struct<label,value>>, of a rules file.

    ``rules`` is an entity ruler's JSONL: ``{"label", "patterns": [...], "regex": bool}``. Patterns of one
    token go to the entity ruler, as regexes, because its search for plain words fails on characters outside its
    alphabet, such as emoji. Patterns with a space go to a regex matcher, since the ruler matches regexes against single
    tokens.
    """
    from sparknlp.annotator import EntityRulerApproach, RegexMatcher

    tokens, phrases = split_rules(Path(rules).read_text("utf-8"), rules)
    found: list[Column] = []
    with tempfile.TemporaryDirectory() as folder:
        if tokens:
            file = Path(folder) / "tokens.jsonl"
            file.write_text("".join(f"{json.dumps(rule)}\n" for rule in tokens), "utf-8")
            ruler = EntityRulerApproach().setInputCols(["document", "token"]).setOutputCol("ruled_tokens")
            ruler = ruler.setPatternsResource(str(file), "TEXT", {"format": "JSONL"})
            frame = ruler.fit(frame).transform(frame)
            found.append(_labelled("ruled_tokens", "entity"))
        if phrases:
            file = Path(folder) / "phrases.txt"
            file.write_text("".join(f"{pattern}\t{label}\n" for pattern, label in phrases), "utf-8")
            matcher = (
                RegexMatcher()
                .setInputCols(["document"])
                .setOutputCol("ruled_phrases")
                .setStrategy("MATCH_ALL")
            )
            frame = matcher.setExternalRules(str(file), "\t").fit(frame).transform(frame)
            found.append(_labelled("ruled_phrases", "identifier"))
    return frame.withColumn("ruled", F.concat(*found))


def _labelled(chunks: str, key: str) -> Column:
    return F.expr(f"transform({chunks}, c -> struct(c.metadata['{key}'] as label, c.result as value))")


def split_rules(rules: str, path: str) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    """Split rules into those of single tokens (label, patterns as regexes) and (regex, label) of the others.

    Raises ConfigError naming all bad lines.
    """
    tokens: list[dict[str, object]] = []
    phrases: list[tuple[str, str]] = []
    problems: list[str] = []
    for number, line in enumerate(rules.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rule = json.loads(line)
            label, patterns = str(rule["label"]), [str(pattern) for pattern in rule["patterns"]]
            if not rule.get("regex"):
                patterns = [rf"\b{re.escape(pattern)}\b" for pattern in patterns]
            phrases += [(pattern, label) for pattern in patterns if " " in pattern]
            single = [pattern for pattern in patterns if " " not in pattern]
            if single:
                tokens.append(
                    {"id": str(rule.get("id", number)), "label": label, "patterns": single, "regex": True}
                )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(
                f"line {number}: {type(error).__name__}, expected {{label, patterns: [...], regex}}"
            )
    if not (tokens or phrases or problems):
        problems.append("no rule")
    if problems:
        raise ConfigError(f"{path} is no entity ruler's JSONL", problems)
    return tokens, phrases


def named(frame: DataFrame, model: str) -> DataFrame:
    """``frame`` (with ``sentence`` and ``token``) with the chunks ``named`` of a trained CRF at the path ``model``."""
    from sparknlp.annotator import NerConverter, NerCrfModel

    tagged = NerCrfModel.load(model).transform(featured(frame))
    return NerConverter().setInputCols(["sentence", "token", "ner"]).setOutputCol("named").transform(tagged)  # type: ignore[no-any-return]


def recognised(frame: DataFrame, text: str, config: SparkNlpConfig) -> DataFrame:
    """``frame`` with ``recognised``, array<struct<kind,value>>: what the rules and the model find in column ``text``.

    Raises EnvironmentProblem if Spark NLP cannot run in this session.
    """
    require(frame.sparkSession)
    names = frame.columns
    found = tokenised(frame.withColumn("nlp_text", F.coalesce(F.col(text), F.lit(""))), "nlp_text")
    chunks: list[Column] = []
    if config.rules:
        found = ruled(found, config.rules)
        chunks.append(F.col("ruled"))
    if config.model:
        found = named(found, config.model)
        chunks.append(_labelled("named", "entity"))
    kinds = F.create_map(*[F.lit(part) for pair in KINDS.items() for part in pair])
    identities = [
        F.transform(
            chunk,
            lambda c: F.struct(
                F.coalesce(kinds[c["label"]], F.concat(F.lit("entity:"), c["label"])).alias("kind"),
                c["value"].alias("value"),
            ),
        )
        for chunk in chunks
    ]
    empty = F.expr("cast(array() as array<struct<kind:string,value:string>>)")
    return found.select(*names, F.array_distinct(F.concat(empty, *identities)).alias("recognised"))


def with_recognised(bronze: DataFrame, config: SparkNlpConfig) -> DataFrame:
    """Add the entities that Spark NLP finds in the texts of bronze records to ``known``; unchanged if it is
    disabled."""
    if not config.enabled or not (config.rules or config.model):
        return bronze
    names = bronze.columns
    texts = F.concat_ws(
        "\n", "title", "subject", "body", F.array_join(F.col("turns.text"), "\n"), "resolution"
    )
    found = recognised(bronze.withColumn("nlp_all", texts), "nlp_all", config)
    empty = F.expr("cast(array() as array<struct<kind:string,value:string>>)")
    known = F.concat(F.coalesce(F.col("known"), empty), F.col("recognised"))
    return found.withColumn("known", known).select(*names)
