"""What a worker is told, and what of it an engine may know."""

from pathlib import Path

import pytest

from render_container.worker.environment import WorkerEnvironment
from render_container.worker.errors import AttemptError

VARIABLES = {
    "INTARSIA_TABLE": "table",
    "INTARSIA_TEMPLATES_BUCKET": "templates",
    "INTARSIA_RENDERS_BUCKET": "renders",
    "INTARSIA_JOB_ID": "J" * 26,
    "INTARSIA_ATTEMPT": "2",
}


def test_everything_is_read() -> None:
    environment = WorkerEnvironment.read(VARIABLES)
    assert (environment.job_id, environment.attempt) == ("J" * 26, 2)
    assert not environment.allow_private_sources


@pytest.mark.parametrize("name", VARIABLES)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(AttemptError, match=name):
        WorkerEnvironment.read({key: value for key, value in VARIABLES.items() if key != name})


def test_an_attempt_must_be_a_number() -> None:
    with pytest.raises(AttemptError, match="INTARSIA_ATTEMPT"):
        WorkerEnvironment.read(VARIABLES | {"INTARSIA_ATTEMPT": "two"})


def test_the_engine_is_told_nothing_of_the_operators_account() -> None:
    secrets = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "x",
        "ECS_CONTAINER_METADATA_URI_V4": "x",
        "AWS_ENDPOINT_URL": "x",
    }
    environment = WorkerEnvironment.read(VARIABLES | secrets | {"PATH": "/bin"})
    told = environment.for_engine(
        fonts=[Path("/job/project"), Path("/job/fonts")], folder=Path("/job")
    )
    assert told["PATH"] == "/bin"
    assert told["INTARSIA_FONTS"] == "/job/project:/job/fonts"
    assert told["INTARSIA_FOOTAGE_FOLDER"] == "/job"
    assert not told.keys() & (secrets.keys() | {"INTARSIA_TABLE", "INTARSIA_RENDERS_BUCKET"})


def test_the_operators_fonts_stay_known_beside_the_templates() -> None:
    environment = WorkerEnvironment.read(VARIABLES | {"INTARSIA_FONTS": "/fonts"})
    told = environment.for_engine(fonts=[Path("/job/project")], folder=Path("/job"))
    assert told["INTARSIA_FONTS"] == "/fonts:/job/project"


def test_keys_are_sent_to_fal_and_only_over_tls() -> None:
    assert WorkerEnvironment.read(VARIABLES).fal_url == "https://queue.fal.run"
    other = {"INTARSIA_FAL_URL": "http://127.0.0.1:9/"}
    with pytest.raises(AttemptError, match="INTARSIA_FAL_URL must be an https"):
        _ = WorkerEnvironment.read(VARIABLES | other).fal_url
    laptop = VARIABLES | other | {"INTARSIA_ALLOW_PRIVATE_SOURCES": "1"}
    assert WorkerEnvironment.read(laptop).fal_url == "http://127.0.0.1:9"
