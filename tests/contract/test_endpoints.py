"""Every row of the reference API's table of endpoints: method, path, status, body, headers."""

import pytest

UNKNOWN = "01AN4Z07BY79KA1307SR9X4MV3"
TEMPLATE_STATES = {"awaiting_upload", "downloading", "processing", "uploaded", "error"}


def is_template(body, is_moment):
    assert body["type"] in {"aep", "zip", "mogrt"}
    assert body["status"] in TEMPLATE_STATES
    assert is_moment(body["createdAt"])
    assert is_moment(body["updatedAt"])
    assert isinstance(body["compositions"], list)
    assert isinstance(body["layers"], list)
    assert isinstance(body["mogrt"], dict)
    assert body["error"] is None or body["error"]


def is_upload_info(info):
    assert info["url"].startswith("http")
    assert info["method"] == "PUT"
    assert info["expiresIn"] == 3600
    assert info["key"]


def is_job(body, is_moment):
    assert body["templateId"] is None or isinstance(body["templateId"], str)
    assert isinstance(body["status"], str)
    assert isinstance(body["progress"], int | float)
    assert body["outputUrl"] is None or body["outputUrl"].startswith("http")
    stats = body["stats"]
    assert is_moment(stats["createdAt"])
    assert is_moment(stats["updatedAt"])
    for name in ("startedAt", "finishedAt", "errorAt"):
        assert stats[name] is None or is_moment(stats[name])
    assert isinstance(stats["totalAssets"], int)
    assert stats["renderDuration"] is None or isinstance(stats["renderDuration"], int | float)
    assert stats["error"] is None or stats["error"]
    assert body["error"] == stats["error"]
    assert isinstance(body["missingFonts"], list)


@pytest.fixture
def fresh(answer):
    """A template that waits for its file."""
    return answer(201, "POST", "/api/v2/templates", json={"type": "aep", "displayName": "fresh"})


# Templates


def test_1_create_template(fresh, is_moment, is_ulid):
    is_template(fresh, is_moment)
    assert is_ulid(fresh["id"])
    assert fresh["status"] == "awaiting_upload"
    is_upload_info(fresh["uploadInfo"])
    assert fresh["template"]["id"] == fresh["id"], "flat as specified, nested as observed"


def test_1_create_template_refuses_what_is_wrong(answer):
    body = answer(400, "POST", "/api/v2/templates", json={"type": "psd"})
    assert {each["field"] for each in body["details"]} == {"type", "displayName"}


def test_2_list_templates(answer, template, is_moment):
    body = answer(200, "GET", "/api/v2/templates")
    assert isinstance(body, list)
    assert template in {each["id"] for each in body}
    for each in body:
        is_template(each, is_moment)


def test_3_get_template(answer, template, is_moment):
    body = answer(200, "GET", f"/api/v2/templates/{template}")
    is_template(body, is_moment)
    assert "lower-third" in body["compositions"]
    assert "name" in body["layers"]
    answer(404, "GET", f"/api/v2/templates/{UNKNOWN}")


def test_4_update_template(answer, fresh, is_moment):
    path = f"/api/v2/templates/{fresh['id']}"
    body = answer(200, "PATCH", path, json={"displayName": "renamed"})
    is_template(body, is_moment)
    assert body["displayName"] == "renamed"
    assert answer(200, "PATCH", path, json={})["displayName"] == "renamed"
    refused = answer(400, "PATCH", path, json={"displayName": 5})
    assert refused["details"][0]["field"] == "displayName"
    answer(404, "PATCH", f"/api/v2/templates/{UNKNOWN}", json={"displayName": "x"})


def test_5_delete_template(answer, fresh):
    path = f"/api/v2/templates/{fresh['id']}"
    answer(204, "DELETE", path)
    answer(404, "GET", path)
    answer(404, "DELETE", path)
    job = {"template": {"id": fresh["id"], "composition": "main"}}
    answer(404, "POST", "/api/v2/jobs", json=job)


