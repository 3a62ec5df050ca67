"""What the document allows is accepted by the models, and what they refuse it does not allow."""

import copy

import jsonschema_rs
import pytest

from intarsia.contract.document import document
from intarsia.contract.examples import NESTED, PLAIN
from intarsia.domain.fonts import FontRequest
from intarsia.domain.requests import CancelRequest, JobRequest, JoinRequest
from intarsia.domain.secrets import SecretRequest
from intarsia.domain.templates import TemplateRequest, TemplateUpdate

ULID = "01JZX7T5E3S1D9F7G5H3J1K9MN"
TEMPLATE = {"id": ULID, "composition": "main"}


def job(**fields):
    return {"template": TEMPLATE, **fields}


def asset(**fields):
    return job(assets=[fields])


def settings(**fields):
    return job(settings=fields)


def nested(**fields):
    return asset(type="job", layerName="L", template=TEMPLATE, settings=fields)


def clip(**fields):
    return {"assets": [{"type": "job", "template": TEMPLATE, "settings": fields}]}


def function(name, **params):
    return asset(type="function", name=name, params=params)


def bucket(**fields):
    keys = {"accessKeyId": "${secrets.ID}", "accessKeySecret": "${secrets.KEY}"}
    return job(upload={"params": {"region": "eu", "bucket": "b", **keys}, **fields})


GENAI = {"provider": "fal", "key": "${secrets.FAL}", "model": "fal-ai/flux/dev", "type": "image"}

