"""The page of the command and its help name every command and every exit code."""

import re
from pathlib import Path

import typer
from typer.core import TyperGroup

from intarsia.cli.commands import app
from intarsia.cli.exits import MEANINGS

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(group, before=()):
    for name, each in group.commands.items():
        if isinstance(each, TyperGroup):
            yield from commands(each, (*before, name))
        else:
            yield " ".join((*before, name))


ALL = sorted(commands(typer.main.get_command(app)))


def test_every_command_is_on_the_page():
    assert [name for name in ALL if not re.search(rf"(intarsia |`){name}\b", PAGE)] == []


def test_the_page_names_no_other_command():
    lines = re.findall(r"(?:^|\| |`)intarsia ([a-z]+(?: [a-z]+)?)", PAGE, re.MULTILINE)
    known = {name.split()[0] for name in ALL if " " not in name} | set(ALL)
    unknown = [line for line in lines if line not in known and line.split()[0] not in known]
    assert unknown == []
    assert len(lines) > len(ALL)


def test_exit_codes_are_on_the_page_and_in_the_help(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    text = " ".join(run("--help").stdout.split())
    for code, meaning in MEANINGS.items():
        assert f"| {code:d} | {meaning} |" in PAGE
        assert f"{code:d}: {meaning}" in text