@pytest.mark.parametrize("name", ["download", "upload"])
def test_6_get_template_download_url_by_its_new_and_its_old_name(
    answer, anonymous, template, fresh, name
):
    body = answer(200, "GET", f"/api/v2/templates/{template}/{name}")
    assert anonymous.get(body["url"]).content[:4] in {b"RIFX", b"PK\x03\x04"}
    answer(410, "GET", f"/api/v2/templates/{fresh['id']}/{name}")
    answer(404, "GET", f"/api/v2/templates/{UNKNOWN}/{name}")


def test_7_get_template_upload_url(answer, fresh):
    is_upload_info(answer(200, "PUT", f"/api/v2/templates/{fresh['id']}/upload"))
    answer(404, "PUT", f"/api/v2/templates/{UNKNOWN}/upload")


def test_8_list_templates_v3(answer, template):
    body = answer(200, "GET", "/api/v3/templates")
    assert isinstance(body, list)
    assert template in {each["id"] for each in body}


def test_9_get_template_v3(answer, template, is_moment):
    body = answer(200, "GET", f"/api/v3/templates/{template}")
    assert set(body) >= {"id", "type", "displayName", "status", "createdAt", "updatedAt"}
    assert is_moment(body["createdAt"])
    assert body["status"] == "uploaded"
    answer(400, "GET", "/api/v3/templates/not-an-id")
    answer(404, "GET", f"/api/v3/templates/{UNKNOWN}")


NUMBER = (int, float)
COMPOSITION = {
    "aeid": str, "name": str, "width": NUMBER, "height": NUMBER, "duration": NUMBER,
    "frame_rate": NUMBER, "data": dict,
}  # fmt: skip
LAYER = {
    "composition_id": int, "aeid": int, "name": str, "top": NUMBER, "left": NUMBER,
    "width": NUMBER, "height": NUMBER, "start_time": NUMBER, "in_point": NUMBER,
    "out_point": NUMBER, "layer_type": str, "source_type": (str, type(None)),
    "source_comp_id": (int, type(None)), "parent_id": (int, type(None)), "data": dict,
}  # fmt: skip


@pytest.mark.parametrize(("what", "types"), [("compositions", COMPOSITION), ("layers", LAYER)])
def test_10_and_11_list_what_is_in_a_template(answer, template, what, types):
    path = f"/api/v3/templates/{template}/{what}"
    body = answer(200, "GET", path)
    assert body
    for row in body:
        assert set(row) >= set(types)
        for name, kind in types.items():
            assert isinstance(row[name], kind), name
            assert not isinstance(row[name], bool)
    assert answer(200, "GET", path, params={"limit": 1}) == body[:1]
    assert answer(200, "GET", path, params={"limit": 5000, "offset": 1}) == body[1:]
    assert answer(400, "GET", path, params={"limit": 0})["details"][0]["field"] == "limit"
    assert answer(400, "GET", path, params={"offset": -1})["details"][0]["field"] == "offset"
    answer(404, "GET", f"/api/v3/templates/{UNKNOWN}/{what}")


def test_10_and_11_join_over_the_id_of_the_composition(answer, template):
    compositions = answer(200, "GET", f"/api/v3/templates/{template}/compositions")
    layers = answer(200, "GET", f"/api/v3/templates/{template}/layers")
    ids = {composition["aeid"] for composition in compositions}
    assert all(str(layer["composition_id"]) in ids for layer in layers)
    assert [layer["aeid"] for layer in layers] == sorted(layer["aeid"] for layer in layers)


# Jobs


def test_12_create_job(answer, job, is_ulid):
    body = answer(201, "POST", "/api/v2/jobs", json=job())
    assert is_ulid(body["id"])
    assert body["status"] == "queued"
    assert body["outputUrl"].startswith("http")
    assert "children" not in body
    answer(404, "POST", "/api/v2/jobs", json={"template": {"id": UNKNOWN, "composition": "x"}})
    refused = answer(400, "POST", "/api/v2/jobs", json={})
    assert refused["details"] == [{"field": "template", "message": "is required"}]


def test_12_create_nested_job(answer, nested, is_ulid):
    body = answer(201, "POST", "/api/v2/jobs", json=nested())
    assert body["status"] == "pending"
    (child,) = body["children"]
    assert is_ulid(child["id"])
    assert child["status"] == "queued"
    assert child["outputUrl"].startswith("http")


