"""The stack of a folder, as far as no emulator is needed."""

from pathlib import Path

import pytest

from intarsia.local.stack import FIRST, LATER, LocalStack


@pytest.mark.parametrize(
    ("deployed", "kept"), [(FIRST, False), (LATER, True), ("digest", True), (None, True)]
)
def test_only_what_a_first_deployment_had_made_when_it_was_cut_off_is_removed(
    tmp_path: Path, deployed: str | None, kept: bool
) -> None:
    made = [tmp_path / "emulator" / folder / "x" for folder in ("services", "s3")]
    for file in made:
        file.parent.mkdir(parents=True)
        file.touch()
    if deployed:
        (tmp_path / "emulator" / "deployed").write_text(deployed)
    LocalStack(tmp_path)._forget_an_unfinished_deployment()
    assert [file.exists() for file in made] == [kept, kept]
