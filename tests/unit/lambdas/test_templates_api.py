import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.errors import RequestError
from intarsia.domain.ids import new_id, now
from intarsia.domain.states import Status
from intarsia.domain.templates import Contents
from intarsia.projects.facts import LayerFacts
from intarsia.projects.reader import read_in_process
from intarsia.storage.objects import Objects
from intarsia.workflow import introspecting
from intarsia.workflow.introspecting import introspect, upload_of
from intarsia.workflow.publishing import event_of
from intarsia.workflow.stuck_templates import PATIENCE
from lambdas import dependencies
from lambdas.api import templates as templates_api
from lambdas.api.template_contents import LAYER_TYPES, layer_view
from lambdas.api.templates_v3 import page_of

ERROR = {"error"}
REFUSED = {"error", "details"}


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Reading in a process of its own, with its limits, has tests elsewhere."""
    monkeypatch.setattr(introspecting, "read_project", read_in_process)


@pytest.fixture
def create(call):
    """Create a template; returns the answer's body."""

    def send(**fields):
        body = {"type": "aep", "displayName": "Intro"} | fields
        status, created, _ = call("POST", "/api/v2/templates", body)
        assert status == 201
        return created

    return send


def put(upload_info, content):
    """What a client does with an upload URL, and what S3 tells introspection then."""
    path = urlsplit(upload_info["url"]).path.partition("/templates/")[2]
    key = upload_info["key"]
    assert path in {key, key.removeprefix("templates/")}
    boto3.client("s3").put_object(Bucket="templates", Key=key, Body=content)
    upload = upload_of(key, len(content), now())
    return introspect(dependencies.templates(), dependencies.projects(), upload)


def keys():
    found = boto3.client("s3").list_objects_v2(Bucket="templates").get("Contents", [])
    return {entry["Key"] for entry in found}


def item(template_id):
    found = boto3.client("dynamodb").get_item(
        TableName="table", Key={"pk": {"S": f"TEMPLATE#{template_id}"}, "sk": {"S": "META"}}
    )
    return found.get("Item")


class TestCreating:
    def test_it_is_registered_with_an_upload_flat_and_nested(self, call):
        body = {"type": "aep", "displayName": "Intro"}
        status, created, headers = call("POST", "/api/v2/templates", body)

        assert status == 201
        assert headers["content-type"].startswith("application/json")
        assert created["id"] == created["template"]["id"]
        flat = created.keys() - {"template", "uploadInfo"}
        assert {field: created[field] for field in flat} == created["template"]
        assert (created["status"], created["error"]) == ("awaiting_upload", None)
        upload = created["uploadInfo"]
        assert upload.keys() == {"url", "method", "expiresIn", "key"}
        assert (upload["method"], upload["expiresIn"]) == ("PUT", 3600)
        assert parse_qs(urlsplit(upload["url"]).query)["X-Amz-SignedHeaders"] == ["host"]

    def test_every_type_has_its_file_name(self, create):
        for kind in ("aep", "zip", "mogrt"):
            created = create(type=kind)
            assert created["type"] == kind
            assert created["uploadInfo"]["key"].endswith(f"/source.{kind}")

    def test_what_cannot_be_is_refused_by_field(self, call):
        for change, field in (
            ({"type": None}, "type"),
            ({"type": "psd"}, "type"),
            ({"displayName": None}, "displayName"),
            ({"displayName": ""}, "displayName"),
            ({"displayName": " \t"}, "displayName"),
            ({"displayName": 5}, "displayName"),
            ({"displayName": "x" * 257}, "displayName"),
            ({"src": "http://example.com/x.aep"}, "src"),
            ({"src": "ftp://example.com/x.aep"}, "src"),
            ({"src": "https://"}, "src"),
            ({"src": "https://[::1/x"}, "src"),
            ({"src": "https://example.com:99999/x"}, "src"),
            ({"src": "https://example.com/a b"}, "src"),
            ({"src": ""}, "src"),
            ({"src": 5}, "src"),
            ({"src": "https://example.com/${secrets.TOKEN}"}, "src"),
            ({"src": "https://${secret.HOST}/x"}, "src"),
            ({"src": "https://example.com/" + "x" * 8192}, "src"),
        ):
            body = {"type": "aep", "displayName": "x"} | change
            status, answer, _ = call("POST", "/api/v2/templates", body)
            assert (change, status, answer.keys()) == (change, 400, REFUSED)
            assert [detail["field"] for detail in answer["details"]] == [field]
        assert call("GET", "/api/v2/templates")[1] == []

    def test_every_missing_field_is_named(self, call):
        _, answer, _ = call("POST", "/api/v2/templates", {})

        assert {detail["field"] for detail in answer["details"]} == {"type", "displayName"}

    def test_unknown_fields_are_ignored(self, create):
        assert create(color="blue")["status"] == "awaiting_upload"


