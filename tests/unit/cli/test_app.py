"""What the command line says of errors that are not smelt's own."""

from __future__ import annotations

import pytest

from smelt.cli import app


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("java.io.IOException: No space left on device", "the disk is full"),
        ("java.lang.OutOfMemoryError: Java heap space", "raise spark.driver_memory"),
        ("a customer's secret", "error: RuntimeError"),
    ],
)
def test_a_foreign_error_is_named_by_its_cause_and_never_quoted(said, words, monkeypatch, capsys):
    def fail():
        raise RuntimeError(said)

    monkeypatch.delenv(app.TRACEBACK, raising=False)
    monkeypatch.setattr(app, "app", fail)
    with pytest.raises(SystemExit, match="1"):
        app.main()
    shown = capsys.readouterr().err
    assert words in shown
    assert said not in shown
