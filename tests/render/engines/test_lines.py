"""Lines come out the same however the pipe cuts the bytes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from render_container.engines.lines import LINE_LIMIT, LineSplitter

OUTPUT = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"\n", b"\r\n", b"\r", "Größe “main” 東京\n".encode(), b"B\x84r\n"]),
    ),
    max_size=20,
).map(b"".join)


def _lines(chunks: list[bytes]) -> list[str]:
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines + splitter.close()


@given(output=OUTPUT, cuts=st.lists(st.integers(0, 400), max_size=10))
def test_any_chunking_gives_the_same_lines(output: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(output)) for cut in cuts), len(output)]
    chunks = [output[start:end] for start, end in pairwise(edges)]
    assert _lines(chunks) == _lines([output])


@given(output=OUTPUT)
def test_a_line_is_never_empty_and_never_holds_a_control_character(output: bytes) -> None:
    for line in _lines([output]):
        assert line.strip()
        assert line.isprintable()


def test_an_endless_line_is_cut_the_same_way_however_it_arrives() -> None:
    line = b"x" * (LINE_LIMIT * 2 + 5)
    whole = _lines([line + b"\ny\n"])
    assert [len(piece) for piece in whole] == [LINE_LIMIT, LINE_LIMIT, 5, 1]
    assert _lines([line[:100], line[100:], b"\ny\n"]) == whole


def test_old_code_page_is_read_when_a_line_is_no_utf_8() -> None:
    assert _lines([b"Gr\x94\xe1e\n", "Größe\n".encode()]) == ["Größe", "Größe"]
