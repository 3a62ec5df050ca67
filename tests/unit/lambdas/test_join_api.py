import pytest

from lambdas import dependencies

CLIP = {"type": "video", "src": "https://a.example/clip.mp4?signature=x"}


@pytest.fixture
def templates(add_template, built):
    return {name: add_template(built[name].path) for name in ("main", "lower-third")}


@pytest.fixture
def rendered(templates):
    """A clip of a join that has to be rendered."""
    return {
        "type": "job",
        "template": {"id": templates["lower-third"], "composition": "lower-third"},
        "assets": [{"type": "text", "layerName": "name", "value": "Jane"}],
    }


def manifest_of(job_id):
    manifest = dependencies.manifests().get(dependencies.jobs().get(job_id))
    return manifest.model_dump(mode="json", by_alias=True)


def test_clips_from_urls_alone_are_queued_at_once(call):
    status, body, headers = call("POST", "/api/v2/jobs/join", {"assets": [CLIP, CLIP]})

    assert status == 201
    assert "json" in headers["content-type"]
    assert body["status"] == "queued"
    assert body["outputUrl"].endswith(f"/{body['id']}.mp4")
    assert "children" not in body
    _, job, _ = call("GET", f"/api/v2/jobs/{body['id']}")
    assert (job["kind"], job["templateId"], job["composition"]) == ("join", None, None)
    assert job["stats"]["totalAssets"] == 2
    assert [clip["src"] for clip in manifest_of(body["id"])["clips"]] == [CLIP["src"]] * 2


def test_rendered_clips_are_children_and_keep_their_place(call, rendered):
    _, body, _ = call("POST", "/api/v2/jobs/join", {"assets": [CLIP, rendered, rendered]})

    assert body["status"] == "pending"
    first, second = (child["id"] for child in body["children"])
    assert [clip["childId"] for clip in manifest_of(body["id"])["clips"]] == [None, first, second]
    assert manifest_of(first)["codec"] == "video_h264_vbr_15mbps", "copied, if all clips agree"


def test_a_join_stands_where_any_job_may(call, templates, rendered):
    nested = {
        "template": {"id": templates["main"], "composition": "main"},
        "assets": [
            {
                "type": "join",
                "layerName": "PrecompLayer",
                "assets": [CLIP, {"type": "join", "assets": [rendered]}],
            }
        ],
    }

    status, body, _ = call("POST", "/api/v2/jobs", nested)

    assert (status, body["status"]) == (201, "pending")
    _, root, _ = call("GET", f"/api/v2/jobs/{body['id']}")
    assert root["tree"]["jobs"] == 4
    (outer,) = root["children"]
    _, join, _ = call("GET", f"/api/v2/jobs/{outer['id']}")
    assert (join["kind"], join["slot"], len(join["children"])) == ("join", "PrecompLayer", 1)
    (slot,) = manifest_of(body["id"])["assets"]
    assert (slot["type"], slot["childId"], slot["media"]) == ("slot", join["id"], "video")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"assets": []}, "assets"),
        ({"assets": None}, "assets"),
        ({"assets": [{"type": "image", "src": "https://a.example/x.png"}]}, "assets[0].type"),
        ({"assets": [CLIP, {"type": "video"}]}, "assets[1].src"),
        ({"assets": [{"type": "video", "src": "file:///etc/passwd"}]}, "assets[0].src"),
        ({"settings": {"preset": "gif"}}, "settings.preset"),
        ({"settings": {"fps": 25}}, "settings.fps"),
        ({"upload": {"params": {}}}, "upload.params.bucket"),
        ({"webhook": {}}, "webhook.url"),
    ],
)
def test_what_is_wrong_is_named(call, change, field):
    status, body, _ = call("POST", "/api/v2/jobs/join", {"assets": [CLIP]} | change)

    assert status == 400
    assert field in {detail["field"] for detail in body["details"]}
    assert call("GET", "/api/v2/jobs")[1] == []


def test_a_clip_must_be_a_video(call, rendered):
    image = rendered | {"settings": {"type": "image", "frames": 0}}

    status, body, _ = call("POST", "/api/v2/jobs/join", {"assets": [image]})

    assert (status, body["details"][0]["field"]) == (400, "assets[0]")


def test_an_unknown_template_of_a_clip_is_not_found(call, rendered):
    missing = rendered | {"template": {"id": "0" * 26, "composition": "x"}}

    assert call("POST", "/api/v2/jobs/join", {"assets": [missing]})[0] == 404


def test_a_wrong_layer_in_a_clip_is_named_where_it_stands(call, rendered):
    wrong = rendered | {"assets": [{"type": "text", "layerName": "nmae", "value": "x"}]}

    _, body, _ = call("POST", "/api/v2/jobs/join", {"assets": [CLIP, wrong]})

    assert body["details"][0]["field"] == "assets[1].assets[0].layerName"
