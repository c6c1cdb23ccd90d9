from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.local_files import lines_between

CONTENT = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\r", b"", b"{}"]), max_size=40).map(
    b"".join
)


@given(CONTENT, st.integers(1, 9))
def test_parts_of_a_file_give_each_line_once(content, part):
    lines = [
        line
        for start in range(0, len(content), part)
        for line in lines_between(BytesIO(content), start, start + part, 1_000)
    ]
    assert lines == content.splitlines()


def test_of_a_long_line_only_its_beginning_is_held():
    content = b"x" * 5_000_000 + b"\nnext\n"
    lines = list(lines_between(BytesIO(content), 0, len(content), 100))
    assert [len(line) for line in lines] == [102, 4]
    assert lines[1] == b"next"
