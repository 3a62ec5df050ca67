"""Files to and from the store: streamed, without the key, whole or not at all."""

import httpx
import pytest

from intarsia.client import NotFoundError, StorageError, UnreachableError, UnusableFileError
from intarsia.client.fonts import DIRECT_LIMIT
from intarsia.client.models import Job

STORE = "store.example.com"
TEMPLATE = {"id": "T1", "type": "aep", "displayName": "main", "status": "awaiting_upload"}
UPLOAD = {"url": f"https://{STORE}/up?X-Amz-Signature=sig", "method": "PUT", "expiresIn": 3600}
DONE = TEMPLATE | {"status": "uploaded", "compositions": ["main"]}
OUTPUT = "https://renders.example.com/api/v2/outputs/J1/secret/J1.mp4"


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "main.aep"
    path.write_bytes(b"RIFX" * 100_000)
    return path


@pytest.fixture
def finished():
    return Job(id="J1", status="finished", output_url=OUTPUT)


def to_store(server):
    return [request for request in server.requests if request.url.host == STORE]


@pytest.mark.parametrize(
    "created",
    [
        TEMPLATE | {"uploadInfo": UPLOAD},
        {"template": TEMPLATE, "uploadInfo": UPLOAD},
        TEMPLATE | {"template": TEMPLATE, "uploadInfo": UPLOAD},
    ],
    ids=["flat", "nested", "both"],
)
def test_a_template_is_registered_sent_and_waited_for(server, client, project, created):
    server.on("POST", "/api/v2/templates", (201, created))
    server.on("PUT", f"{STORE}/up", 200)
    server.on("GET", "/api/v2/templates/T1", (200, TEMPLATE), (200, DONE))

    template = client.templates.add(project)

    assert (template.status, template.compositions) == ("uploaded", ("main",))
    assert server.sent(0) == {"type": "aep", "displayName": "main"}
    (upload,) = to_store(server)
    assert upload.content == project.read_bytes()
    assert upload.headers["Content-Length"] == str(project.stat().st_size)


def test_the_store_never_sees_the_key(server, client, project, finished, tmp_path):
    server.on("POST", "/api/v2/templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    server.on("GET", "/api/v2/templates/T1", (200, DONE))
    server.on("GET", "/api/v2/templates/T1/download", (200, {"url": f"https://{STORE}/down"}))
    server.on("PUT", f"{STORE}/up", 200)
    server.on("GET", f"{STORE}/down", httpx.Response(200, content=b"x"))
    redirect = httpx.Response(302, headers={"Location": f"https://{STORE}/down"})
    server.on("GET", "/api/v2/outputs/J1/secret/J1.mp4", redirect)

    client.templates.add(project)
    client.templates.download("T1", tmp_path / "out.aep")
    client.jobs.download(finished, tmp_path / "out.mp4")

    assert len(to_store(server)) == 3
    for request in to_store(server):
        assert "Authorization" not in request.headers
        assert "itk_" not in str(request.url)
    (put,) = [request for request in to_store(server) if request.method == "PUT"]
    assert put.headers["Content-Type"] == "application/octet-stream"
    assert not [name for name in put.headers if name.startswith("x-amz")]


def test_a_template_that_cannot_be_read_says_why(server, client, project):
    server.on("POST", "/api/v2/templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    server.on("PUT", f"{STORE}/up", 200)
    broken = TEMPLATE | {"status": "error", "error": "this is no project"}
    server.on("GET", "/api/v2/templates/T1", (200, broken))

    with pytest.raises(UnusableFileError, match="this is no project"):
        client.templates.add(project)


@pytest.mark.parametrize("failure", [503, httpx.WriteError("broken")])
def test_an_upload_is_sent_again_whole(server, client, project, failure):
    server.on("POST", "/api/v2/templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    server.on("PUT", f"{STORE}/up", failure, 200)
    server.on("GET", "/api/v2/templates/T1", (200, DONE))

    client.templates.add(project)

    assert [len(request.content) for request in to_store(server)] == [400_000, 400_000]


def test_a_refused_upload_says_why_without_its_signature(server, client, project):
    server.on("POST", "/api/v2/templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    refusal = httpx.Response(403, text="<Code>RequestExpired</Code>")
    server.on("PUT", f"{STORE}/up", refusal)

    with pytest.raises(StorageError, match="RequestExpired") as refused:
        client.templates.add(project)
    assert "sig" not in str(refused.value)


def test_a_download_that_breaks_off_leaves_nothing(server, client, finished, tmp_path):
    def breaking(_):
        def body():
            yield b"half"
            raise httpx.ReadError("broken")

        return httpx.Response(200, content=body())

    server.on("GET", "/api/v2/outputs/J1/secret/J1.mp4", breaking)
    target = tmp_path / "out.mp4"
    target.write_bytes(b"the old one")

    with pytest.raises(UnreachableError):
        client.jobs.download(finished, target)

    assert len(server.requests) == 3
    assert target.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [target]


def test_an_output_that_is_gone_is_an_error(server, client, finished, tmp_path):
    server.on("GET", "/api/v2/outputs/J1/secret/J1.mp4", (404, {"error": "no such output"}))
    with pytest.raises(StorageError, match="no such output"):
        client.jobs.download(finished, tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


FONT = {"id": "F1", "familyName": "Wood", "fileName": "wood.ttf", "createdAt": None}


def test_a_small_font_goes_in_one_request(server, client, tmp_path):
    path = tmp_path / "wood.ttf"
    path.write_bytes(b"\x00\x01\x00\x00 font")
    server.on("POST", "/api/v2/fonts", (201, FONT))

    assert client.fonts.add(path, "Wood").family_name == "Wood"

    (request,) = server.requests
    assert request.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="font"; filename="wood.ttf"' in request.content
    assert b'name="familyName"\r\n\r\nWood' in request.content
    assert path.read_bytes() in request.content


def test_a_large_font_goes_by_way_of_the_store(server, client, tmp_path):
    path = tmp_path / "wood.ttf"
    path.write_bytes(b"f" * (DIRECT_LIMIT + 1))
    waiting = FONT | {"status": "awaiting_upload"}
    server.on("POST", "/api/v2/fonts", (201, waiting | {"uploadInfo": UPLOAD}))
    server.on("PUT", f"{STORE}/up", 200)
    server.on("GET", "/api/v2/fonts/F1", (200, waiting), (200, FONT | {"status": "uploaded"}))

    assert client.fonts.add(path).status == "uploaded"

    assert server.sent(0) == {"fileName": "wood.ttf"}
    (upload,) = to_store(server)
    assert len(upload.content) == DIRECT_LIMIT + 1
    assert "Authorization" not in upload.headers


def test_a_font_that_cannot_be_read_says_why(server, client, tmp_path):
    path = tmp_path / "wood.ttf"
    path.write_bytes(b"f" * (DIRECT_LIMIT + 1))
    waiting = FONT | {"status": "awaiting_upload"}
    server.on("POST", "/api/v2/fonts", (201, waiting | {"uploadInfo": UPLOAD}))
    server.on("PUT", f"{STORE}/up", 200)
    server.on("GET", "/api/v2/fonts/F1", (200, FONT | {"status": "error", "error": "no font"}))

    with pytest.raises(UnusableFileError, match="no font"):
        client.fonts.add(path)


def test_a_template_without_a_file_is_not_found(server, client, tmp_path):
    server.on("GET", "/api/v2/templates/T1/download", (410, {"error": "file gone"}))
    with pytest.raises(NotFoundError, match="file gone"):
        client.templates.download("T1", tmp_path / "x")