class TestSource:
    URL = "https://bucket.s3.amazonaws.com/intro.aep?X-Amz-Signature=abc"

    def test_a_template_with_a_source_is_downloading_and_needs_no_upload(self, call, create):
        created = create(src=self.URL)

        assert (created["status"], created["template"]["status"]) == ("downloading", "downloading")
        assert "uploadInfo" not in created
        template = call("GET", f"/api/v2/templates/{created['id']}")[1]
        assert template == created["template"]

    def test_the_source_is_kept_for_the_download_only(self, create):
        created = create(src=self.URL)
        stored = item(created["id"])
        event = event_of(None, stored)

        assert stored["src"] == {"S": self.URL}
        assert event.detail["status"] == "downloading"
        assert "Signature" not in str(created) + str(event)
        key = stored["key"]["S"]
        put({"url": f"https://templates.s3.amazonaws.com/{key}", "key": key}, b"x")
        assert "src" not in item(created["id"])

    def test_no_source_is_no_source(self, create):
        assert create(src=None)["status"] == "awaiting_upload"


class TestReading:
    def test_what_is_in_a_template_is_found_at_both_roots(self, call, add_template, built):
        template_id = add_template(built["lower-third"].path)

        _, template, _ = call("GET", f"/api/v2/templates/{template_id}")
        assert template["status"] == "uploaded"
        assert "lower-third" in template["compositions"]
        assert {"name", "title"} <= set(template["layers"])
        assert all(font.startswith("Liberation") for font in template["fonts"])
        assert template["fonts"]
        assert (template["effects"], template["missingFootage"]) == ([], [])
        assert template["mogrt"] == {}
        assert "src" not in template

        status, v3, _ = call("GET", f"/api/v3/templates/{template_id}")
        assert status == 200
        fields = ("id", "type", "displayName", "status", "createdAt", "updatedAt")
        assert v3 == {field: template[field] for field in fields}
        assert call("GET", "/api/v3/templates")[1] == [v3]
        assert call("GET", "/api/v2/templates")[1] == [template]

    def test_times_are_utc_with_milliseconds(self, create):
        created = create()

        for name in ("createdAt", "updatedAt"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created[name])

    def test_compositions_and_layers_have_exactly_the_contracts_fields_and_types(
        self, call, add_template, built
    ):
        template_id = add_template(built["main"].path)

        comps = call("GET", f"/api/v3/templates/{template_id}/compositions")[1]
        layers = call("GET", f"/api/v3/templates/{template_id}/layers")[1]

        number, optional = (int, float), (int, type(None))
        kinds = {"aeid": str, "name": str, "data": dict} | dict.fromkeys(
            ("width", "height", "duration", "frame_rate"), number
        )
        assert comps
        for comp in comps:
            assert comp.keys() == kinds.keys()
            assert all(isinstance(comp[field], kind) for field, kind in kinds.items())
        kinds = {
            "composition_id": int, "aeid": int, "name": str, "layer_type": str,
            "source_type": (str, type(None)), "source_comp_id": optional, "parent_id": optional,
            "data": dict,
        } | dict.fromkeys(
            ("top", "left", "width", "height", "start_time", "in_point", "out_point"), number
        )  # fmt: skip
        for layer in layers:
            assert layer.keys() == kinds.keys()
            assert all(isinstance(layer[field], kind) for field, kind in kinds.items())
        assert {str(layer["composition_id"]) for layer in layers} <= {c["aeid"] for c in comps}
        assert [layer["aeid"] for layer in layers] == sorted(layer["aeid"] for layer in layers)
        assert {layer["source_type"] for layer in layers} <= {"file", "comp", "solid", None}

    def test_layer_types_are_the_live_ones(self):
        layer = {"composition_id": 1, "aeid": 2, "index": 1, "name": "x"}
        layer |= dict.fromkeys(("start_s", "in_s", "out_s"), 0.0)
        shown = {
            kind: layer_view(LayerFacts(kind=kind, **layer)).body()["layer_type"]
            for kind in LAYER_TYPES
        }

        assert set(shown.values()) == {"text", "shape", "av", "null", "camera", "light"}
        assert all(shown[kind] == kind for kind in set(shown.values()))
        assert shown["adjustment"] == "av"

    def test_nothing_is_in_a_template_before_it_is_uploaded(self, call, create):
        path = f"/api/v3/templates/{create()['id']}"

        for contents in ("compositions", "layers"):
            assert call("GET", f"{path}/{contents}")[:2] == (200, [])

    def test_an_upload_that_is_no_project_ends_as_error_with_a_reason(
        self, call, add_template, tmp_path
    ):
        fake = tmp_path / "fake.aep"
        fake.write_bytes(b"not a project")

        _, template, _ = call("GET", f"/api/v2/templates/{add_template(fake)}")

        assert template["status"] == "error"
        assert len(template["error"]) > 20
        assert template["compositions"] == []

    def test_a_list_too_long_to_be_sent_goes_without_names(self, call, create, monkeypatch):
        template = dependencies.templates().get(create()["id"])
        contents = Contents(layers=["x" * 100], mogrt={"name": "y"})
        dependencies.templates().put(template.model_copy(update={"contents": contents}))
        assert call("GET", "/api/v2/templates")[1][0]["layers"] == ["x" * 100]

        monkeypatch.setattr(templates_api, "LIST_LIMIT", 400)

        (listed,) = call("GET", "/api/v2/templates")[1]
        assert (listed["layers"], listed["mogrt"], listed["id"]) == ([], {}, template.id)
        assert "get the template by its id" in listed["warnings"][0]
        assert call("GET", f"/api/v2/templates/{template.id}")[1]["layers"] == ["x" * 100]

    def test_v3_wants_ulids(self, call):
        for path in ("", "/compositions", "/layers"):
            for wrong in ("PLACEHOLDER", new_id()[:-1] + "U", new_id().lower(), new_id() + "0"):
                status, answer, _ = call("GET", f"/api/v3/templates/{wrong}{path}")
                assert (status, answer.keys()) == (400, REFUSED)
                assert answer["details"][0]["field"] == "id"
            status, answer, _ = call("GET", f"/api/v3/templates/{new_id()}{path}")
            assert (status, answer.keys()) == (404, ERROR)

    def test_v2_knows_no_other_ids(self, call):
        for template_id in ("x", "A" * 3000, "%00"):
            status, answer, _ = call("GET", f"/api/v2/templates/{template_id}")
            assert (template_id, status, answer.keys()) == (template_id, 404, ERROR)

    def test_a_download_that_was_left_behind_has_ended_in_lists_too(
        self, call, create, monkeypatch
    ):
        template_id = create(src=TestSource.URL)["id"]
        later = now() + PATIENCE + timedelta(seconds=1)
        monkeypatch.setattr(templates_api, "now", lambda: later)

        (listed,) = call("GET", "/api/v3/templates")[1]
        assert listed["status"] == "error"
        assert "src" not in item(template_id)
        assert (
            "src could not be fetched"
            in call("GET", f"/api/v2/templates/{template_id}")[1]["error"]
        )


