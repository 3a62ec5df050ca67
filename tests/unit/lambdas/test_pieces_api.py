"""Who is drawn in pieces: those that ask for it, and those that are long."""

import pytest

from examples.templates.lower_third import DURATION, RATE
from intarsia import names
from lambdas import dependencies

FRAMES = round(DURATION * RATE)
SCRIPT = {"type": "script", "src": "https://scripts.example/it.jsx"}


def lasting(seconds):
    params = {"composition": "lower-third", "value": seconds}
    return {"type": "function", "name": "nx:comp-duration-set", "params": params}


@pytest.fixture
def post(call, built, add_template):
    """Submit a job with fields of its own; the status and the answer."""
    template = add_template(built["lower-third"].path)
    job = {"template": {"id": template, "composition": "lower-third"}}
    return lambda **fields: call("POST", "/api/v2/jobs", job | fields)[:2]


@pytest.fixture
def pieces(call, post):
    """In how many pieces such a job is drawn, as everybody is told."""

    def of(**fields):
        status, body = post(**fields)
        assert status == 201, body
        stored = dependencies.jobs().get(body["id"])
        manifest = dependencies.manifests().get(stored)
        assert manifest.pieces == (len(stored.pieces) or 1)
        assert not [piece for piece in stored.pieces if piece.attempt or piece.done]
        shown = call("GET", f"/api/v2/jobs/{body['id']}")[1]["pieces"]
        assert shown == (len(stored.pieces) or None)
        return manifest.pieces

    return of


def test_a_job_that_asks_is_drawn_in_pieces(pieces):
    assert pieces(settings={"pieces": 5}) == 5
    assert pieces() == 1
    assert pieces(preview=True, settings={"pieces": 5}) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 4),
        ({"settings": {"frames": [0, FRAMES // 2 - 2]}}, 1),
        ({"settings": {"frames": [1, FRAMES // 2]}}, 2),
        ({"settings": {"frames": [0, 9], "pieces": 3}}, 3),
        ({"settings": {"type": "aep"}}, 1),
        ({"settings": {"type": "image", "frames": 3}}, 1),
        ({"assets": [lasting(DURATION / 4)]}, 1),
        ({"assets": [lasting(DURATION * 9)]}, 6),
        ({"assets": [SCRIPT]}, 1),
    ],
)
def test_a_long_render_is_drawn_in_pieces_by_itself(monkeypatch, pieces, fields, expected):
    monkeypatch.setenv(names.ENV_SPLIT_FRAMES, str(FRAMES // 2))
    monkeypatch.setenv(names.ENV_SPLIT_PIECES, "6")
    assert pieces(**fields) == expected


def test_a_project_whose_length_nobody_knows_is_not_split_by_itself(monkeypatch, pieces):
    monkeypatch.setenv(names.ENV_SPLIT_FRAMES, "10")
    template = {"id": "any", "src": "https://projects.example/it.aep", "composition": "main"}
    assert pieces(template=template) == 1
    assert pieces(template=template, settings={"pieces": 2}) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"settings": {"pieces": 1}}, "greater than or equal to 2"),
        ({"settings": {"pieces": 21}}, "less than or equal to 20"),
        ({"settings": {"pieces": "3"}}, "integer"),
        ({"settings": {"pieces": 2, "type": "aep"}}, 'pieces cannot be used with type "aep"'),
        ({"settings": {"pieces": 2, "frames": 4}}, "pieces cannot be used with a single frame"),
        ({"settings": {"pieces": 2}, "assets": [SCRIPT]}, "cannot be used with a script asset"),
    ],
)
def test_what_cannot_be_drawn_in_pieces_is_refused(post, fields, message):
    status, body = post(**fields)
    assert status == 400
    (detail,) = body["details"]
    assert detail["field"].startswith("settings")
    assert message in detail["message"]