def test_13_list_jobs(answer, job, is_moment):
    made = answer(201, "POST", "/api/v2/jobs", json=job() | {"tags": "listed"})["id"]
    bare = answer(200, "GET", "/api/v2/jobs")
    assert isinstance(bare, list)
    for each in bare:
        is_job(each, is_moment)
    query = {"limit": 1, "from": 0, "minimal": "true", "sort": "newest_first", "tags": "listed"}
    (minimal,) = answer(200, "GET", "/api/v2/jobs", params=query)
    assert minimal["id"] == made
    assert "stats" not in minimal
    assert answer(200, "GET", "/api/v2/jobs", params={"limit": 1, "minimal": "true"})
    for wrong in ({"limit": 0}, {"limit": 1001}, {"from": -1}, {"sort": "up"}, {"minimal": "yes"},
                  {"from_date": "now"}, {"tags": "a b"}):  # fmt: skip
        (field,) = wrong
        refused = answer(400, "GET", "/api/v2/jobs", params=wrong)
        assert refused["details"][0]["field"] == field


def test_14_get_job(answer, job, until, is_moment):
    made = answer(201, "POST", "/api/v2/jobs", json=job())["id"]
    until(f"/api/v2/jobs/{made}", "finished")
    body = answer(200, "GET", f"/api/v2/jobs/{made}")
    is_job(body, is_moment)
    assert body["progress"] == 100
    assert body["stats"]["finishedAt"]
    answer(404, "GET", f"/api/v2/jobs/{UNKNOWN}")


def test_15_get_job_logs(answer, http, job, until):
    made = answer(201, "POST", "/api/v2/jobs", json=job())["id"]
    until(f"/api/v2/jobs/{made}", "finished")
    response = http.get(f"/api/v2/jobs/{made}/logs")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["content-disposition"] == f'inline; filename="{made}.log"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.text
    answer(400, "GET", "/api/v2/jobs/not-an-id/logs")
    answer(404, "GET", f"/api/v2/jobs/{UNKNOWN}/logs")


def test_16_cancel_job(answer, nested, until, is_moment):
    made = answer(201, "POST", "/api/v2/jobs", json=nested("hold"))
    body = answer(200, "PATCH", f"/api/v2/jobs/{made['id']}/cancel")
    assert [each["id"] for each in body] == [made["id"], made["children"][0]["id"]]
    for each in body:
        is_job(each, is_moment)
        assert each["status"] == "manually_cancelled"
    refused = answer(409, "PATCH", f"/api/v2/jobs/{made['id']}/cancel")
    assert "manually_cancelled" in refused["error"]
    answer(400, "PATCH", "/api/v2/jobs/not-an-id/cancel")
    answer(404, "PATCH", f"/api/v2/jobs/{UNKNOWN}/cancel")


def test_17_cancel_jobs(answer, nested, job, until):
    first, second = (answer(201, "POST", "/api/v2/jobs", json=nested("hold")) for _ in range(2))
    ids = [first["id"], second["id"]]
    body = answer(200, "POST", "/api/v2/jobs/cancel", json={"jobs": ids})
    assert [each["id"] for each in body[:2]] == ids
    assert len(body) == 4
    answer(409, "POST", "/api/v2/jobs/cancel", json={"jobs": ids})
    answer(404, "POST", "/api/v2/jobs/cancel", json={"jobs": [UNKNOWN]})
    refused = answer(400, "POST", "/api/v2/jobs/cancel", json={"jobs": []})
    assert refused["details"][0]["field"] == "jobs"


def test_18_create_join_job(answer, job, until, is_ulid):
    rendered = {"type": "job", "template": job()["template"], "settings": {"engine": "open"}}
    clip = {"type": "video", "src": "https://a.example/clip.mp4"}
    body = answer(201, "POST", "/api/v2/jobs/join", json={"assets": [clip, rendered]})
    assert body["status"] == "pending"
    assert body["outputUrl"].endswith(".mp4")
    assert len(body["children"]) == 1
    found = until(f"/api/v2/jobs/{body['id']}", "finished", "error")
    assert (found["status"], found["templateId"]) == ("finished", None)
    refused = answer(400, "POST", "/api/v2/jobs/join", json={"assets": []})
    assert refused["details"][0]["field"] == "assets"
    missing = rendered | {"template": {"id": UNKNOWN, "composition": "x"}}
    answer(404, "POST", "/api/v2/jobs/join", json={"assets": [missing]})


