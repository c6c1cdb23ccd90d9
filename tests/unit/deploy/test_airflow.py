"""The DAG calls commands that exist, one after the other. Airflow itself is not among the tests' packages."""

from __future__ import annotations

import ast
import shlex
from pathlib import Path

from typer.main import get_command

from smelt.cli.app import app

FILE = Path(__file__).parents[3] / "deploy" / "airflow_dag.py"


def test_its_steps_are_commands_with_their_options():
    tree = ast.parse(FILE.read_text("utf-8"))
    steps = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "STEPS"
    )
    assert [step.split()[0] for step in steps] == ["ingest", "curate", "release", "report"]
    for step in steps:
        name, *rest = shlex.split(f"{step} --conf {FILE}")
        get_command(app).commands[name].make_context(name, rest)
