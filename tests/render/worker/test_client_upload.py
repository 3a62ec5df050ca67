"""Outputs that go to a client's own bucket: an S3 of its own on this machine."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.domain.uploads import Upload, UploadParams
from render_container.worker import client_upload
from render_container.worker.client_s3 import client_s3
from render_container.worker.client_upload import upload_to_client
from render_container.worker.errors import AttemptError

KEY, SECRET = "AKIDCLIENT", "client-secret-key"


@dataclass
class FakeS3:
    """Takes objects, whole or in parts; answers errors when told to."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    parts: dict[int, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    bucket: str = "theirs"

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, bytes, dict[str, str]]:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        path, _, query = request.path.partition("?")
        self.requests.append(f"{request.command} {request.path}")
        if f"Credential={KEY}/" not in request.headers["Authorization"]:
            self.errors.append((403, "InvalidAccessKeyId"))
        elif not path.startswith(f"/{self.bucket}/"):
            self.errors.append((404, "NoSuchBucket"))
        if self.errors:
            return _error(*self.errors.pop(0))
        if "uploads" in query:
            self.headers[path] = dict(request.headers)
            return 200, b"<R><UploadId>U1</UploadId></R>", {}
        if number := re.search(r"partNumber=(\d+)", query):
            self.parts[int(number[1])] = body
            return 200, b"", {"ETag": f'"{number[1]}"'}
        if request.command == "POST":
            self.objects[path] = b"".join(self.parts[part] for part in sorted(self.parts))
            return 200, b"<R><ETag>x</ETag></R>", {}
        if request.command == "PUT":
            self.objects[path] = body
            self.headers[path] = dict(request.headers)
        return 200, b"", {}


def _error(status: int, code: str) -> tuple[int, bytes, dict[str, str]]:
    xml = f"<Error><Code>{code}</Code><Message>Told by\n S3.</Message></Error>"
    return status, xml.encode(), {}


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    fake = FakeS3()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            status, body, headers = fake.answer(self)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_PUT  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()


def _upload(s3: FakeS3, **params: Any) -> dict[str, Any]:
    return {
        "prefix": "renders/campaign 42/",
        "params": {
            "endpoint": s3.url,
            "region": "eu-central-1",
            "bucket": "theirs",
            "accessKeyId": KEY,
            "accessKeySecret": SECRET,
        }
        | params,
    }


def _send(upload: dict[str, Any], file: Path, *, allow_private: bool = True) -> None:
    upload_to_client(
        Upload.model_validate(upload),
        file,
        file_name="out.mp4",
        content_type="video/mp4",
        allow_private=allow_private,
        check=lambda: None,
    )


def _refused(upload: dict[str, Any], file: Path, **options: Any) -> AttemptError:
    with pytest.raises(AttemptError) as refused:
        _send(upload, file, **options)
    return refused.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "out.mp4"
    path.write_bytes(bytes(range(256)) * 400)
    return path


def test_the_output_goes_to_the_clients_bucket_and_nowhere_else(
    desk: Any, template: Path, s3: FakeS3, tmp_path: Path
) -> None:
    job = desk.add(template, upload=_upload(s3, acl="public-read"))

    done: Job = desk.play(job, "success", desk.media / "clip.mp4")

    assert done.status is Status.FINISHED, done.verdict
    place = f"/theirs/renders/campaign%2042/{job.id}.mp4"
    assert list(s3.objects) == [place]
    assert s3.objects[place][4:8] == b"ftyp"
    assert s3.headers[place]["Content-Type"] == "video/mp4"
    assert s3.headers[place]["x-amz-acl"] == "public-read"
    assert done.output is not None
    assert done.output.key == f"renders/campaign 42/{job.id}.mp4"
    assert done.output.bytes == len(s3.objects[place])
    kept = boto3.client("s3").list_objects_v2(Bucket="renders")["Contents"]
    assert {item["Key"].rpartition("/")[2] for item in kept} == {"manifest.json", "log.txt"}
    assert SECRET not in desk.log(job)


def test_a_large_file_goes_in_parts(
    s3: FakeS3, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_upload, "PART", 5 << 20)  # S3's least
    content = bytes(range(256)) * (11 << 12)
    file.write_bytes(content)
    _send(_upload(s3, acl="private"), file)
    assert sorted(s3.parts) == [1, 2, 3]
    assert next(iter(s3.objects.values())) == content
    assert next(iter(s3.headers.values()))["x-amz-acl"] == "private"


def test_a_server_that_has_trouble_is_asked_again(s3: FakeS3, file: Path) -> None:
    s3.errors = [(503, "SlowDown"), (500, "InternalError")]
    _send(_upload(s3), file)
    assert next(iter(s3.objects.values())) == file.read_bytes()
    assert len(s3.requests) == 3