class TestPaging:
    def test_lists_are_paged_and_capped(self, call, add_template, built):
        template_id = add_template(built["main"].path)
        path = f"/api/v3/templates/{template_id}/layers"

        everything = call("GET", path, query={"limit": "5000"})[1]
        assert len(everything) > 2
        assert call("GET", path)[1] == everything
        assert call("GET", path, query={"limit": "1", "offset": "1"})[1] == everything[1:2]
        assert call("GET", path, query={"offset": "9" * 40})[1] == []
        comps = f"/api/v3/templates/{template_id}/compositions"
        all_comps = call("GET", comps)[1]
        assert call("GET", comps, query={"limit": "1", "offset": "1"})[1] == all_comps[1:2]

    @pytest.mark.parametrize("contents", ["compositions", "layers"])
    def test_wrong_values_are_named(self, call, create, contents):
        path = f"/api/v3/templates/{create()['id']}/{contents}"
        for query in (
            {"limit": "0"}, {"limit": "-1"}, {"limit": "many"}, {"limit": "1.0"}, {"limit": "1,2"},
            {"limit": " 1"}, {"limit": "+1"}, {"limit": "1_0"}, {"limit": "٣"},
            {"limit": "9" * 5000}, {"offset": "-1"}, {"offset": "x"}, {"offset": "0x1"},
        ):  # fmt: skip
            status, answer, _ = call("GET", path, query=query)
            assert (query, status) == (query, 400)
            assert [each["field"] for each in answer["details"]] == list(query)

    @given(st.integers(1, 10**30), st.integers(0, 10**30), st.integers(0, 2500))
    def test_a_page_is_the_rows_from_offset_and_never_more_than_1000(self, limit, offset, count):
        rows = range(count)[page_of(str(limit), str(offset))]

        last = min(count, offset + min(limit, 1000))
        assert list(rows) == list(range(min(offset, last), last))

    @given(st.integers(0, 2500), st.integers(1, 1000))
    def test_pages_one_after_the_other_are_the_whole(self, count, limit):
        seen, offset = [], 0
        while page := range(count)[page_of(str(limit), str(offset))]:
            seen += page
            offset += limit

        assert seen == list(range(count))

    def test_the_defaults_are_300_rows_from_the_first(self):
        assert page_of(None, None) == slice(0, 300)

    @given(st.text() | st.from_regex(r"[-+ ]?[0-9_.]*", fullmatch=True))
    def test_any_text_is_a_number_or_refused(self, text):
        if re.fullmatch("[0-9]+", text) and int(text) > 0:
            assert page_of(text, None).stop == min(int(text), 1000)
        else:
            with pytest.raises(RequestError, match="limit: must be a whole number, 1 or more"):
                page_of(text, None)


