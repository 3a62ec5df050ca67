import boto3
import pytest

from intarsia import names
from intarsia.domain.ids import new_id, now
from intarsia.domain.templates import Template, TemplateStatus, facts_key, upload_key
from lambdas import dependencies
from lambdas.fetch.handler import handler


@pytest.fixture
def downloading(environment, site):
    """An event of a template whose file is on this machine, and the file's key."""
    site.pages["/x.aep"] = b"RIFX"
    template_id = new_id()
    template = Template(
        id=template_id,
        team_id="team",
        type="aep",
        display_name="x",
        status=TemplateStatus.DOWNLOADING,
        key=upload_key("team", template_id, "aep"),
        facts_key=facts_key("team", template_id),
        src=f"{site.url}/x.aep",
        created_at=now(),
        updated_at=now(),
    )
    dependencies.templates().put(template)
    return {"detail": {"id": template_id, "status": "downloading"}}, template.key


def test_an_event_brings_the_file(downloading, monkeypatch):
    event, key = downloading
    monkeypatch.setenv(names.ENV_ALLOW_PRIVATE_SOURCES, "1")

    assert handler(event, None) == {"template": event["detail"]["id"], "status": "downloading"}
    body = boto3.client("s3").get_object(Bucket="templates", Key=key)["Body"].read()
    assert body == b"RIFX"


@pytest.mark.parametrize("allowed", [None, "", "0"])
def test_without_leave_nothing_is_fetched_from_this_machine(
    downloading, monkeypatch, allowed, site
):
    event, _ = downloading
    monkeypatch.delenv(names.ENV_ALLOW_PRIVATE_SOURCES, raising=False)
    if allowed is not None:
        monkeypatch.setenv(names.ENV_ALLOW_PRIVATE_SOURCES, allowed)

    assert handler(event, None)["status"] == "error"
    assert site.requests == []


def test_an_event_that_comes_too_late_is_ignored(environment):
    assert handler({"detail": {"id": new_id()}}, None) == {"template": None}
