"""Lines on their way from the agent to the client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.host.lines import LineReader, LineWriter


@given(st.lists(st.text(max_size=30) | st.just('"}\n{"end": "ran"}\r\u2028'), max_size=8))
def test_no_text_is_taken_for_anything_but_the_line_it_is(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("lines") / "log"
    with LineWriter(path) as writer:
        for line in lines:
            writer.write(line)
    assert LineReader(path).read() == lines


def test_lines_come_as_they_are_written_each_once(tmp_path):
    reader = LineReader(tmp_path / "log")
    assert reader.read() == []
    with LineWriter(tmp_path / "log") as writer:
        writer.write("one")
        assert reader.read() == ["one"]
        assert reader.read() == []
        writer.write("two")
        writer.write("three")
        assert reader.read() == ["two", "three"]


def test_half_a_line_is_not_read_before_its_end(tmp_path):
    reader = LineReader(tmp_path / "log")
    (tmp_path / "log").write_bytes(b'"one"\n"tw')
    assert reader.read() == ["one"]
    (tmp_path / "log").write_bytes(b'"one"\n"two"\n')
    assert reader.read() == ["two"]


def test_a_log_that_somebody_put_there_is_not_written_to(tmp_path):
    (tmp_path / "elsewhere").touch()
    (tmp_path / "log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        LineWriter(tmp_path / "log")
    assert (tmp_path / "elsewhere").read_bytes() == b""
