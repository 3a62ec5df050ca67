"""The lock file has what pyproject.toml pins, with hashes and without any address."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
PINS = [
    *PROJECT["dependencies"],
    *(pin for extra in PROJECT["optional-dependencies"].values() for pin in extra),
]


@pytest.mark.parametrize("pin", PINS)
def test_a_pin_is_locked_as_it_is(pin):
    name, version = re.sub(r"\[.*\]|;.*", "", pin).split("==")

    assert re.search(rf"^{re.escape(name)}=={re.escape(version)}( ;.*)? \\$", LOCK, re.M), pin


def test_every_locked_package_has_hashes_and_none_an_address():
    entries = re.split(r"\n(?=\S)", LOCK.strip())

    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCK
    assert "index-url" not in LOCK
