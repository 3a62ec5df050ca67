"""What a team keeps — fonts, secrets — and a bucket of its own, used by the real worker."""

import http.server
import io
import json
import threading
import zipfile
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.support.client_storage import KEY, SECRET
from tests.support.paths import BUNDLED_FONTS
from tests.support.stills import as_stills

TOKEN = "s3cr3t-t0ken-of-a-client"


@pytest.fixture(scope="module")
def guarded():
    """A site whose picture is there only under a secret path."""
    picture = io.BytesIO()
    Image.new("RGB", (320, 180), (200, 30, 30)).save(picture, "PNG")
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            found = self.path == f"/{TOKEN}/logo.png"
            self.send_response(200 if found else 403)
            body = picture.getvalue() if found else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


@pytest.fixture
def bucket(client_storage, secret):
    """A client's bucket: `params` of an upload that lead to it, and its `objects` by path."""
    secret("BUCKET_KEY", SECRET)
    params = {
        "endpoint": client_storage.url,
        "region": "us-east-1",
        "bucket": "theirs",
        "accessKeyId": KEY,
        "accessKeySecret": "${secrets.BUCKET_KEY}",
    }
    return SimpleNamespace(params=params, objects=client_storage.objects)


@pytest.fixture
def kept_outputs(stack):
    """`kept_outputs()`: keys of the outputs that the stack keeps itself."""
    renders = stack.deployment.outputs["RendersBucketName"]

    def find():
        found = stack.client("s3").list_objects_v2(Bucket=renders, Prefix="outputs/")
        return [entry["Key"] for entry in found.get("Contents", [])]

    return find


@pytest.fixture
def secret(client):
    """Keeps a secret for one test."""
    made = []

    def keep(name, value):
        client.secrets.set(name, value)
        made.append(name)

    yield keep
    for each in client.secrets.list():
        if each.name in made:
            client.secrets.delete(each.id)


@pytest.fixture
def lower_third(example):
    """The child of the first example, as a job."""
    nested = example("nested-basic")["assets"][0]
    return {"template": nested["template"], "settings": {"engine": "open", "frames": [0, 4]}}


@pytest.fixture
def hidden_logo(guarded, secret):
    """An asset that can be had with a secret only, and what the site was asked for."""
    origin, asked = guarded
    secret("LOGO_TOKEN", TOKEN)
    src = f"{origin}/${{secrets.LOGO_TOKEN}}/logo.png"
    return {"type": "image", "layerName": "PrecompLayer", "src": src}, asked


def test_a_secret_is_known_to_the_worker_alone(client, finish, example, hidden_logo, stack):
    asset, asked = hidden_logo
    job = as_stills(example("nested-basic") | {"assets": [asset]})

    (done,) = finish(client.submit(job)["id"])

    assert done["status"] == "finished", done["error"]
    assert f"/{TOKEN}/logo.png" in asked
    assert TOKEN not in json.dumps(done)
    assert TOKEN not in client.text(f"jobs/{done['id']}/logs")
    for log in (stack.state / "logs").rglob("*.log"):
        assert TOKEN not in log.read_text(errors="replace"), log


def test_a_secret_is_encrypted_with_the_key_of_the_stack(client, stack, secret):
    secret("FOR_THE_KEY", "x")
    kms, values = stack.client("kms"), stack.client("secretsmanager")

    (kept,) = [each for each in client.secrets.list() if each.name == "FOR_THE_KEY"]

    (name,) = [
        each["Name"]
        for each in values.list_secrets()["SecretList"]
        if each["Name"].endswith(kept.id)
    ]
    key = kms.describe_key(KeyId="alias/intarsia/secrets")["KeyMetadata"]
    assert values.describe_secret(SecretId=name)["KmsKeyId"] == key["Arn"]
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]


def test_a_secret_that_nobody_has_is_named(client, finish, example):
    job = example("nested-basic")
    src = "https://a.example/${secret.NOBODY}/x.png"
    job["assets"] = [{"type": "image", "layerName": "PrecompLayer", "src": src}]

    (done,) = finish(client.submit(job)["id"])

    assert done["status"] == "error"
    assert "NOBODY" in done["error"]


def test_a_font_of_the_bank_is_drawn_with(client, finish, lower_third):
    font = client.fonts.add(BUNDLED_FONTS / "LiberationMono-Bold.ttf", "House Mono")
    wanted = {
        "type": "data",
        "layerName": "name",
        "property": "Source Text.font",
        "value": "LiberationMono-Bold",
    }
    job = lower_third | {"fonts": ["House Mono"], "assets": [wanted]}

    made = client.submit(job)
    (done,) = finish(made["id"])

    assert done["status"] == "finished", done["error"]
    assert made["missingFonts"] == done["missingFonts"] == []
    assert "LiberationMono-Bold" in client.text(f"jobs/{done['id']}/logs")
    client.fonts.delete(font.id)


def test_an_output_goes_to_the_clients_own_bucket_and_nowhere_else(
    client, finish, lower_third, bucket, kept_outputs
):
    job = lower_third | {"upload": {"prefix": "renders/2026/", "params": bucket.params}}

    (done,) = finish(client.submit(job)["id"])

    assert done["status"] == "finished", done["error"]
    key = f"/theirs/renders/2026/{done['id']}.mp4"
    assert done["outputUrl"] == f"{bucket.params['endpoint']}{key}"
    assert len(bucket.objects[key]) == done["output"]["bytes"]
    assert not any(done["id"] in key for key in kept_outputs())


def test_a_bucket_that_is_not_there_is_the_clients_matter(client, finish, lower_third, bucket):
    params = bucket.params | {"bucket": "no-such-bucket"}

    (done,) = finish(client.submit(lower_third | {"upload": {"params": params}})["id"])

    assert (done["status"], done["attempt"]) == ("error", 1)
    assert "upload.params" in done["error"]


def test_a_project_is_packaged_with_what_was_put_into_it(client, finish, lower_third, tmp_path):
    job = lower_third | {
        "settings": {"type": "aep"},
        "assets": [{"type": "text", "layerName": "name", "value": "Packed Jane"}],
    }

    (done,) = finish(client.submit(job)["id"])

    assert done["status"] == "finished", done["error"]
    client.download(done, tmp_path / "project.zip")
    with zipfile.ZipFile(tmp_path / "project.zip") as archive:
        projects = [name for name in archive.namelist() if name.endswith(".aep")]
        assert len(projects) == 1
        assert b"Packed Jane" in archive.read(projects[0]) or "Packed Jane".encode(
            "utf-16-be"
        ) in archive.read(projects[0])


def test_a_font_that_no_request_holds_goes_by_the_store(client, monkeypatch):
    monkeypatch.setattr("intarsia.client.fonts.DIRECT_LIMIT", 0)

    font = client.fonts.add(BUNDLED_FONTS / "LiberationMono-Bold.ttf", "House Mono", poll=0.1)

    assert font.status == "uploaded"
    client.fonts.delete(font.id)