ACCEPTED = {
    JobRequest: [
        PLAIN,
        NESTED,
        job(),
        job(extra=1),
        {"template": {"id": "PLACEHOLDER", "src": "https://a.example/x.aep"}},
        {"template": {"id": "PLACEHOLDER", "src": "${secrets.URL}"}},
        {"template": {"id": ULID, "composition": None, "src": None}},
        job(tags=["a", "b-c"]),
        job(tags="a,b-c"),
        job(tags=""),
        job(priority=-5),
        job(settings=None, upload=None, webhook=None),
        settings(codec="h264_vbr_15mbps"),
        settings(codec="video_prores_422", frames=[0, 10]),
        settings(codec="png", type="image", frames=0),
        settings(codec="image_jpeg", type="image", frames=[1, 2]),
        settings(type="aep"),
        settings(type="aep", codec=None),
        asset(type="text", layerIndex=1, value=""),
        asset(type="text", layerIndex=None, layerName="L", value="x"),
        asset(type="data", layerName="L", property="p", value=2**60),
        asset(type="data", layerName="L", property="p", value=[1, 0.5]),
        asset(type="data", layerName="L", property="p", value=True),
        asset(type="data", layerName="L", property="p", expression="time"),
        asset(type="video", layerName="L", src="${secret.OLD}"),
        asset(type="image", layerName="L", src="http://a.example/x.png", conform=None),
        asset(type="static", src="https://a.example/x.png"),
        asset(type="essential", layerName="A.B", value="x"),
        asset(type="script", src="data:,alert(1)"),
        asset(type="script", value="1"),
        function("nx:layer-state-set", layerName="L", visible=False),
        function("nx-layer-remove", layerName=["L", "M"]),
        function("nx:comp-duration-set", composition="main", value=2),
        function("nx:solid-color-set", layerName="L", color="#ff0000"),
        function("nx:solid-color-set", layerName="L", color=[1, 0, 0.5]),
        function("nx-gen-ai", layerName=["L", "M"], **GENAI),
        function("nx:genai", layerName="L", **GENAI, data={"seed": 1, "deep": {"a": [None]}}),
        nested(type="image", frames=3),
        nested(codec="prores_4444"),
        bucket(),
        bucket(prefix="a/b/", provider="s3"),
        job(webhook={"url": "https://a.example", "headers": {"X-A": "b"}, "data": {"x": [1]}}),
    ],
    JoinRequest: [
        clip(),
        clip(codec="video_prores_422"),
        {"assets": [{"type": "video", "src": "https://a.example/x.mp4"}], "settings": None},
        {"assets": [{"type": "join", "assets": clip()["assets"]}]},
    ],
    CancelRequest: [{"jobs": [ULID]}],
    SecretRequest: [{"name": "A_b-1.c", "value": "x"}],
    FontRequest: [{"fileName": "A b.TTF"}, {"fileName": "a.ttf", "familyName": None}],
    TemplateRequest: [
        {"type": "mogrt", "displayName": "x", "src": "https://a.example:444/x?y=1"},
        {"type": "zip", "displayName": "x", "src": "https://a.example:65535/x.zip"},
        {"type": "zip", "displayName": " x ", "src": None},
    ],
    TemplateUpdate: [{}, {"displayName": "x"}],
}
REFUSED = {
    JobRequest: [
        {},
        {"template": {"id": "PLACEHOLDER"}},
        {"template": {"id": "PLACEHOLDER", "src": "http://a.example/x.aep"}},
        job(tags=["a b"]),
        job(tags="a,,b"),
        job(priority="1"),
        job(preview="true"),
        settings(extra=1),
        settings(frames=-1),
        settings(frames=[1]),
        settings(codec="h265"),
        settings(codec="png"),
        settings(type="image"),
        settings(type="image", frames=0, codec="prores_422"),
        settings(type="aep", codec="prores_422"),
        asset(type="text", value="x"),
        asset(type="text", layerName="L", layerIndex=1, value="x"),
        asset(type="text", layerName="", value="x"),
        asset(type="text", layerName="L", value=1),
        asset(type="data", layerName="L", property="p"),
        asset(type="data", layerName="L", property="p", value=["x"]),
        asset(type="data", layerName="L", property="p", value={}),
        asset(type="video", layerName="L", src="ftp://a.example/x"),
        asset(type="video", layerName="L", src="https://"),
        asset(type="script"),
        asset(type="script", src="https://a.example/x.jsx", value="1"),
        asset(type="slot", layerName="L"),
        function("nx:none", layerName="L"),
        function("layer-remove", layerName="L"),
        function("nx:layer-remove", composition="main", value=2),
        function("nx:comp-duration-set", composition="main", value=0),
        function("nx:genai", layerName="L", **GENAI | {"provider": "other"}),
        function("nx:genai", layerName="L", **GENAI | {"key": "a b"}),
        function("nx:genai", layerName="L", **GENAI | {"model": "fal-ai/../x"}),
        function("nx:genai", layerName="L", **GENAI | {"type": "text"}),
        function("nx:genai", layerName="L", provider="fal", model="a/b", type="image"),
        function("nx:solid-color-set", layerName="L", color=[255, 0, 0]),
        function("nx:solid-color-set", layerName="L", color="red"),
        nested(type="aep"),
        nested(type="image", frames=[0, 3]),
        bucket(prefix="a/../b"),
        bucket(extra=1),
        bucket(provider="gcs"),
        job(webhook={"url": "x"}),
        job(webhook={"url": "https://a.example", "headers": {"X A": "b"}}),
        job(webhook={"url": "https://a.example", "headers": {"X-A": "b\r\nc"}}),
    ],
    JoinRequest: [
        {"assets": []},
        clip(type="image", frames=0),
        {"assets": [{"type": "image", "src": "https://a.example/x.png"}]},
        {**clip(), "settings": {"preset": "mov"}},
    ],
    CancelRequest: [{"jobs": []}, {"jobs": [ULID, ULID]}, {"jobs": ["x"]}],
    SecretRequest: [{"name": "a b", "value": "x"}, {"name": "a", "value": ""}, {"name": "a"}],
    FontRequest: [{"fileName": "a.otf"}, {"fileName": "a/b.ttf"}, {}],
    TemplateRequest: [
        {"type": "mov", "displayName": "x"},
        {"type": "aep", "displayName": " "},
        {"type": "aep", "displayName": "x", "src": "http://a.example/x.aep"},
        {"type": "aep", "displayName": "x", "src": "https://a.example:65536/x.aep"},
    ],
    TemplateUpdate: [{"displayName": ""}, {"displayName": None}],
}


def _cases(table):
    return [pytest.param(model, body, id=f"{model.__name__}-{index}")
            for model, bodies in table.items() for index, body in enumerate(bodies)]  # fmt: skip


@pytest.fixture(scope="module")
def allows():
    def check(model, body):
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": document()["components"],
            "$ref": f"#/components/schemas/{model.__name__}",
        }
        return jsonschema_rs.is_valid(schema, body)

    return check


def _accepted(model, body):
    try:
        model.model_validate(copy.deepcopy(body))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("model", "body"), _cases(ACCEPTED))
def test_what_is_accepted_is_allowed(allows, model, body):
    assert (_accepted(model, body), allows(model, body)) == (True, True)


@pytest.mark.parametrize(("model", "body"), _cases(REFUSED))
def test_what_is_refused_is_not_allowed(allows, model, body):
    assert (_accepted(model, body), allows(model, body)) == (False, False)
