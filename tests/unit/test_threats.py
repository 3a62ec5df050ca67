"""docs/security.md names a test for each threat; a name that leads nowhere comforts only."""

import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "security.md"
NAMED = re.compile(r"`(test_\w+)`")


@cache
def written() -> frozenset[str]:
    found = re.compile(r"^ *(?:async )?def (test_\w+)", re.M)
    return frozenset(
        name for file in TESTS.rglob("test_*.py") for name in found.findall(file.read_text())
    )


def test_each_test_that_the_page_names_is_there():
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 20
    assert sorted(set(named) - written()) == []


def test_each_threat_names_a_test():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    assert [row for row in rows if not NAMED.search(row)] == []
