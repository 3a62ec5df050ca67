"""The lock file has what pyproject.toml pins, with hashes and without any address."""

import re
import tomllib

import pytest

from tests.support.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
CHECKOV = ROOT / "tests" / "infra" / "checkov"
PINS = [
    *PROJECT["dependencies"],
    *(pin for extra in PROJECT["optional-dependencies"].values() for pin in extra),
]


@pytest.mark.parametrize("pin", PINS)
def test_a_pin_is_locked_as_it_is(pin):
    name, version = re.sub(r"\[.*\]|;.*", "", pin).split("==")

    assert re.search(rf"^{re.escape(name)}=={re.escape(version)}( ;.*)? \\$", LOCK, re.M), pin


@pytest.mark.parametrize("file", [ROOT / "requirements.lock", CHECKOV / "requirements.lock"])
def test_every_locked_package_has_hashes_and_none_an_address(file):
    lock = file.read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())

    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock
    assert "index-url" not in lock


def test_checkov_is_locked_as_it_is_asked_for():
    pin = (CHECKOV / "requirements.in").read_text().strip()

    assert f"\n{pin} \\\n" in (CHECKOV / "requirements.lock").read_text()
