"""Addresses that a client names: where a template's file is, and who is told how a job ended."""

import time

import pytest

from intarsia.client import NotFoundError
from tests.support.stills import as_stills

WAIT = 900  # seconds; a bound on hanging, not on speed


@pytest.fixture
def card(https_receiver, example_templates):
    """Address of a project."""
    https_receiver.files["/card.aep"] = example_templates["name-card"].path.read_bytes()
    return f"{https_receiver.url}/card.aep"


@pytest.fixture
def fetched(client):
    """`fetched(address)`: a template from there, once it has been used or refused."""

    def fetch(address):
        created = client.post("templates", {"type": "aep", "displayName": "Card", "src": address})
        template, deadline = created["template"], time.monotonic() + WAIT
        while template["status"] not in ("uploaded", "error"):
            assert time.monotonic() < deadline, template
            time.sleep(0.1)
            template = client.get(f"templates/{template['id']}")
        return template

    return fetch


def test_a_template_is_fetched_and_deleted(client, fetched, card):
    template = fetched(card)
    assert (template["status"], template["compositions"]) == ("uploaded", ["name-card"])

    client.templates.delete(template["id"])
    with pytest.raises(NotFoundError):
        client.get(f"templates/{template['id']}")


def test_a_template_that_is_not_where_its_address_says_has_an_error(fetched, https_receiver):
    template = fetched(f"{https_receiver.url}/nothing.aep")
    assert template["status"] == "error"
    assert "404" in template["error"]


def test_the_end_of_a_job_with_children_is_told(client, example, https_receiver):
    job = client.submit(
        as_stills(example("nested-basic")) | {"webhook": {"url": f"{https_receiver.url}/ended"}}
    )

    told = https_receiver.got(lambda body: body.get("id") == job["id"], wait=WAIT)

    assert [(path, body["state"]) for path, _, body in told] == [("/ended", "finished")], told
