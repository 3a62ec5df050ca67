"""Secrets reach what they are for, and nothing that can be read afterwards."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.storage.secrets import SecretRecords, SecretValues

TOKEN = "t0ken/with+odd&signs"


@pytest.fixture
def secrets(desk: Any) -> SecretValues:
    records = SecretRecords(boto3.client("dynamodb"), "table")
    values = SecretValues(boto3.client("secretsmanager"), "intarsia", records)
    values.create("team", "TOKEN", TOKEN)
    desk.use(secrets=values)
    return values


def _told(desk: Any, job: Job) -> str:
    """All that can be read about a job."""
    return desk.log(job) + job.model_dump_json()


def test_a_source_with_a_secret_is_fetched_and_the_secret_is_nowhere(
    desk: Any, template: Path, site: Any, secrets: SecretValues, capsys: Any
) -> None:
    secrets.create("team", "PLACE", f"{site.url}/here-it-is")
    site.pages[f"/here-it-is/{TOKEN}"] = (desk.media / "red.png").read_bytes()
    asset = {
        "type": "image",
        "layerName": "Picture",
        "src": "${secrets.PLACE}/${secret.TOKEN}?key=${secrets.TOKEN}",
    }

    job = desk.add(template, assets=[asset])
    done = desk.play(job, "success", desk.media / "clip.mp4")

    assert done.status is Status.FINISHED, done.verdict
    assert site.requests == [f"/here-it-is/{TOKEN}?key={TOKEN}"]
    for told in (_told(desk, done), capsys.readouterr().out):
        assert "here-it-is" not in told
        assert TOKEN not in told
        assert "assets[0]: the image at ***/***" in told


def test_a_source_that_is_not_there_does_not_tell_the_secret(
    desk: Any, template: Path, site: Any, secrets: SecretValues
) -> None:
    asset = {"type": "image", "layerName": "Picture", "src": f"{site.url}/${{secrets.TOKEN}}"}
    after = desk.render(desk.add(template, assets=[asset]))
    assert after.verdict.reason.endswith("/*** answered 404 Not Found.")
    assert TOKEN not in _told(desk, after)


def test_what_the_engine_says_of_a_secret_is_masked(
    desk: Any, template: Path, secrets: SecretValues
) -> None:
    assets = [{"type": "text", "layerName": "Title", "value": "Key: ${secrets.TOKEN}"}]
    script = (
        "import sys; print('WARNING:After Effects warning: Text Layer: Font family: "
        f"{TOKEN}, Font style: Regular'); print('aerender ERROR: {TOKEN}'); sys.exit(9)"
    )
    job = desk.add(template, assets=assets)
    after = desk.render(job, INTARSIA_AERENDER=f'python3 -c "{script}"')
    assert after.verdict is not None
    assert "| aerender ERROR: ***" in desk.log(job)
    assert TOKEN not in _told(desk, after)


def test_text_with_a_secret_is_drawn(
    desk: Any, template: Path, tmp_path: Path, secrets: SecretValues
) -> None:
    import py_aep

    kept = tmp_path / "kept.aep"
    spy = (
        "import shutil, sys; "
        f"shutil.copy(sys.argv[sys.argv.index('-project') + 1], '{kept}'); sys.exit(9)"
    )
    assets = [{"type": "text", "layerName": "Title", "value": "Key: ${secrets.TOKEN}"}]
    desk.render(desk.add(template, assets=assets), INTARSIA_AERENDER=f'python3 -c "{spy}"')
    layers = next(iter(py_aep.parse(kept).project.compositions)).layers
    assert any(
        layer.name == "Title" and layer.text.source_text.value.text == f"Key: {TOKEN}"
        for layer in layers
    )


def test_a_value_that_does_not_fit_is_not_quoted(
    desk: Any, template: Path, secrets: SecretValues
) -> None:
    secrets.create("team", "LONG", "0123456789" * 8)
    for name, value in (("LONG", "0123456789"), ("TOKEN", TOKEN)):
        asset = {
            "type": "data", "layerName": "Title", "property": "Transform.Opacity",
            "value": f"${{secrets.{name}}}",
        }  # fmt: skip
        after = desk.render(desk.add(template, assets=[asset]))
        assert after.verdict.kind == "user"
        assert "***" in after.verdict.reason
        assert value not in _told(desk, after)


@pytest.mark.parametrize(
    ("src", "words"),
    [
        ("${secrets.NOWHERE}", 'assets[0].src: there is no secret named "NOWHERE".'),
        (
            "${secrets.FILE}",
            "assets[0].src: invalid with the values of its secrets: must be an https://",
        ),
        ("${secrets.NESTED}", "assets[0].src: a secret cannot refer to another secret."),
    ],
)
def test_a_secret_that_cannot_be_used_is_named(
    desk: Any, template: Path, secrets: SecretValues, src: str, words: str
) -> None:
    secrets.create("team", "FILE", "file:///etc/passwd")
    secrets.create("team", "NESTED", "${secrets.TOKEN}")
    asset = {"type": "image", "layerName": "Picture", "src": src}
    after = desk.render(desk.add(template, assets=[asset]))
    assert after.verdict.kind == "user"
    assert words in after.verdict.reason
    assert "/etc/passwd" not in _told(desk, after)


def test_another_teams_secret_is_none(desk: Any, template: Path, secrets: SecretValues) -> None:
    secrets.create("others", "THEIRS", "https://cdn.test/x")
    asset = {"type": "image", "layerName": "Picture", "src": "${secrets.THEIRS}"}
    after = desk.render(desk.add(template, assets=[asset]))
    assert 'no secret named "THEIRS"' in after.verdict.reason


def test_an_installation_without_secrets_says_so(desk: Any, template: Path) -> None:
    asset = {"type": "image", "layerName": "Picture", "src": "${secrets.TOKEN}"}
    after = desk.render(desk.add(template, assets=[asset]))
    assert after.verdict.kind == "configuration"
    assert "INTARSIA_SECRETS_PREFIX" in after.verdict.reason


def test_the_manifest_in_the_bucket_keeps_its_references(
    desk: Any, template: Path, secrets: SecretValues
) -> None:
    assets = [{"type": "text", "layerName": "Title", "value": "${secrets.TOKEN}"}]
    job = desk.add(template, assets=assets)
    desk.play(job, "success", desk.media / "clip.mp4")
    manifest = json.loads(desk.storage.renders.get_text(f"jobs/{job.id}/manifest.json"))
    assert manifest["assets"][0]["value"] == "${secrets.TOKEN}"