# Batches


def test_19_create_batch(answer, job, nested):
    body = answer(201, "POST", "/api/v2/batches", json={"jobs": [job(), nested()]})
    assert (body["status"], body["totalJobs"], body["successCount"]) == ("created", 2, 2)
    assert [each["index"] for each in body["jobs"]] == [0, 1]
    assert body["jobs"][1]["children"]
    partial = answer(201, "POST", "/api/v2/batches", json={"jobs": [job(), {}]})
    assert (partial["status"], partial["successCount"]) == ("partial", 1)
    assert partial["errors"][0]["index"] == 1
    assert partial["errors"][0]["errorCode"]


def test_19_create_batch_of_which_nothing_can_be_accepted(http):
    response = http.post("/api/v2/batches", json={"jobs": [{}]})
    assert response.status_code == 400
    assert "json" in response.headers["content-type"]
    body = response.json()
    assert (body["status"], body["totalJobs"], body["successCount"]) == ("error", 1, 0)
    assert body["batchId"]
    assert body["jobs"] == []
    assert [each["index"] for each in body["errors"]] == [0]


def test_20_get_batch_status(answer, job, until):
    made = answer(201, "POST", "/api/v2/batches", json={"jobs": [job()]})
    body = until(f"/api/v2/batches/{made['batchId']}", "finished", "error")
    assert body["stats"] == {"total": 1, "finished": 1, "error": 0, "pending": 0}
    (entry,) = body["jobs"]
    assert (entry["index"], entry["status"]) == (0, "finished")
    assert entry["stats"]["finishedAt"]
    answer(400, "GET", "/api/v2/batches/not-an-id")
    answer(404, "GET", f"/api/v2/batches/{UNKNOWN}")


def test_21_cancel_batch(answer, nested):
    made = answer(201, "POST", "/api/v2/batches", json={"jobs": [nested("hold")]})
    path = f"/api/v2/batches/{made['batchId']}/cancel"
    body = answer(200, "POST", path)
    assert (body["status"], body["totalJobs"]) == ("cancelled", 1)
    assert (body["cancelledCount"], body["skippedCount"]) == (1, 0)
    assert body["jobs"][0]["result"] == "cancelled"
    assert len(body["cancelledJobs"]) == 2
    again = answer(200, "POST", path)
    assert (again["status"], again["skippedCount"]) == ("unchanged", 1)
    assert again["jobs"][0]["reason"]
    answer(404, "POST", f"/api/v2/batches/{UNKNOWN}/cancel")


# Fonts


@pytest.fixture
def font(answer, font_file):
    files = {"font": (font_file.name, font_file.read_bytes(), "font/ttf")}
    return answer(201, "POST", "/api/v2/fonts", files=files, data={"familyName": "Mine"})


def test_22_upload_font(answer, font, font_file, is_moment):
    assert font["familyName"] == "Mine"
    assert font["fileName"] == font_file.name
    assert font["id"]
    assert is_moment(font["createdAt"])
    bare = {"font": (font_file.name, font_file.read_bytes())}
    assert answer(201, "POST", "/api/v2/fonts", files=bare)["familyName"] == "Liberation Sans"
    for wrong in ({"font": ("x.ttf", b"none")}, {"file": ("x.ttf", font_file.read_bytes())}):
        refused = answer(400, "POST", "/api/v2/fonts", files=wrong)
        assert refused["details"][0]["field"] == "font"


@pytest.mark.parametrize("megabytes", [5, 41])
def test_22_a_font_too_large_for_a_request_is_told_the_other_way(answer, font_file, megabytes):
    padded = font_file.read_bytes() + bytes(megabytes * 2**20)
    body = answer(413, "POST", "/api/v2/fonts", files={"font": ("large.ttf", padded)})
    assert "error" in body


