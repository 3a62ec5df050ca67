"""Pictures, movies and sounds of `nx:genai`: asked for once, waited for, fetched and placed."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import boto3
import numpy as np
import pytest

from intarsia.domain.functions import GenAi
from intarsia.domain.jobs import Failure, Job
from intarsia.domain.manifests import Manifest
from intarsia.domain.states import Status
from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.objects import ObjectNotFoundError
from intarsia.storage.secrets import SecretRecords, SecretValues
from render_container.worker import heartbeat
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.errors import AttemptError
from render_container.worker.generated import Patience, generate, kept_at
from render_container.worker.heartbeat import Heartbeat
from render_container.worker.logbook import Logbook
from render_container.worker.redaction import Redactor
from render_container.worker.work import Work

KEY = "key-id:0123456789abcdef"
MODEL = "fal-ai/some-model/v1.1"
REQUEST = "/fal-ai/some-model/requests/1"
FILE = "/files/made.bin"
QUICK = Patience(longest=5, first=0.01, slowest=0.02)


@dataclass
class Service:
    """Stands in for fal's queue on this machine; each page is a status and a body."""

    site: Any
    post: tuple[int, Any] = (200, None)
    statuses: list[tuple[int, Any]] = field(default_factory=list)
    """One after the other; the last one again and again."""
    result: tuple[int, Any] = (200, {})
    calls: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path, and the key that came."""
    asked: list[Any] = field(default_factory=list)
    """Bodies that were posted."""

    def __post_init__(self) -> None:
        url = f"{self.site.url}{REQUEST}"
        self.post = (200, {"status_url": f"{url}/status", "response_url": url, "request_id": "1"})
        self.statuses = [(200, {"status": "COMPLETED"})]
        self.site.pages[f"/{MODEL}"] = self._posted
        self.site.pages[f"{REQUEST}/status"] = self._status
        self.site.pages[REQUEST] = lambda handler: self._answer(handler, *self.result)

    def makes(self, file: Path, **answer: Any) -> None:
        """The result is `answer`, whose URLs lead to `file`."""
        self.site.pages[FILE] = lambda handler: self._answer(handler, 200, file.read_bytes())
        self.result = (200, answer)

    @property
    def url(self) -> str:
        """Where a file is that was made."""
        return f"{self.site.url}{FILE}?signature=s3cret"

    def _posted(self, handler: Any) -> None:
        length = int(handler.headers["Content-Length"])
        self.asked.append(json.loads(handler.rfile.read(length)))
        self._answer(handler, *self.post)

    def _status(self, handler: Any) -> None:
        said = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self._answer(handler, *said)

    def _answer(self, handler: Any, code: int, body: Any) -> None:
        path = handler.path.partition("?")[0]
        self.calls.append((handler.command, path, handler.headers["Authorization"]))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(code)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    @property
    def posts(self) -> int:
        """How often something was asked, and paid for."""
        return sum(method == "POST" for method, _, _ in self.calls)


@pytest.fixture
def service(site: Any) -> Service:
    return Service(site)


def asset(**params: Any) -> dict[str, Any]:
    more = {"layerName": "Picture", "provider": "fal", "key": KEY, "model": MODEL}
    return {"type": "function", "name": "nx:genai", "params": more | {"type": "image"} | params}


@dataclass
class Asker:
    """Generates what an asset asks for, without a whole attempt around it."""

    work: Any
    log: Path

    def __call__(
        self,
        *,
        check: Callable[[], None] = lambda: None,
        patience: Patience = QUICK,
        **params: Any,
    ) -> bytes:
        wanted = GenAi.model_validate(asset(**params)["params"])
        path: Path = self.work.folder / "part"
        generate(self.work, wanted, 0, path, check=check, patience=patience)
        return path.read_bytes()

    def fails(self, **params: Any) -> Failure:
        """How it fails; the key is nowhere."""
        with pytest.raises(AttemptError) as caught:
            self(**params)
        self.work.log.flush()
        assert KEY not in caught.value.failure.reason + self.log.read_text()
        return caught.value.failure


class Bucket(dict[str, str]):
    """The renders bucket, as far as it is used here."""

    put_text = dict.__setitem__

    def get_text(self, key: str) -> str:
        if key not in self:
            raise ObjectNotFoundError(key)
        return self[key]


@pytest.fixture
def ask(site: Any, tmp_path: Path) -> Iterator[Asker]:
    manifest: dict[str, Any] = {
        "job_id": "J" * 26, "team_id": "team", "template_id": "T" * 26, "composition": "main",
        "template_key": "t", "template_type": "aep", "assets": [], "media": "video",
        "codec": "video_h264_vbr_1mbps", "quality": "draft", "engine": "open", "frames": None,
        "output_key": "o", "log_key": "l",
    }  # fmt: skip
    variables = {
        "INTARSIA_TABLE": "table", "INTARSIA_TEMPLATES_BUCKET": "t",
        "INTARSIA_RENDERS_BUCKET": "r", "INTARSIA_JOB_ID": "J" * 26, "INTARSIA_ATTEMPT": "1",
        "INTARSIA_ALLOW_PRIVATE_SOURCES": "1", "INTARSIA_FAL_URL": site.url,
    }  # fmt: skip
    bucket: Any = Bucket()
    with Logbook(tmp_path / "log.txt", Redactor()) as log:
        work = Work(
            manifest=Manifest.model_validate(manifest),
            folder=tmp_path,
            environment=WorkerEnvironment.read(variables),
            jobs=AttemptRepository(None, "table"),
            templates=bucket,
            renders=bucket,
            heartbeat=Heartbeat(lambda *_: None, print),
            log=log,
        )
        yield Asker(work, log.path)


def test_a_generated_movie_is_drawn_and_its_key_is_nowhere(
    desk: Any, template: Path, service: Service, tmp_path: Path, capsys: Any
) -> None:
    secrets = SecretValues(
        boto3.client("secretsmanager"), "intarsia",
        SecretRecords(boto3.client("dynamodb"), "table"),
    )  # fmt: skip
    secrets.create("team", "FAL_KEY", KEY)
    desk.use(secrets=secrets)
    service.makes(desk.media / "clip.mp4", video={"url": service.url})
    data = {"prompt": "a wheat field — at noon", "seed": 7}
    wanted = asset(type="video", key="${secrets.FAL_KEY}", data=data)

    job = desk.add(template, assets=[wanted])
    done = desk.render(job, INTARSIA_FAL_URL=service.site.url)

    assert done.verdict is None, done.verdict
    assert done.status is Status.FINISHED
    assert service.asked == [data]
    assert service.calls == [
        ("POST", f"/{MODEL}", f"Key {KEY}"),
        ("GET", f"{REQUEST}/status", f"Key {KEY}"),
        ("GET", REQUEST, f"Key {KEY}"),
        ("GET", FILE, None),
    ]
    # The clip covers the template's blue with its green, and moves on with every frame.
    with av.open(str(desk.output(done, tmp_path / "out.mp4"))) as movie:
        frames = [frame.to_ndarray(format="rgb24") for frame in movie.decode(video=0)]
    assert _is_green(frames[0][5, 10])
    assert not _is_green(frames[-1][5, 10])
    told = desk.log(done) + done.model_dump_json() + capsys.readouterr().out
    assert f"assets[0]: the video of {MODEL} at {service.site.url}{FILE}: " in told
    for hidden in (KEY, "s3cret"):
        assert hidden not in told


def test_a_picture_is_waited_for(ask: Asker, media: Path, service: Service) -> None:
    service.statuses = [
        (202, {"status": "IN_QUEUE", "queue_position": 3}),
        (502, b"<html>"),
        (202, {"status": "IN_PROGRESS", "logs": []}),
        (200, {"status": "COMPLETED"}),
    ]
    service.makes(media / "red.png", images=[{"url": service.url}], seed=1)

    assert ask() == (media / "red.png").read_bytes()
    assert service.posts == 1


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("image", {"image": {"url": "URL"}}),
        ("image", {"images": [], "image": {"url": "URL"}}),
        ("video", {"videos": [{"url": "URL"}]}),
        ("audio", {"audio": {"url": "URL"}}),
        ("audio", {"audio_file": {"url": "URL", "file_name": "x"}}),
    ],
)
def test_what_was_made_is_found_in_the_answer(
    ask: Asker, media: Path, service: Service, kind: str, answer: dict[str, Any]
) -> None:
    found = json.loads(json.dumps(answer).replace("URL", service.url))
    service.makes(media / "red.png", **found)

    assert ask(type=kind) == (media / "red.png").read_bytes()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            {"video": {"url": "https://a.example"}, "seed": KEY},
            "holds no image; its keys are: video, seed.",
        ),
        ({}, "holds no image; its keys are: none."),
        ({"images": [{"url": None}], KEY: 1}, "holds no image; its keys are: images, ***."),
        ({"image": {"url": "data:image/png;base64,AAAA"}}, "remove sync_mode from the data."),
        ([1], "not a JSON object."),
        (b"\xff", "not a JSON object."),
        (b" " * ((1 << 20) + 1), "larger than 1048576 bytes"),
    ],
)
def test_an_answer_without_the_file_is_told(
    ask: Asker, service: Service, answer: Any, words: str
) -> None:
    service.result = (200, answer)

    failure = ask.fails()

    assert (failure.kind, failure.reason[:18]) == ("user", "assets[0].params: ")
    assert words in failure.reason


def test_a_second_attempt_waits_for_what_the_first_one_paid(
    ask: Asker, service: Service, media: Path
) -> None:
    service.statuses = [*[(503, b"")] * 3, (200, {"status": "COMPLETED"})]
    service.makes(media / "red.png", images=[{"url": service.url}])

    first = ask.fails()
    again = ask()

    assert (first.kind, "503" in first.reason) == ("transient", True)
    assert again == (media / "red.png").read_bytes()
    assert service.posts == 1
    ask.work.log.flush()
    assert "waiting for the request that an earlier attempt submitted" in ask.log.read_text()
    assert KEY not in str(ask.work.renders)


def test_what_was_kept_is_no_way_to_another_host(ask: Asker, service: Service) -> None:
    kept = {"status_url": "https://evil.example/s", "response_url": "https://evil.example/r"}
    ask.work.renders.put_text(kept_at("J" * 26, 0), json.dumps(kept))

    reason = ask.fails().reason
    assert "points to evil.example instead of" in reason
    assert "; the key is not sent there" in reason
    assert service.calls == []


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_is_named(ask: Asker, service: Service, code: int) -> None:
    service.post = (code, {"detail": f"No user has {KEY}"})

    failure = ask.fails()

    assert failure.kind == "user"
    assert failure.reason.startswith(f"assets[0].params.key: fal rejected the key: {code} ")
    assert failure.reason.endswith("No user has ***.")


def test_data_that_the_model_does_not_take_is_told(ask: Asker, service: Service) -> None:
    detail = [{"loc": ["body", "prompt"], "msg": "field required", "type": "value_error.missing"}]
    service.post = (422, {"detail": detail})

    failure = ask.fails()

    assert failure.kind == "user"
    assert failure.reason.startswith("assets[0].params.data: fal answered 422")
    assert failure.reason.endswith("body.prompt: field required.")


def test_an_unknown_model_is_named(ask: Asker, service: Service) -> None:
    service.post = (404, {"detail": "Application not found"})

    assert ask.fails().reason.startswith("assets[0].params.model: fal answered 404")


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_trouble_of_the_service_is_not_the_clients_and_nothing_is_posted_again(
    ask: Asker, service: Service, code: int
) -> None:
    service.post = (code, {"detail": "later"})

    assert ask.fails().kind == "transient"
    assert service.posts == 1


def test_a_service_that_cannot_be_reached_is_transient(ask: Asker, service: Service) -> None:
    def hang_up(handler: Any) -> None:
        handler.close_connection = True

    service.site.pages[f"/{MODEL}"] = hang_up

    assert ask.fails().kind == "transient"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"status": "COMPLETED", "error": f"Failed for {KEY}"}, "Failed for ***."),
        ({"status": "CANCELLED"}, "its status is CANCELLED."),
        ({"detail": "Request is gone"}, "Request is gone."),
    ],
)
def test_a_request_that_fails_is_told(
    ask: Asker, service: Service, status: dict[str, Any], words: str
) -> None:
    service.statuses = [(200, status)]

    failure = ask.fails()

    assert failure.kind == "user"
    assert failure.reason.endswith(words)


def test_what_never_completes_is_given_up(ask: Asker, service: Service) -> None:
    service.statuses = [(202, {"status": "IN_QUEUE"})]

    failure = ask.fails(patience=Patience(longest=0.2, first=0.01, slowest=0.02))

    assert failure.kind == "user"
    assert "had not generated the image after 0.2 seconds" in failure.reason
    assert len(service.calls) > 5


@pytest.mark.parametrize("name", ["status_url", "response_url"])
@pytest.mark.parametrize(
    "elsewhere",
    ["http://localhost:{port}", "http://a@127.0.0.1:{port}", "https://127.0.0.1:{port}"],
)
def test_the_key_goes_nowhere_else(ask: Asker, service: Service, name: str, elsewhere: str) -> None:
    """Another host, another scheme, and one that would replace the key."""
    port = service.site.url.rpartition(":")[2]
    url = f"{elsewhere.format(port=port)}{REQUEST}"
    service.post = (200, service.post[1] | {name: url})

    failure = ask.fails()

    assert failure.kind == "user"
    assert "the key is not sent there" in failure.reason
    assert [method for method, _, _ in service.calls] == ["POST"]


@pytest.mark.parametrize("given", [None, 7, "", "/relative", "http://a:b"])
def test_an_answer_without_addresses_is_told(ask: Asker, service: Service, given: Any) -> None:
    service.post = (200, service.post[1] | {"status_url": given})

    assert "fal's response has no status_url" in ask.fails().reason


def test_a_redirect_is_not_followed(ask: Asker, service: Service) -> None:
    def away(handler: Any) -> None:
        handler.send_response(307)
        handler.send_header("Location", f"{service.site.url}/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    service.site.pages[f"{REQUEST}/status"] = away

    assert "fal answered 307" in ask.fails().reason
    assert "/elsewhere" not in service.site.requests


def test_a_cancelled_job_waits_no_longer(
    desk: Any,
    template: Path,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    far_bound: Callable[[float], float],
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT", 0.2)
    cancelled: list[float] = []
    job: Job = desk.add(template, assets=[asset()])

    def status(handler: Any) -> None:
        if not cancelled:
            by_hand = Failure(kind="cancelled", reason="Cancelled by hand.")
            assert desk.storage.jobs.cancel(job.id, by_hand, rendering=True)
            cancelled.append(time.monotonic())
        service._answer(handler, 202, {"status": "IN_QUEUE"})

    service.site.pages[f"{REQUEST}/status"] = status

    after = desk.render(job, INTARSIA_FAL_URL=service.site.url)

    assert time.monotonic() - cancelled[0] < far_bound(4)
    assert (after.status, after.verdict) == (Status.CANCELLED, None)


def test_what_was_posted_is_kept_even_if_the_attempt_is_lost_meanwhile(
    ask: Asker, service: Service
) -> None:
    def check() -> None:
        if service.posts:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        ask(check=check)

    kept = json.loads(ask.work.renders.get_text(kept_at(ask.work.manifest.job_id, 0)))
    assert kept == {name: service.post[1][name] for name in ("status_url", "response_url")}
    assert service.calls == [("POST", f"/{MODEL}", f"Key {KEY}")]


def _is_green(pixel: Any) -> bool:
    red, green, blue = (int(part) for part in np.asarray(pixel))
    return green > red + 60 and green > blue + 60
