"""The page for laptops says what is different there."""

from pathlib import Path

import pytest

from intarsia.local import swaps

PAGE = (Path(__file__).parents[3] / "docs" / "local.md").read_text(encoding="utf-8")
DIFFERENCES = [(each.name, each.why) for each in (*swaps.SWAPS, *swaps.SETTINGS)]


@pytest.mark.parametrize(("name", "why"), DIFFERENCES, ids=[name for name, _ in DIFFERENCES])
def test_a_difference_from_aws_is_in_the_docs(name: str, why: str) -> None:
    assert f"| {name} | {why} |" in PAGE


def test_the_docs_name_no_other_difference() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(rows) == len(DIFFERENCES) + 1
