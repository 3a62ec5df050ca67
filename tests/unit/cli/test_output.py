"""Text from elsewhere, in terminals and pipes."""

import pytest

from intarsia.cli.output import clean, table


@pytest.mark.parametrize("text", ["Zoë\tMüller\n", "日本語", "👩‍🎨 می‌خواهم", "[red]x[/]", ""])
def test_text_of_any_script_stays(text):
    assert clean(text) == text


@pytest.mark.parametrize("text", ["\x1b[2J", "a\rb", "\x07", "\x9b2J", "a\u202eb", "\u2066x"])
def test_what_could_steer_a_terminal_does_not(text):
    assert "�" in clean(text)
    assert not set(clean(text)) & set("\x1b\r\x07\x9b\u202e\u2066")


def test_a_table_in_a_pipe_has_whole_cells_and_no_trailing_blanks(capsys):
    table(("id", "what"), [("1", "x" * 300), ("2", "[bold]y[/]")])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["id  what", "1   " + "x" * 300, "2   [bold]y[/]"]
