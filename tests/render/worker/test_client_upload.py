"""Outputs that go to a client's own bucket: an S3 of its own on this machine."""

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
from tests.support.client_storage import KEY, SECRET, FakeS3


@pytest.fixture
def s3(client_storage: FakeS3) -> FakeS3:
    return client_storage


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
        ({"region": "evil.test/"}, "upload.params.region: is not a valid region."),
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
