"""The Dockerfiles and scripts of the images and of the machine, as far as Linux can read them."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser

from render_container.doctor.hook import NAME
from render_container.doctor.licence import MARKERS
from tests.support.paths import ROOT

CONTAINER = ROOT / "render_container"
SCRIPTS = sorted([*(CONTAINER / "windows").glob("*.ps1"), ROOT / "stacks" / "user_data.ps1"])
DOCKERFILES = [CONTAINER / "Dockerfile.linux", CONTAINER / "Dockerfile.windows"]
POWERSHELL = Parser(Language(tree_sitter_powershell.language()))


def errors_in(script):
    """What the grammar does not take, by line."""
    waiting, found = [POWERSHELL.parse(script.encode()).root_node], []
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            found.append((node.start_point.row + 1, node.type))
        waiting.extend(node.children)
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_powershell_that_every_windows_reads_alike(path):
    # Windows PowerShell takes a file without a byte order mark for the machine's own code page.
    text = path.read_text("ascii")
    # What EC2 wraps a script in is not PowerShell.
    script = re.sub(r"</?powershell>|<persist>true</persist>", "", text)

    assert errors_in(script) == []
    assert '$ErrorActionPreference = "Stop"' in script


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_programs_errors_are_redirected(path):
    """Under "Stop", Windows PowerShell 5.1 then ends the script at a program's first warning."""
    assert "2>" not in path.read_text()


def test_the_grammar_would_see_a_mistake():
    assert errors_in("if (Test-Path C:\\x) { throw 1") != []
    assert errors_in("function A( { }") != []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_calls_only_scripts_that_are_there(path):
    for name in re.findall(r"[\w-]+\.ps1", path.read_text()):
        assert (CONTAINER / "windows" / name).is_file(), name


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_hadolint_finds_nothing(path):
    """What it is told to pass over stands in the files, each with its reason.

    Of Windows it sees the instructions only: what PowerShell runs is not looked at.
    """
    hadolint = Path(sys.executable).with_name("hadolint")

    done = subprocess.run(
        [hadolint, "--no-color", path], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_everything_copied_is_there_and_not_ignored(path):
    kept = [
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    ]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", path.read_text(), re.M)
    assert copied
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, pattern + rest) for pattern in kept for rest in ("", "/*"))


def test_the_windows_dockerfile_names_scripts_that_are_there():
    text = (CONTAINER / "Dockerfile.windows").read_text()

    assert text.startswith("# escape=`\n")
    names = set(re.findall(r"[\w-]+\.ps1", text))
    assert names
    assert all((CONTAINER / "windows" / name).is_file() for name in names)
    targets = re.findall(r"^FROM \S+ AS (\S+)$", text, re.M)
    build = (CONTAINER / "windows" / "build-image.ps1").read_text()
    assert targets == re.findall(r"--target (\S+)", build) == ["worker", "after-effects"]


def test_no_image_gets_a_secret_or_the_operators_package():
    for path in DOCKERFILES:
        text = path.read_text()
        assert not re.search(r"password|secret|token|access_key", text, re.IGNORECASE)
        assert "package" not in " ".join(re.findall(r"^COPY (?!--from)(.+)$", text, re.M)).lower()


def test_the_markers_are_those_that_the_doctor_looks_for():
    script = (CONTAINER / "windows" / "mark-render-only.ps1").read_text()

    assert re.search(r"foreach \(\$name in (.+)\) \{", script)[1] == ", ".join(
        f'"{name}"' for name in MARKERS
    )


def test_the_startup_script_is_put_where_the_doctor_looks():
    script = (CONTAINER / "windows" / "install-startup-script.ps1").read_text()

    assert f'"{NAME}"' in script
    assert r"Support Files\Scripts\Startup" in script


def test_the_task_asks_for_its_credentials_by_the_way_that_the_entry_point_makes():
    """In the network mode that Windows has by default a container does not know that way."""
    script = (CONTAINER / "windows" / "entrypoint.ps1").read_text()

    assert '$credentials = "169.254.170.2"' in script
    way = script.index('New-NetRoute -DestinationPrefix "$credentials/32"')
    assert way < script.index("-m render_container.worker.main")
    assert "exit $LASTEXITCODE" in script  # the worker's, which ECS and the workflow read


def test_both_windows_images_begin_with_the_entry_point():
    text = (CONTAINER / "Dockerfile.windows").read_text()

    begins = re.findall(r"^ENTRYPOINT (.+)$", text, re.M)
    assert len(begins) == 2
    assert all(
        each.endswith(r'"C:\\intarsia\\render_container\\windows\\entrypoint.ps1"]')
        for each in begins
    )
