"""What breaks a sloppy server: the rules that existing clients hold a server to.

Exact codes and JSON content types (rules 1 and 2) are held by `answer` in every test, shapes and
types (3, 7, 8, 12) by test_endpoints.py; what is left stands here.
"""

import pytest

UNKNOWN = "01AN4Z07BY79KA1307SR9X4MV3"


def test_both_generations_of_template_reads_reach_the_end_of_an_upload(
    answer, anonymous, add_template, until
):
    from examples.templates import logo_sting

    uploaded = add_template(logo_sting)

    assert answer(200, "GET", f"/api/v2/templates/{uploaded}")["status"] == "uploaded"
    assert answer(200, "GET", f"/api/v3/templates/{uploaded}")["status"] == "uploaded"


def test_a_broken_upload_ends_as_an_error_for_both(answer, anonymous, until, tmp_path, put_file):
    file = tmp_path / "x.aep"
    file.write_bytes(b"RIFX this is no project")
    made = answer(201, "POST", "/api/v2/templates", json={"type": "aep", "displayName": "x"})
    put_file(made["uploadInfo"], file)

    found = until(f"/api/v2/templates/{made['id']}", "error", "uploaded")

    assert found["status"] == "error"
    assert found["error"]
    assert answer(200, "GET", f"/api/v3/templates/{made['id']}")["status"] == "error"


def test_an_upload_wants_no_key_and_no_other_header(answer, anonymous):
    made = answer(201, "POST", "/api/v2/templates", json={"type": "aep", "displayName": "x"})
    url = made["uploadInfo"]["url"]

    assert "authorization" not in anonymous.headers
    assert anonymous.put(url, content=b"x").is_success
    headers = {"Content-Type": "application/octet-stream"}
    assert anonymous.put(url, content=b"x", headers=headers).is_success


def test_an_error_is_one_sentence_under_error(answer):
    body = answer(404, "GET", f"/api/v2/jobs/{UNKNOWN}")

    assert body == {"error": f"job {UNKNOWN} not found"}


@pytest.mark.parametrize("minimal", ["true", "false"])
def test_minimal_is_a_word_and_a_list_needs_no_query_at_all(answer, minimal):
    query = {"limit": 50, "from": 0, "minimal": minimal, "sort": "newest_first"}

    assert isinstance(answer(200, "GET", "/api/v2/jobs", params=query), list)
    assert isinstance(answer(200, "GET", "/api/v2/jobs"), list)


def test_states_are_filtered_and_an_unknown_one_matches_nothing(answer, job, until):
    made = answer(201, "POST", "/api/v2/jobs", json=job())["id"]
    until(f"/api/v2/jobs/{made}", "finished")

    def listed(**query):
        return {each["id"] for each in answer(200, "GET", "/api/v2/jobs", params=query)}

    assert made in listed(states="finished,error", limit=1000)
    assert made not in listed(exclude_states="finished", limit=1000)
    assert listed(states="processing") == set()


def test_a_log_that_is_not_there_yet_is_404(answer, nested):
    made = answer(201, "POST", "/api/v2/jobs", json=nested("hold"))

    answer(404, "GET", f"/api/v2/jobs/{made['id']}/logs")
    answer(200, "PATCH", f"/api/v2/jobs/{made['id']}/cancel")


def test_what_only_the_vendors_command_refuses_is_refused_here_too(answer, job):
    refused = {
        "template.id": job() | {"template": {"id": "", "composition": "x"}},
        "settings.codec": job() | {"settings": {"codec": "gif"}},
    }
    for field, body in refused.items():
        found = answer(400, "POST", "/api/v2/jobs", json=body)
        assert field in {each["field"] for each in found["details"]}
    assert answer(400, "POST", "/api/v2/batches", json={"jobs": []})["details"]
    assert answer(400, "POST", "/api/v2/jobs/join", json={"assets": []})["details"]


def test_the_token_is_verified_by_a_list_of_one(answer):
    answer(200, "GET", "/api/v2/jobs", params={"limit": 1, "minimal": "true"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/usage"),
        ("GET", "/api/v2/webhooks"),
        ("DELETE", f"/api/v2/jobs/{UNKNOWN}"),
        ("POST", "/api/v2/templates/x/y/z"),
        ("GET", "/api/v3/jobs"),
    ],
)
def test_an_endpoint_that_does_not_exist_says_so(answer, method, path):
    body = answer(404, method, path)

    assert path in body["error"]


def test_the_output_url_of_the_creation_is_that_of_the_job(answer, anonymous, job, until):
    made = answer(201, "POST", "/api/v2/jobs", json=job())
    found = until(f"/api/v2/jobs/{made['id']}", "finished")

    assert found["outputUrl"] == made["outputUrl"]
    assert anonymous.get(made["outputUrl"]).status_code == 302, "needs no key"


def test_no_status_is_new_to_a_client(answer, job, until):
    for script in ("finish", "refuse: no such layer"):
        made = answer(201, "POST", "/api/v2/jobs", json=job(script))
        until(f"/api/v2/jobs/{made['id']}", "finished", "error")

    seen = {each["status"] for each in answer(200, "GET", "/api/v2/jobs", params={"limit": 1000})}

    assert {"finished", "error"} <= seen
    assert seen <= {
        "queued", "pending", "render:dorender", "finished", "error", "manually_cancelled",
    }  # fmt: skip
