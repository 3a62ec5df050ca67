import os
from pathlib import Path

import pytest


def test_a_template_is_registered_with_an_upload_flat_and_nested(call):
    status, body, _ = call("POST", "/api/v2/templates", {"type": "aep", "displayName": "Intro"})

    assert status == 201
    assert body["id"] == body["template"]["id"]
    assert (body["status"], body["error"]) == ("awaiting_upload", None)
    upload = body["uploadInfo"]
    assert (upload["method"], upload["expiresIn"]) == ("PUT", 3600)
    assert "X-Amz-SignedHeaders=host" in upload["url"]
    status, renewed, _ = call("PUT", f"/api/v2/templates/{body['id']}/upload")
    assert (status, renewed["key"]) == (200, upload["key"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"displayName": "x"}, "type"),
        ({"type": "psd", "displayName": "x"}, "type"),
        ({"type": "aep"}, "displayName"),
        ({"type": "aep", "displayName": ""}, "displayName"),
    ],
)
def test_a_template_that_cannot_be_is_refused_by_field(call, body, field):
    status, answer, _ = call("POST", "/api/v2/templates", body)

    assert (status, [detail["field"] for detail in answer["details"]]) == (400, [field])


def test_what_is_in_a_template_is_found_at_both_roots(call, add_template, built):
    template_id = add_template(built["lower-third"].path)

    _, template, _ = call("GET", f"/api/v2/templates/{template_id}")
    assert template["status"] == "uploaded"
    assert "lower-third" in template["compositions"]
    assert {"name", "title"} <= set(template["layers"])
    assert all(font.startswith("Liberation") for font in template["fonts"])
    assert template["fonts"]
    assert (template["effects"], template["missingFootage"]) == ([], [])

    status, v3, _ = call("GET", f"/api/v3/templates/{template_id}")
    assert (status, v3["id"], v3["status"]) == (200, template_id, "uploaded")
    _, comps, _ = call("GET", f"/api/v3/templates/{template_id}/compositions")
    _, layers, _ = call("GET", f"/api/v3/templates/{template_id}/layers")
    comp = next(comp for comp in comps if comp["name"] == "lower-third")
    name = next(layer for layer in layers if layer["name"] == "name")
    assert isinstance(comp["aeid"], str)
    assert isinstance(name["aeid"], int)
    assert comp["aeid"] == str(name["composition_id"])
    assert name["layer_type"] == "text"
    assert (comp["width"], comp["height"], comp["frame_rate"]) == (640, 144, 25)


def test_lists_of_layers_are_paged_and_capped(call, add_template, built):
    template_id = add_template(built["main"].path)
    path = f"/api/v3/templates/{template_id}/layers"

    everything = call("GET", path, query={"limit": "5000"})[1]
    assert call("GET", path, query={"limit": "1", "offset": "1"})[1] == everything[1:2]
    for query in ({"limit": "0"}, {"offset": "-1"}, {"limit": "many"}):
        assert call("GET", path, query=query)[0] == 400


def test_a_template_of_another_team_does_not_exist(call, add_template, built):
    template_id = add_template(built["lower-third"].path)

    for method, path in (
        ("GET", f"/api/v2/templates/{template_id}"),
        ("PUT", f"/api/v2/templates/{template_id}/upload"),
        ("GET", f"/api/v3/templates/{template_id}"),
        ("GET", f"/api/v3/templates/{template_id}/layers"),
        ("GET", f"/api/v3/templates/{template_id}/compositions"),
    ):
        assert call(method, path, token="theirs")[0] == 404
    assert call("GET", "/api/v2/templates", token="theirs")[1] == []
    assert len(call("GET", "/api/v2/templates")[1]) == 1


def test_an_upload_that_is_no_project_ends_as_error_with_a_reason(call, add_template, tmp_path):
    fake = tmp_path / "fake.aep"
    fake.write_bytes(b"not a project")

    _, template, _ = call("GET", f"/api/v2/templates/{add_template(fake)}")

    assert template["status"] == "error"
    assert len(template["error"]) > 20
    assert template["compositions"] == []


@pytest.mark.skipif("INTARSIA_SAMPLES" not in os.environ, reason="no sample projects here")
def test_real_projects_are_introspected_and_ancient_ones_explained(call, add_template):
    samples = Path(os.environ["INTARSIA_SAMPLES"])

    real = call("GET", f"/api/v2/templates/{add_template(samples / 'validation_motion.aep')}")[1]
    ancient = call("GET", f"/api/v2/templates/{add_template(samples / 'old_project.aep')}")[1]

    assert (real["status"], real["compositions"]) == ("uploaded", ["main"])
    assert {"text_main", "text_sub", "text"} <= set(real["layers"])
    assert real["fonts"] == ["TimesNewRomanPSMT"]
    without_footage = add_template(samples / "nexrender_test.aep")
    lacking = call("GET", f"/api/v2/templates/{without_footage}")[1]
    assert lacking["missingFootage"] == ["square.jpg"]
    assert ancient["status"] == "error"
    assert "too old" in ancient["error"]
