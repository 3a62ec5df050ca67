"""Where the reference API's sources contradict each other, both forms are taken."""

import pytest


def test_a_created_template_is_read_flat_and_nested(answer):
    body = answer(201, "POST", "/api/v2/templates", json={"type": "zip", "displayName": "x"})

    assert body["id"] == body["template"]["id"]
    assert body["status"] == body["template"]["status"]


@pytest.mark.parametrize("name", ["download", "upload"])
def test_a_template_is_downloaded_under_both_names(answer, template, name):
    assert answer(200, "GET", f"/api/v2/templates/{template}/{name}")["url"]


@pytest.mark.parametrize("codec", ["h264_vbr_5mbps", "video_h264_vbr_5mbps"])
def test_codecs_have_long_and_short_names(answer, job, codec):
    body = job()
    body["settings"] = body["settings"] | {"codec": codec}

    assert answer(201, "POST", "/api/v2/jobs", json=body)["outputUrl"].endswith(".mp4")


@pytest.mark.parametrize(
    "function",
    [
        {"name": "nx:layer-state-set", "params": {"layerName": "name", "visible": False}},
        {"name": "nx-layer-state-set", "layerName": "name", "params": {"visible": False}},
        {"name": "nx-layer-state-set", "layerName": "name", "params": {"state": "hidden"}},
        {"name": "nx:layer-state-set", "params": {"layerName": ["name", "title"], "visible": True}},
    ],
)
def test_functions_are_written_either_way(answer, job, function):
    body = job()
    body["assets"] = [*body["assets"], {"type": "function"} | function]

    answer(201, "POST", "/api/v2/jobs", json=body)


@pytest.mark.parametrize("reference", ["${secrets.URL}", "${secret.URL}"])
def test_secrets_are_referred_to_either_way(answer, job, reference):
    body = job()
    body["webhook"] = {"url": "https://a.example", "headers": {"X-Key": reference}}
    body["assets"] = [
        *body["assets"], {"type": "static", "src": f"{reference}/logo.png", "name": "logo.png"}
    ]  # fmt: skip

    answer(201, "POST", "/api/v2/jobs", json=body)


def test_an_error_stands_in_the_job_and_in_its_stats(answer, job, until):
    made = answer(201, "POST", "/api/v2/jobs", json=job("refuse: no such layer"))

    body = until(f"/api/v2/jobs/{made['id']}", "error")

    assert body["error"] == body["stats"]["error"] == "refuse: no such layer"


def test_preview_beside_settings_wins(answer, job):
    body = job() | {"preview": True, "settings": {"engine": "ae2026", "codec": "prores_4444"}}

    made = answer(201, "POST", "/api/v2/jobs", json=body)

    assert answer(200, "GET", f"/api/v2/jobs/{made['id']}")["engine"] == "open"


def test_a_project_from_a_url_may_be_called_anything(answer, job):
    template = {"id": "PLACEHOLDER", "src": "https://a.example/p.aep", "composition": "main"}

    made = answer(201, "POST", "/api/v2/jobs", json=job() | {"template": template})

    assert answer(200, "GET", f"/api/v2/jobs/{made['id']}")["templateId"] == "PLACEHOLDER"


def test_a_second_put_of_a_secret_is_a_conflict(answer):
    body = {"name": "TWICE", "value": "x"}
    made = answer(201, "PUT", "/api/v2/secrets", json=body)

    answer(409, "PUT", "/api/v2/secrets", json=body)
    answer(200, "DELETE", f"/api/v2/secrets/{made['id']}")


def test_deleting_a_template_leaves_its_finished_jobs(answer, add_template, until):
    from examples.templates import intro

    template = add_template(intro)
    body = {
        "template": {"id": template, "composition": "intro"},
        "settings": {"engine": "open"},
    }
    made = answer(201, "POST", "/api/v2/jobs", json=body)
    until(f"/api/v2/jobs/{made['id']}", "finished")

    answer(204, "DELETE", f"/api/v2/templates/{template}")

    assert answer(200, "GET", f"/api/v2/jobs/{made['id']}")["status"] == "finished"


def test_a_template_in_use_stays(answer, add_template):
    from examples.templates import intro

    template = add_template(intro)
    held = {
        "template": {"id": template, "composition": "intro"},
        "settings": {"engine": "open"},
        "assets": [],
    }
    made = answer(201, "POST", "/api/v2/jobs/join", json={
        "assets": [{"type": "job"} | held, {"type": "video", "src": "https://a.example/x.mp4"}]
    })  # fmt: skip

    refused = answer(409, "DELETE", f"/api/v2/templates/{template}")

    assert "use" in refused["error"]
    assert made["status"] == "pending"


def test_layers_have_the_types_of_the_live_api(answer, template):
    layers = answer(200, "GET", f"/api/v3/templates/{template}/layers")

    assert {layer["layer_type"] for layer in layers} <= {
        "text", "av", "shape", "null", "camera", "light",
    }  # fmt: skip
