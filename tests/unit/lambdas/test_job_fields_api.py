"""What a job may say beside its template and its assets."""

import json

import pytest

from intarsia.domain.fonts import Font, FontNames, FontStatus
from intarsia.domain.ids import now
from intarsia.domain.told import MOST_WARNINGS
from intarsia.domain.webhooks import webhook_key
from lambdas import dependencies

UPLOAD = {
    "prefix": "renders/campaign 42/",
    "params": {
        "region": "eu-west-1",
        "bucket": "mine",
        "accessKeyId": "AKIA",
        "accessKeySecret": "${secrets.S3_SECRET}",
    },
}


def manifest_of(job_id):
    manifest = dependencies.manifests().get(dependencies.jobs().get(job_id))
    return manifest.model_dump(mode="json", by_alias=True)


@pytest.fixture
def job(built, add_template):
    template = add_template(built["lower-third"].path)
    return {"template": {"id": template, "composition": "lower-third"}}


@pytest.fixture
def submit(call, job):
    """Submit the job with fields of its own; returns what GET says of it and its manifest."""

    def send(**fields):
        status, body, _ = call("POST", "/api/v2/jobs", job | fields)
        assert status == 201, body
        manifest = manifest_of(body["id"])
        return call("GET", f"/api/v2/jobs/{body['id']}")[1], manifest

    return send


@pytest.mark.parametrize(
    ("change", "url"),
    [
        ({}, "https://mine.s3.eu-west-1.amazonaws.com/renders/campaign%2042/{name}"),
        ({"outputUrl": "https://cdn.example/media/"},
         "https://cdn.example/media/renders/campaign%2042/{name}"),
        ({"prefix": None, "outputUrl": "https://cdn.example"}, "https://cdn.example/{name}"),
        ({"params": UPLOAD["params"] | {"endpoint": "https://r2.example:8443/"}},
         "https://r2.example:8443/mine/renders/campaign%2042/{name}"),
    ],
)  # fmt: skip
def test_an_upload_decides_where_the_output_is_found(submit, change, url):
    found, manifest = submit(upload=UPLOAD | change)

    assert found["outputUrl"] == url.format(name=f"{found['id']}.mp4")
    assert manifest["upload"]["params"]["accessKeySecret"] == "${secrets.S3_SECRET}"


def test_keys_of_a_bucket_never_come_back(call, job):
    literal = UPLOAD | {"params": UPLOAD["params"] | {"accessKeySecret": "very-secret"}}
    _, created, _ = call("POST", "/api/v2/jobs", job | {"upload": literal})

    for path in ("/api/v2/jobs", f"/api/v2/jobs/{created['id']}"):
        assert "very-secret" not in json.dumps(call("GET", path)[1])
    assert "very-secret" not in json.dumps(created)


def test_a_webhook_is_kept_for_the_end_of_the_job(submit):
    webhook = {"url": "https://me.example/hook", "headers": {"X-Key": "${secrets.HOOK}"}}

    found, _ = submit(webhook=webhook)

    kept = json.loads(dependencies.renders().get_text(webhook_key(found["id"])))
    assert (kept["url"], kept["headers"]) == (webhook["url"], webhook["headers"])
    assert dependencies.jobs().get(found["id"]).has_webhook


def test_a_project_from_a_url_needs_no_template(call):
    body = {"template": {"id": "PLACEHOLDER", "src": "https://me.example/p.aep"}}

    status, created, _ = call("POST", "/api/v2/jobs", body)

    assert status == 201
    manifest = manifest_of(created["id"])
    assert (manifest["templateSrc"], manifest["composition"]) == (body["template"]["src"], None)
    assert call("GET", f"/api/v2/jobs/{created['id']}")[1]["templateId"] == "PLACEHOLDER"


@pytest.mark.parametrize(
    ("settings", "extension"),
    [
        ({"type": "aep"}, "zip"),
        ({"type": "image", "frames": 0}, "png"),
        ({"type": "image", "frames": [0, 3]}, "zip"),
        ({"type": "image", "frames": 0, "codec": "jpeg"}, "jpg"),
        ({"codec": "prores_4444"}, "mov"),
        ({"codec": "h264_vbr_15mbps"}, "mp4"),
    ],
)
def test_an_output_is_named_by_what_it_is(submit, settings, extension):
    found, manifest = submit(settings=settings)

    assert found["outputUrl"].endswith(f"/{found['id']}.{extension}")
    assert manifest["media"] == settings.get("type", "video")


def test_preview_and_settings_go_together_and_preview_wins(submit):
    found, manifest = submit(preview=True, settings={"engine": "ae2026", "codec": "prores_4444"})

    assert (found["engine"], manifest["quality"]) == ("open", "draft")


def test_fonts_that_nobody_has_are_told_and_the_job_goes_on(submit):
    found, _ = submit(fonts=["No Such Font", "Arial"])

    assert found["missingFonts"] == ["No Such Font"]


