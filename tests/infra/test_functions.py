"""What all functions have in common."""

import importlib.util
from pathlib import Path

import pytest

FUNCTIONS = (
    "api",
    "join",
    "settle",
    "introspect",
    "fetch",
    "publish",
    "janitor",
    "admit",
    "webhooks",
)


@pytest.fixture
def functions(template):
    return {
        each["Properties"]["FunctionName"]: each["Properties"]
        for each in template.all("AWS::Lambda::Function").values()
    }


@pytest.fixture
def code(template, functions):
    """The folder that functions run from, as it will lie on Lambda."""
    key = functions["studio-api"]["Code"]["S3Key"]
    return template.folder / f"asset.{key.removesuffix('.zip')}"


def test_there_are_these_functions_and_no_other(functions):
    assert set(functions) == {f"studio-{name}" for name in FUNCTIONS}


def test_all_run_python_313_on_arm64(functions):
    for function in functions.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_handler_is_in_the_code(functions, code, name):
    assert functions[f"studio-{name}"]["Handler"] == f"lambdas.{name}.handler.handler"
    assert (code / "lambdas" / name / "handler.py").is_file()


def test_the_code_is_only_what_functions_import(code):
    assert {path.name for path in code.iterdir()} == {"intarsia", "lambdas"}
    assert not {"cli", "local"} & {path.name for path in (code / "intarsia").iterdir()}
    assert not [path for path in code.rglob("*") if path.suffix not in ("", ".py")]


def test_the_code_imports_nothing_that_is_left_out(code):
    """Every `intarsia` module that is named in the code lies in it."""
    for path in code.rglob("*.py"):
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] == ["from"] and words[1].startswith("intarsia."):
                module = code.joinpath(*words[1].split("."))
                assert module.is_dir() or module.with_suffix(".py").is_file(), f"{path}: {line}"


def test_every_function_writes_to_a_log_that_is_not_kept_for_ever(template, functions):
    for name, function in functions.items():
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        log = template.all("AWS::Logs::LogGroup")[group]["Properties"]
        assert log["LogGroupName"] == f"/aws/lambda/{name}"
    for log in template.all("AWS::Logs::LogGroup").values():
        assert log["Properties"]["RetentionInDays"] <= 90


def test_environment_has_only_names_that_the_code_knows(functions):
    spec = importlib.util.find_spec("intarsia.names")
    known = Path(spec.origin).read_text()
    for function in functions.values():
        for key in function["Environment"]["Variables"]:
            assert f'"{key}"' in known


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        (
            "api",
            (
                "INTARSIA_TABLE INTARSIA_TEMPLATES_BUCKET INTARSIA_RENDERS_BUCKET "
                "INTARSIA_STATE_MACHINE_ARN INTARSIA_PUBLIC_URL INTARSIA_SECRETS_PREFIX "
                "INTARSIA_SECRETS_KEY_ARN INTARSIA_SPLIT_FRAMES INTARSIA_SPLIT_PIECES "
                "INTARSIA_ENGINES INTARSIA_GPU_DEPTH INTARSIA_LINUX_DEPTH"
            ),
        ),
        ("join", "INTARSIA_TABLE INTARSIA_RENDERS_BUCKET"),
        ("settle", "INTARSIA_TABLE"),
        ("introspect", "INTARSIA_TABLE INTARSIA_TEMPLATES_BUCKET"),
        ("fetch", "INTARSIA_TABLE INTARSIA_TEMPLATES_BUCKET INTARSIA_ALLOW_PRIVATE_SOURCES"),
        ("publish", "INTARSIA_BUS"),
        (
            "admit",
            "INTARSIA_TABLE INTARSIA_STATE_MACHINE_ARN INTARSIA_GPU_DEPTH INTARSIA_LINUX_DEPTH",
        ),
        (
            "janitor",
            "INTARSIA_TABLE INTARSIA_STATE_MACHINE_ARN INTARSIA_GPU_DEPTH INTARSIA_LINUX_DEPTH",
        ),
        (
            "webhooks",
            (
                "INTARSIA_TABLE INTARSIA_RENDERS_BUCKET INTARSIA_SECRETS_PREFIX "
                "INTARSIA_PUBLIC_URL INTARSIA_ALLOW_PRIVATE_SOURCES INTARSIA_WEBHOOKS_QUEUE "
                "INTARSIA_WEBHOOKS_DEAD_LETTERS INTARSIA_WEBHOOKS_PAUSE"
            ),
        ),
    ],
)
def test_each_function_is_told_what_it_works_with(functions, name, needed):
    assert set(functions[f"studio-{name}"]["Environment"]["Variables"]) == set(needed.split())


def test_introspection_has_room_and_time_for_a_large_upload(functions):
    function = functions["studio-introspect"]
    assert function["EphemeralStorage"] == {"Size": 6144}
    assert function["MemorySize"] == 2048
    assert function["Timeout"] == 300


def test_fetching_has_room_and_time_for_a_large_file_and_public_addresses_only(functions):
    function = functions["studio-fetch"]
    assert function["EphemeralStorage"]["Size"] > 2048
    assert function["Timeout"] == 900
    assert function["Environment"]["Variables"]["INTARSIA_ALLOW_PRIVATE_SOURCES"] == "0"


def test_the_api_answers_before_its_gateway_gives_up(functions):
    assert functions["studio-api"]["Timeout"] < 30
