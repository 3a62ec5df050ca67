"""Outputs of this installation as sources: read from their bucket, by whoever has their URL."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intarsia.domain.jobs import Job


@pytest.fixture
def origin(site: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Origin of the stack, which no request may reach."""
    monkeypatch.setenv("INTARSIA_OWN_PORTS", site.url.rpartition(":")[2])
    monkeypatch.setenv("INTARSIA_PUBLIC_URL", site.url)
    return str(site.url)


@pytest.fixture
def other(desk: Any) -> Job:
    """A finished job of another team, whose output is a movie."""
    job: Job = desk.make_job(team_id="another", status="finished", output_token="its-secret")
    desk.storage.jobs.create([job])
    desk.storage.renders.upload(desk.media / "clip.mp4", job.output_key, "video/mp4")
    return job


@pytest.fixture
def render(desk: Any, template: Path) -> Callable[[str], Job]:
    """`render(url)`: the job after an attempt with a video from there."""

    def run(url: str) -> Job:
        job: Job = desk.render(desk.add(template, assets=[_asset(url)]))
        return job

    return run


def _asset(src: str) -> dict[str, Any]:
    return {"type": "video", "layerName": "Picture", "src": src}


def test_the_url_of_an_output_is_a_source_without_any_request(
    render: Any, site: Any, origin: str, other: Job
) -> None:
    for named in (origin, origin.replace("127.0.0.1", "localhost")):
        after = render(other.output_url(named))
        assert after.verdict is None
        assert after.output is not None
        assert after.output.frames == 10
    assert site.requests == []


@pytest.mark.parametrize(
    "change",
    [
        {"token": "guessed"},
        {"token": ""},
        {"id": "0" * 26},
        {"name": "another.mp4"},
    ],
    ids=lambda change: "-".join(f"{key}-{value[:8]}" for key, value in change.items()),
)
def test_who_has_not_the_whole_url_of_a_finished_output_reads_nothing(
    render: Any, site: Any, origin: str, other: Job, change: dict[str, str]
) -> None:
    parts = {"id": other.id, "token": other.output_token, "name": other.output_name} | change
    url = f"{origin}/api/v2/outputs/{parts['id']}/{parts['token']}/{parts['name']}"
    after = render(url)
    assert after.verdict.kind == "user"
    assert after.verdict.reason.startswith("assets[0]: the video at ")
    assert site.requests == []


def test_an_output_is_not_read_before_its_job_has_finished(
    desk: Any, render: Any, origin: str, other: Job
) -> None:
    unfinished: Job = desk.make_job(output_key=other.output_key)
    desk.storage.jobs.create([unfinished])
    after = render(unfinished.output_url(origin))
    assert "does not exist, or its job has not finished" in after.verdict.reason


@pytest.mark.parametrize(
    "url",
    [
        "{origin}/api/v2/jobs",
        "{origin}/api/v2/outputs/../outputs/{id}/{token}/{name}",
        "{origin}/other-teams-bucket/key?X-Amz-Signature=0",
        "http://user@{host}/api/v2/outputs/{id}/{token}/{name}",
        "{origin}//api/v2/outputs/{id}/{token}/{name}",
    ],
)
def test_nothing_else_of_the_stack_is_a_source(
    render: Any, site: Any, origin: str, other: Job, url: str
) -> None:
    src = url.format(
        origin=origin,
        host=origin.removeprefix("http://"),
        id=other.id,
        token=other.output_token,
        name=other.output_name,
    )
    after = render(src)
    assert after.verdict.kind == "user"
    assert "an address of this installation itself" in after.verdict.reason
    assert site.requests == []


def test_a_static_file_is_not_read_from_the_stack(
    desk: Any, template: Path, site: Any, origin: str
) -> None:
    """How one team's job read another's project: the emulator's port is in every upload's link."""
    site.pages["/bucket/templates/another/project.aep"] = template.read_bytes()
    src = f"{origin}/bucket/templates/another/project.aep"
    asset = {"type": "static", "name": "stolen.aep", "src": src}
    after = desk.render(desk.add(template, assets=[asset]))
    assert after.verdict.kind == "user"
    assert "assets[0]" in after.verdict.reason
    assert site.requests == []


def test_where_the_api_is_elsewhere_its_outputs_are_fetched_like_any_file(
    desk: Any, template: Path, site: Any, other: Job
) -> None:
    """On AWS the URL leads to S3 by a redirect."""
    url = other.output_url(site.url)
    site.pages[url.removeprefix(site.url)] = (desk.media / "clip.mp4").read_bytes()
    after = desk.render(desk.add(template, assets=[_asset(url)]))
    assert after.verdict is None
    assert len(site.requests) == 1