def test_22_the_other_way_to_upload_a_font(answer, font_file, put_file, until):
    made = answer(201, "POST", "/api/v2/fonts", json={"fileName": font_file.name})
    is_upload_info(made["uploadInfo"])
    put_file(made["uploadInfo"], font_file)
    found = until(f"/api/v2/fonts/{made['id']}", "uploaded", "error")
    assert (found["status"], found["familyName"]) == ("uploaded", "Liberation Sans")


def test_23_list_fonts(answer, font):
    body = answer(200, "GET", "/api/v2/fonts")
    assert font["id"] in {each["id"] for each in body}


def test_24_get_font(answer, font):
    assert answer(200, "GET", f"/api/v2/fonts/{font['id']}")["familyName"] == "Mine"
    answer(404, "GET", f"/api/v2/fonts/{UNKNOWN}")


def test_25_delete_font(answer, font):
    answer(204, "DELETE", f"/api/v2/fonts/{font['id']}")
    answer(404, "GET", f"/api/v2/fonts/{font['id']}")
    answer(404, "DELETE", f"/api/v2/fonts/{font['id']}")


# Secrets


@pytest.fixture
def secret(answer):
    """A secret; the test may delete it."""
    for old in answer(200, "GET", "/api/v2/secrets"):
        if old["name"] == "CONTRACT":
            answer(200, "DELETE", f"/api/v2/secrets/{old['id']}")
    return answer(201, "PUT", "/api/v2/secrets", json={"name": "CONTRACT", "value": "hush-hush"})


def test_26_list_secrets_without_their_values(http, answer, secret, is_moment):
    body = answer(200, "GET", "/api/v2/secrets")
    (found,) = [each for each in body if each["id"] == secret["id"]]
    assert found["name"] == "CONTRACT"
    assert is_moment(found["createdAt"])
    assert "hush-hush" not in http.get("/api/v2/secrets").text


def test_27_create_secret_once(answer, secret):
    assert set(secret) >= {"id", "name", "createdAt"}
    body = answer(409, "PUT", "/api/v2/secrets", json={"name": "CONTRACT", "value": "other"})
    assert body["error"] == "A secret with this name already exists in your team"
    refused = answer(400, "PUT", "/api/v2/secrets", json={"name": "X"})
    assert refused["details"][0]["field"] == "value"


def test_28_delete_secret(http, answer, secret):
    assert http.delete(f"/api/v2/secrets/{secret['id']}").status_code == 200
    answer(404, "DELETE", f"/api/v2/secrets/{secret['id']}")


# All of them


ENDPOINTS = [
    ("POST", "/api/v2/templates"), ("GET", "/api/v2/templates"), ("GET", "/api/v2/templates/X"),
    ("PATCH", "/api/v2/templates/X"), ("DELETE", "/api/v2/templates/X"),
    ("GET", "/api/v2/templates/X/download"), ("GET", "/api/v2/templates/X/upload"),
    ("PUT", "/api/v2/templates/X/upload"), ("GET", "/api/v3/templates"),
    ("GET", "/api/v3/templates/X"), ("GET", "/api/v3/templates/X/compositions"),
    ("GET", "/api/v3/templates/X/layers"), ("POST", "/api/v2/jobs"), ("GET", "/api/v2/jobs"),
    ("GET", "/api/v2/jobs/X"), ("GET", "/api/v2/jobs/X/logs"), ("PATCH", "/api/v2/jobs/X/cancel"),
    ("POST", "/api/v2/jobs/cancel"), ("POST", "/api/v2/jobs/join"), ("POST", "/api/v2/batches"),
    ("GET", "/api/v2/batches/X"), ("POST", "/api/v2/batches/X/cancel"), ("POST", "/api/v2/fonts"),
    ("GET", "/api/v2/fonts"), ("GET", "/api/v2/fonts/X"), ("DELETE", "/api/v2/fonts/X"),
    ("GET", "/api/v2/secrets"), ("PUT", "/api/v2/secrets"), ("DELETE", "/api/v2/secrets/X"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_nothing_is_answered_without_a_key(anonymous, method, path):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        response = anonymous.request(method, path.replace("X", UNKNOWN), headers=headers)
        assert response.status_code == 401
        assert "json" in response.headers["content-type"]
        assert response.json()["error"]
