from datetime import timedelta

import boto3
import pytest

from intarsia.domain.ids import now
from intarsia.domain.templates import Template, TemplateStatus, facts_key, upload_key
from intarsia.fetching.fetch import FetchLimits
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository
from intarsia.workflow.fetching_templates import LIMITS, fetch_template

TEMPLATE = "T" * 26
QUICK = FetchLimits(bytes=1000, seconds=5, silence=2, connect=2, tries=3, pause=0.0)


@pytest.fixture
def templates(aws):
    return TemplateRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def projects(aws):
    return Objects(boto3.client("s3"), "templates")


@pytest.fixture
def register(templates):
    """A template whose file is to be fetched."""

    def put(src):
        template = Template(
            id=TEMPLATE,
            team_id="team",
            type="aep",
            display_name="t",
            status=TemplateStatus.DOWNLOADING,
            key=upload_key("team", TEMPLATE, "aep"),
            facts_key=facts_key("team", TEMPLATE),
            src=src,
            created_at=now(),
            updated_at=now(),
        )
        templates.put(template)
        return template

    return put


@pytest.fixture
def fetched(templates, projects):
    """Fetch the template; sources may be on this machine unless told otherwise."""

    def run(allow_private=True, limits=QUICK):
        return fetch_template(
            templates, projects, TEMPLATE, allow_private=allow_private, limits=limits
        )

    return run


def objects():
    found = boto3.client("s3").list_objects_v2(Bucket="templates").get("Contents", [])
    return [entry["Key"] for entry in found]


def test_the_file_comes_under_the_templates_key_and_waits_for_introspection(
    register, fetched, site, projects
):
    site.pages["/intro.aep"] = b"RIFX"
    template = register(f"{site.url}/intro.aep?X-Amz-Signature=abc")

    assert fetched().status is TemplateStatus.DOWNLOADING
    assert projects.get_text(template.key) == "RIFX"
    assert site.requests == ["/intro.aep?X-Amz-Signature=abc"]


def test_a_file_that_is_not_there_is_told_without_its_signature(register, fetched, site, templates):
    register(f"{site.url}/gone.aep?X-Amz-Signature=abc")

    template = fetched()

    assert template.status is TemplateStatus.ERROR
    assert template.error == f"src: the file at {site.url}/gone.aep answered 404 Not Found."
    assert templates.get(TEMPLATE).src is None, "a signature is not kept longer than needed"
    assert objects() == []
    assert fetched() is None, "an event that comes twice fetches nothing more"


def test_a_source_that_stumbles_is_asked_again(register, fetched, site):
    answers = iter([503, 500, 200])

    def stumbling(request):
        request.send_response(next(answers))
        request.send_header("Content-Length", "4")
        request.end_headers()
        request.wfile.write(b"RIFX")

    site.pages["/x"] = stumbling
    template = register(f"{site.url}/x")

    assert fetched().status is TemplateStatus.DOWNLOADING
    assert objects() == [template.key]


def test_a_file_that_is_too_large_is_told(register, fetched, site):
    site.pages["/x"] = b"x" * 1001
    register(f"{site.url}/x")

    assert "larger than 1000 bytes" in fetched().error


def test_all_tries_together_have_the_time_of_one(register, fetched, site):
    site.pages["/x"] = lambda request: request.send_error(503)
    register(f"{site.url}/x")

    template = fetched(limits=FetchLimits(seconds=0.3, tries=6, pause=0.1))

    assert "takes longer than 0.3 seconds" in template.error
    assert 2 <= len(site.requests) < 6
    assert (LIMITS.bytes, LIMITS.seconds) == (2 << 30, 600)


def test_private_addresses_are_refused(register, fetched, site):
    site.pages["/x"] = b"RIFX"
    register(f"{site.url}/x")

    assert "private or local address" in fetched(allow_private=False).error
    assert site.requests == []


def test_the_stack_itself_is_no_source(register, fetched, site, monkeypatch):
    monkeypatch.setenv("INTARSIA_OWN_PORTS", site.url.rpartition(":")[2])
    site.pages["/x"] = b"RIFX"
    register(f"{site.url}/x")

    assert "an address of this installation itself" in fetched().error
    assert site.requests == []


def test_a_redirect_to_a_private_address_is_refused(register, fetched, site):
    def away(request):
        request.send_response(302)
        request.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        request.end_headers()

    site.pages["/x"] = away
    register(f"{site.url}/x")

    assert "private or local address" in fetched().error


def test_an_upload_that_came_first_is_not_ended_by_a_failing_download(
    register, fetched, site, templates
):
    template = register(f"{site.url}/x")

    def gone(request):
        templates.begin_reading(
            TEMPLATE, key=template.key, facts_key="uploaded", arrived=now() + timedelta(seconds=1)
        )
        request.send_error(404)

    site.pages["/x"] = gone

    assert fetched().status is TemplateStatus.PROCESSING


def test_a_fault_of_ours_is_raised_so_that_lambda_tries_again(
    register, fetched, site, projects, monkeypatch
):
    site.pages["/x"] = b"RIFX"
    template = register(f"{site.url}/x")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Objects, "upload", full)
        with pytest.raises(OSError, match="No space"):
            fetched()

    assert fetched().status is TemplateStatus.DOWNLOADING
    assert objects() == [template.key]


def test_nothing_is_fetched_for_a_template_that_is_gone(fetched):
    assert fetched() is None