class TestRenaming:
    def test_the_new_name_is_answered_and_kept(self, call, create):
        created = create()
        path = f"/api/v2/templates/{created['id']}"

        status, renamed, _ = call("PATCH", path, {"displayName": "Outro", "color": "blue"})

        assert (status, renamed["displayName"]) == (200, "Outro")
        assert renamed["updatedAt"] >= created["updatedAt"]
        assert call("GET", path)[1] == renamed

    def test_nothing_to_change_changes_nothing(self, call, create):
        created = create()

        status, same, _ = call("PATCH", f"/api/v2/templates/{created['id']}", {"color": "blue"})

        assert (status, same) == (200, created["template"])

    def test_a_name_that_is_none_is_refused(self, call, create):
        path = f"/api/v2/templates/{create()['id']}"
        for name in (None, "", "  ", 5, ["x"], "x" * 257):
            status, answer, _ = call("PATCH", path, {"displayName": name})
            assert (name, status) == (name, 400)
            assert [each["field"] for each in answer["details"]] == ["displayName"]
        assert call("GET", path)[1]["displayName"] == "Intro"

    def test_a_body_that_is_no_object_is_refused(self, call, create):
        path = f"/api/v2/templates/{create()['id']}"
        for raw in ("", "[]", "null", "{"):
            status, answer, _ = call("PATCH", path, raw=raw)
            assert (raw, status, answer.keys()) == (raw, 400, REFUSED)