def test_lasting_trouble_is_transient(
    s3: FakeS3, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_container.worker.client_s3.TRIES", 2)
    s3.errors = [(503, "SlowDown")] * 5
    error = _refused(_upload(s3), file)
    assert error.failure.kind == "transient"
    assert "answered SlowDown: Told by S3." in error.failure.reason
    assert len(s3.requests) == 2


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"accessKeyId": "AKIDOTHER"}, "upload.params.accessKeyId: the storage at 127.0.0.1"),
        ({"bucket": "mine"}, "upload.params.bucket: the storage at 127.0.0.1"),
        ({"bucket": "a bucket?"}, "upload.params.bucket: is not valid."),
        ({"region": "evil.test/"}, "upload.params.region: is no region."),
        ({"endpoint": "http://no-such-host.invalid"}, "no-such-host.invalid does not exist."),
    ],
)
def test_a_wrong_parameter_is_named(
    s3: FakeS3, file: Path, params: dict[str, str], told: str
) -> None:
    error = _refused(_upload(s3, **params), file)
    assert error.failure.kind == "user"
    assert told in error.failure.reason
    assert not s3.objects


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("AccessDenied", "upload.params"),
        ("SignatureDoesNotMatch", "upload.params.accessKeySecret"),
        ("AccessControlListNotSupported", "upload.params.acl"),
        ("AuthorizationHeaderMalformed", "upload.params.region"),
    ],
)
def test_what_s3_refuses_is_the_clients_to_change(
    s3: FakeS3, file: Path, code: str, field: str
) -> None:
    s3.errors = [(403, code)]
    failure = _refused(_upload(s3), file).failure
    assert failure.kind == "user"
    assert failure.reason.startswith(f"{field}: the storage at 127.0.0.1")
    assert f"answered {code}: Told by S3." in failure.reason


def test_an_endpoint_on_a_private_address_is_not_spoken_to(s3: FakeS3, file: Path) -> None:
    error = _refused(_upload(s3), file, allow_private=False)
    assert error.failure.kind == "user"
    assert "upload.params.endpoint" in error.failure.reason
    assert "private or local address" in error.failure.reason
    assert s3.requests == []


def test_the_stack_itself_is_no_endpoint(
    s3: FakeS3, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTARSIA_OWN_PORTS", s3.url.rpartition(":")[2])
    error = _refused(_upload(s3), file)
    assert error.failure.kind == "user"
    assert "upload.params.endpoint" in error.failure.reason
    assert "an address of this installation itself" in error.failure.reason
    assert s3.requests == []


def test_a_host_that_does_not_answer_is_transient(
    s3: FakeS3, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_container.worker.client_s3.TRIES", 1)
    error = _refused(_upload(s3, endpoint="http://127.0.0.1:9"), file)
    assert error.failure.kind == "transient"
    assert "127.0.0.1:9" in error.failure.reason


def test_our_own_session_is_never_used(
    s3: FakeS3, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "our-own-token")
    _send(_upload(s3), file)
    (headers,) = s3.headers.values()
    assert "our-own-token" not in str(headers)


@pytest.mark.usefixtures("aws")
def test_a_bucket_on_aws_itself(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = boto3.client("s3")
    ours.create_bucket(Bucket="on-aws")
    # As on a laptop, where our own AWS is an emulator; theirs is not.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    upload = {
        "params": {
            "region": "us-east-1", "bucket": "on-aws",
            "accessKeyId": KEY, "accessKeySecret": SECRET,
        }
    }  # fmt: skip
    _send(upload, file)
    stored = ours.get_object(Bucket="on-aws", Key="out.mp4")
    assert stored["Body"].read() == file.read_bytes()
    assert stored["ContentType"] == "video/mp4"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "af-south-1"])
@pytest.mark.parametrize(
    ("bucket", "start"),
    [("theirs", "https://theirs.{}/"), ("the.irs", "https://{}/the.irs/")],
    ids=["plain", "with a dot, for which AWS has no certificate"],
)
def test_a_bucket_on_aws_is_reached_at_the_host_of_its_region(
    region: str, bucket: str, start: str
) -> None:
    params = {
        "region": region, "bucket": bucket, "accessKeyId": KEY, "accessKeySecret": SECRET,
    }  # fmt: skip
    client = client_s3(UploadParams.model_validate(params), allow_private=False)
    sent: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.url)
        return AWSResponse(request.url, 200, {}, SimpleNamespace(stream=lambda: iter(())))

    client.meta.events.register("before-send.s3", answer)
    client.put_object(Bucket=bucket, Key="out.mp4", Body=b"movie")
    assert sent == [start.format(f"s3.{region}.amazonaws.com") + "out.mp4"]
