from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from smelt.intake import long_lines
from smelt.intake.long_lines import has_long_line as has_long_line_of


def has_long_line(path, limit):
    return has_long_line_of(partial(open, path, "rb"), limit)


@given(st.lists(st.integers(0, 40)), st.sampled_from([b"\n", b"\r", b"\r\n"]), st.integers(1, 30))
def test_a_file_has_a_long_line_where_one_of_its_lines_is_long(lengths, end, limit):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.jsonl")
        file.write_bytes(end.join(b"x" * length for length in lengths))
        assert has_long_line(str(file), limit) == any(length > limit for length in lengths)


def test_ends_of_lines_are_found_over_pieces(tmp_path):
    file, piece = tmp_path / "a.jsonl", long_lines._PIECE
    file.write_bytes(b"x" * (3 * piece) + b"\n" + b"y" * piece)
    assert not has_long_line(str(file), 3 * piece)
    assert has_long_line(str(file), 3 * piece - 1)


def test_a_file_that_is_gone_has_no_long_line(tmp_path):
    assert not has_long_line(str(tmp_path / "none"), 1)
