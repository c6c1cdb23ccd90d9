from __future__ import annotations

import json

from typer.testing import CliRunner

from smelt.cli.app import app
from smelt.quality.config import QualityConfig
from smelt.quality.files import score_lines

GOOD = b'{"id": 7, "question": "How do I reset my password?", "answer": "Open the settings and choose reset password."}'
RUDE = (
    b'{"question": "How do I reset my password?", "answer": "Are you stupid? Open the settings, you idiot."}'
)


def test_answers_come_in_the_order_of_the_lines_and_bad_lines_say_why():
    lines = [GOOD, b"no json", b"", b"[1, 2]", b'{"question": "a"}', b'{"question": 1, "answer": null}', RUDE]
    answers = list(score_lines(lines, QualityConfig()))
    assert [answer.get("line") for answer in answers] == [None, 2, 4, 5, 6, None]
    assert answers[0]["id"] == 7
    assert answers[0]["rejections"] == []
    assert answers[-1]["rejections"] == ["answer_insulting"]
    assert answers[3]["error"] == "needs a string in: answer"
    assert not any("stupid" in json.dumps(answer) for answer in answers)


def test_the_command_reads_a_file_and_a_pipe(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(GOOD + b"\n" + RUDE + b"\n")
    run = CliRunner().invoke(app, ["score", "--json", str(file)])
    piped = CliRunner().invoke(app, ["score", "--json", "-"], input=file.read_bytes())
    assert (run.exit_code, piped.exit_code) == (0, 0)
    assert run.stdout == piped.stdout
    first, second = map(json.loads, run.stdout.splitlines())
    assert set(first) == {"id", "scores", "composite", "rejections", "compared_with"}
    assert first["composite"] > second["composite"]


def test_explained_as_text_and_missing_files(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(RUDE + b"\nx\n")
    text = CliRunner().invoke(app, ["score", "--explain", str(file)])
    assert "answer_tone.answer_insulting" in text.stdout
    assert CliRunner().invoke(app, ["score", "--strict", str(file)]).exit_code == 1
    assert CliRunner().invoke(app, ["score", str(tmp_path / "none.jsonl")]).exit_code == 2
    assert CliRunner().invoke(app, ["score", "--set", "quality.disabled=[nobody]", str(file)]).exit_code == 2


def test_the_last_lines_and_each_result_say_what_pairs_were_compared_with(tmp_path):
    file = tmp_path / "pairs.jsonl"
    for pairs, name, words in (
        (9, "english", "the packaged model of English alone"),
        (10, "few_pairs", "the other pairs, too few"),
        (50, "corpus", "usual answers, linked words and endings"),
    ):
        questions = (f"How do I reset the password of account {number}?" for number in range(pairs))
        rows = [
            {"question": question, "answer": "Open the settings and choose reset."} for question in questions
        ]
        file.write_text("\n".join(map(json.dumps, rows)))
        text = CliRunner().invoke(app, ["score", str(file)])
        assert words in text.stderr
        answers = CliRunner().invoke(app, ["score", "--json", str(file)]).stdout.splitlines()
        assert {json.loads(answer)["compared_with"] for answer in answers} == {name}