class TestUploadingAgain:
    def test_each_upload_has_a_key_of_its_own(self, call, create):
        created = create()

        status, renewed, _ = call("PUT", f"/api/v2/templates/{created['id']}/upload")

        assert (status, renewed["method"], renewed["expiresIn"]) == (200, "PUT", 3600)
        assert renewed["key"] != created["uploadInfo"]["key"]
        assert renewed["key"] in renewed["url"]

    def test_the_later_file_replaces_the_earlier_one_which_jobs_can_still_read(
        self, call, create, built
    ):
        created = create(type="aep")
        path = f"/api/v2/templates/{created['id']}"
        first = put(created["uploadInfo"], built["lower-third"].path.read_bytes())
        assert first.status == "uploaded"
        renewed = call("PUT", f"{path}/upload")[1]
        assert call("GET", path)[1]["status"] == "uploaded", "it is in use until the next arrives"

        put(renewed, built["logo-sting"].path.read_bytes())

        template = call("GET", path)[1]
        assert (template["status"], "logo-sting" in template["compositions"]) == ("uploaded", True)
        assert "lower-third" not in template["compositions"]
        assert {first.key, first.facts_key} < keys()

    def test_a_template_with_a_bad_file_awaits_another(self, call, create):
        created = create()
        put(created["uploadInfo"], b"not a project")
        path = f"/api/v2/templates/{created['id']}"
        assert call("GET", path)[1]["status"] == "error"

        call("PUT", f"{path}/upload")

        template = call("GET", path)[1]
        assert (template["status"], template["error"]) == ("awaiting_upload", None)

    def test_no_job_is_accepted_while_a_template_is_read_again(self, call, add_template, built):
        template_id = add_template(built["lower-third"].path)
        template = dependencies.templates().get(template_id)
        job = {"template": {"id": template_id, "composition": "lower-third"}}
        assert call("POST", "/api/v2/jobs", job)[0] == 201

        dependencies.templates().begin_reading(
            template_id, key="new", facts_key="new", arrived=now()
        )

        status, answer, _ = call("POST", "/api/v2/jobs", job)
        assert (status, "processing" in answer["error"]) == (400, True)
        assert template.key in keys()


class TestDownloading:
    @pytest.mark.parametrize("path", ["download", "upload"])
    def test_the_file_is_read_by_a_url_that_ends(self, call, create, path):
        created = create(displayName='My "intro"\r\n: ü')
        boto3.client("s3").put_object(
            Bucket="templates", Key=created["uploadInfo"]["key"], Body=b"x"
        )

        status, body, _ = call("GET", f"/api/v2/templates/{created['id']}/{path}")

        assert (status, body.keys()) == (200, {"url"})
        query = parse_qs(urlsplit(body["url"]).query)
        assert query["X-Amz-Expires"] == ["3600"]
        assert query["response-content-disposition"] == ['inline; filename="My-intro.aep"']
        assert created["uploadInfo"]["key"] in urlsplit(body["url"]).path

    @pytest.mark.parametrize("path", ["download", "upload"])
    def test_a_file_that_never_came_or_is_gone_is_a_410(self, call, create, path):
        created = create()
        url = f"/api/v2/templates/{created['id']}/{path}"

        status, body, headers = call("GET", url)
        assert (status, body.keys()) == (410, ERROR)
        assert "json" in headers["content-type"]

        put(created["uploadInfo"], b"x")
        assert call("GET", url)[0] == 200
        boto3.client("s3").delete_object(Bucket="templates", Key=created["uploadInfo"]["key"])
        assert call("GET", url)[0] == 410