def test_tags_are_an_array_or_one_string_and_lists_are_filtered_by_them(call, submit):
    one, _ = submit(tags="spring,sale")
    two, _ = submit(tags=["sale"])
    submit()

    def listed(tags):
        return {job["id"] for job in call("GET", "/api/v2/jobs", query={"tags": tags})[1]}

    assert one["tags"] == ["spring", "sale"]
    assert listed("sale") == {one["id"], two["id"]}
    assert listed("spring,none") == {one["id"]}
    assert listed("none") == set()
    status, body, _ = call("GET", "/api/v2/jobs", query={"tags": "a b"})
    assert (status, body["details"][0]["field"]) == (400, "tags")


def test_a_list_by_priority_has_the_highest_first_and_the_oldest_of_equals(call, submit):
    ids = {name: submit(priority=value)[0]["id"]
           for name, value in {"low": -1, "old": 0, "new": 0, "high": 9}.items()}  # fmt: skip

    _, jobs, _ = call("GET", "/api/v2/jobs", query={"sort": "priority"})

    assert [job["id"] for job in jobs] == [ids[name] for name in ("high", "old", "new", "low")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"upload": {"prefix": "../x", "params": UPLOAD["params"]}}, "upload.prefix"),
        ({"upload": UPLOAD | {"provider": "gcs"}}, "upload.provider"),
        ({"upload": UPLOAD | {"more": 1}}, "upload.more"),
        ({"webhook": {"url": "ftp://me.example"}}, "webhook.url"),
        ({"webhook": {"url": "https://me.example", "method": "BREW"}}, "webhook.method"),
        ({"webhook": {"url": "https://me.example", "headers": {"a\nb": "c"}}}, "webhook.headers"),
        ({"fonts": "Arial"}, "fonts"),
        ({"tags": [1]}, "tags[0]"),
        ({"priority": "high"}, "priority"),
        ({"settings": {"type": "aep", "codec": "png"}}, "settings"),
        ({"template": {"id": "PLACEHOLDER", "src": "http://me.example/p.aep"}}, "template.src"),
        ({"template": {"id": "PLACEHOLDER"}}, "template.id"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(call, job, change, field):
    status, body, _ = call("POST", "/api/v2/jobs", job | change)

    assert status == 400
    assert any(detail["field"].startswith(field) for detail in body["details"]), body
    assert call("GET", "/api/v2/jobs")[1] == []


def test_fonts_that_assets_ask_for_are_looked_up_as_well(submit):
    params = {"layerName": "name", "font": "NoSuch-Bold"}
    font = {"type": "function", "name": "nx:text-params-set", "params": params}

    assert submit(assets=[font])[0]["missingFonts"] == ["NoSuch-Bold"]


def test_frames_are_counted_as_the_assets_leave_the_composition(call, job, submit):
    longer = {
        "type": "function",
        "name": "nx:comp-duration-set",
        "params": {"composition": "lower-third", "value": 60},
    }

    submit(assets=[longer], settings={"frames": [0, 1000]})
    status, body, _ = call("POST", "/api/v2/jobs", job | {"settings": {"frames": [0, 1000]}})
    assert (status, body["details"][0]["field"]) == (400, "settings.frames")


@pytest.mark.parametrize("name", ["House", "house-bold.TTF", "Lato-Bold", "Lato Bold"])
def test_a_font_of_the_bank_gets_the_name_that_engines_know(submit, name):
    font = Font(
        id="01J00000000000000000000000",
        team_id="team",
        status=FontStatus.UPLOADED,
        file_name="house-bold.ttf",
        family_name="House",
        key="fonts/team/01J00000000000000000000000/house-bold.ttf",
        created_at=now(),
        names=FontNames(families=["Lato"], postscript="Lato-Bold", style="Bold"),
    )
    dependencies.fonts().put(font)
    call = {
        "type": "function",
        "name": "nx:text-params-set",
        "params": {"layerName": "name", "font": name},
    }
    data = {"type": "data", "layerName": "name", "property": "Source Text.font", "value": name}

    found, manifest = submit(assets=[call, data])

    assert [each["fileName"] for each in manifest["fonts"]] == ["house-bold.ttf"]
    assert manifest["assets"][0]["params"]["font"] == "Lato-Bold"
    assert manifest["assets"][1]["value"] == "Lato-Bold"
    assert found["missingFonts"] == []


def test_a_job_of_many_doubtful_assets_is_stored_with_the_first_warnings(submit):
    """An item holds 400 KB; a job may have 2,000 assets."""
    late = {
        "type": "function",
        "name": "nx:layer-start-set",
        "params": {"layerName": "name", "value": 1000},
    }
    found, manifest = submit(assets=[late] * 60)
    assert len(manifest["assets"]) == 60
    assert len(found["warnings"]) == MOST_WARNINGS
    assert found["warnings"][0].startswith("assets[0]")
