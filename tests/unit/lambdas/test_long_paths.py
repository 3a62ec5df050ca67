"""A request for a name that no key can hold answers 404."""

import pytest

PATHS = [
    ("GET", "/api/v2/jobs/{}"),
    ("GET", "/api/v2/jobs/{}/logs"),
    ("PATCH", "/api/v2/jobs/{}/cancel"),
    ("GET", "/api/v2/batches/{}"),
    ("GET", "/api/v2/fonts/{}"),
    ("DELETE", "/api/v2/secrets/{}"),
    ("GET", "/api/v2/templates/{}"),
    ("GET", "/api/v2/outputs/{}/token/name.mp4"),
    ("GET", "/api/v2/outputs/job/{}/name.mp4"),
    ("GET", "/api/v2/outputs/job/token/{}"),
]


@pytest.mark.parametrize("long", ["A" * 3000, "ä" * 600], ids=["bytes", "letters"])
@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_name_that_is_too_long_for_a_key_is_not_found(call, method, path, long):
    status, answer, _ = call(method, path.format(long))

    assert (status, [*answer]) == (404, ["error"])
    assert answer["error"] == "not found: a part of the path has more than 1024 bytes"