class TestDeleting:
    def test_a_template_goes_with_everything_it_has(self, call, create, built):
        created, other = create(), create()
        put(created["uploadInfo"], built["lower-third"].path.read_bytes())
        put(call("PUT", f"/api/v2/templates/{created['id']}/upload")[1], b"x")
        put(other["uploadInfo"], b"x")
        before = keys()
        path = f"/api/v2/templates/{created['id']}"

        status, body, _ = call("DELETE", path)

        assert (status, body) == (204, "")
        assert call("GET", path)[0] == 404
        assert call("DELETE", path)[0] == 404
        assert keys() == {key for key in before if other["id"] in key} != set()
        job = {"template": {"id": created["id"], "composition": "x"}}
        assert call("POST", "/api/v2/jobs", job)[0] == 404

    def test_a_template_in_use_stays(self, call, add_template, built):
        template_id = add_template(built["lower-third"].path)
        job = {"template": {"id": template_id, "composition": "lower-third"}}
        job_id = call("POST", "/api/v2/jobs", job)[1]["id"]
        path = f"/api/v2/templates/{template_id}"
        before = keys()

        status, answer, _ = call("DELETE", path)

        assert (status, answer.keys()) == (409, ERROR)
        assert call("GET", path)[1]["status"] == "uploaded"
        assert keys() == before

        call("PATCH", f"/api/v2/jobs/{job_id}/cancel")
        assert dependencies.jobs().get(job_id).status is Status.CANCELLED
        assert call("DELETE", path)[0] == 204
        assert call("GET", f"/api/v2/jobs/{job_id}")[0] == 200

    @pytest.mark.parametrize("src", [None, TestSource.URL])
    def test_one_that_has_no_file_yet_can_be_deleted(self, call, create, src):
        assert call("DELETE", f"/api/v2/templates/{create(src=src)['id']}")[0] == 204

    def test_a_deletion_that_broke_off_goes_on_when_asked_again(self, call, create, monkeypatch):
        created = create()
        put(created["uploadInfo"], b"x")
        path = f"/api/v2/templates/{created['id']}"

        def broken(*_):
            raise OSError("no connection")

        with monkeypatch.context() as failing:
            failing.setattr(Objects, "delete_folder", broken)
            assert call("DELETE", path)[0] == 500
        assert keys() != set()
        assert call("DELETE", path, token="theirs")[0] == 404
        assert keys() != set(), "another team reaches nothing of it"

        assert call("DELETE", path)[0] == 404
        assert keys() == set()


def test_a_template_of_another_team_does_not_exist(call, create):
    template_id = create()["id"]

    for method, path in (
        ("GET", f"/api/v2/templates/{template_id}"),
        ("PATCH", f"/api/v2/templates/{template_id}"),
        ("DELETE", f"/api/v2/templates/{template_id}"),
        ("GET", f"/api/v2/templates/{template_id}/download"),
        ("GET", f"/api/v2/templates/{template_id}/upload"),
        ("PUT", f"/api/v2/templates/{template_id}/upload"),
        ("GET", f"/api/v3/templates/{template_id}"),
        ("GET", f"/api/v3/templates/{template_id}/layers"),
        ("GET", f"/api/v3/templates/{template_id}/compositions"),
    ):
        body = {"displayName": "mine"} if method == "PATCH" else None
        status, answer, headers = call(method, path, body, token="theirs")
        assert (method, path, status, answer.keys()) == (method, path, 404, ERROR)
        assert "json" in headers["content-type"]
        assert call(method, path, body, token=None)[0] == 401
    for version in ("v2", "v3"):
        assert call("GET", f"/api/{version}/templates", token="theirs")[:2] == (200, [])
        assert len(call("GET", f"/api/{version}/templates")[1]) == 1
    assert call("GET", f"/api/v2/templates/{template_id}")[1]["displayName"] == "Intro"


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
