"""``smelt score``: the quality of question/answer pairs in JSON lines, without Spark."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, ConfigLayers, in_a_pipe, open_input, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("score")(score)


@with_layers
def score(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="JSON lines with question and answer; - is standard input."),
    ] = "-",
    json_lines: Annotated[
        bool,
        typer.Option(
            "--json", help='One {"scores", "composite", "rejections", ...} per line, in the same order.'
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Every rule with its score, its pass mark and its evidence."),
    ] = False,
    layers: ConfigLayers = DEFAULTS,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when a line was bad.")] = False,
) -> None:
    """Score question/answer pairs and name the rules that they break.

    The file is its own corpus: from 50 pairs on, rare words and usual answers are learned from it; from 10 on, pairs
    are compared with each other; fewer are judged by English alone. The last lines say which. A line that is no pair
    gives {"error": ..., "line": N}, which never quotes it. No rejections: the pair is accepted.
    """
    from smelt.quality.files import score_lines

    with in_a_pipe():
        quality = layers.config().quality
        with open_input(file) as source:
            answers = score_lines(source, quality, explain=explain)
            bad = _write_json(answers) if json_lines else _write_text(answers)
            sys.stdout.buffer.flush()
    if bad:
        typer.echo(f"{bad} lines were no pairs; their answers say why", err=True)
        if strict:
            raise typer.Exit(1)


def _write_json(answers: Iterable[dict[str, Any]]) -> int:
    import orjson

    bad = 0
    for answer in answers:
        bad += "error" in answer
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
    return bad


def _write_text(answers: Iterable[dict[str, Any]]) -> int:
    """One line per pair: number, composite, reasons; with --explain also the rules that lowered a score."""
    from smelt.quality.corpus.model import COMPARISONS

    bad = accepted = total = 0
    compared_with: dict[str, None] = {}
    lowest: dict[str, int] = {}
    for number, answer in enumerate(answers, 1):
        if "error" in answer:
            bad += 1
            print(f"{number:>6}  error  {answer['error']}")
            continue
        total += 1
        compared_with[answer["compared_with"]] = None
        accepted += not answer["rejections"]
        for reason in answer["rejections"]:
            lowest[reason] = lowest.get(reason, 0) + 1
        print(f"{number:>6}  {answer['composite']:.2f}  {', '.join(answer['rejections']) or 'accepted'}")
        for rule in answer.get("rules", ()):
            if rule["score"] < 1:
                inputs = ", ".join(f"{name} {value}" for name, value in rule["inputs"].items())
                verdict = f"{rule['measure']}.{rule['rule']} {rule['score']:.2f} (pass {rule['pass_mark']})"
                print(f"          {verdict}: {inputs}")
    print(f"{accepted} of {total} accepted", file=sys.stderr)
    for comparison in compared_with:
        print(f"compared with {COMPARISONS[comparison]}", file=sys.stderr)
    for reason, count in sorted(lowest.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:>6}  {reason}", file=sys.stderr)
    return bad
