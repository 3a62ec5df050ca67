"""The emulator's process: what it keeps, when it ends, where it listens."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from intarsia.local import launcher
from intarsia.local.emulator import Emulator
from intarsia.local.errors import EmulatorError, StateNotSavedError, StoppedError


@pytest.fixture
def make_emulator(tmp_path: Path) -> Any:
    made: list[Emulator] = []

    def make(**settings: Any) -> Emulator:
        emulator = Emulator(tmp_path / "state", tmp_path / "emulator.log", **settings)
        emulator.start()
        made.append(emulator)
        return emulator

    yield make
    for emulator in made:
        emulator.kill()


def _table(emulator: Emulator) -> None:
    emulator.clients("dynamodb").create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _put(emulator: Emulator, key: str) -> None:
    emulator.clients("dynamodb").put_item(TableName="things", Item={"pk": {"S": key}})


def _get(emulator: Emulator, key: str) -> Any:
    return emulator.clients("dynamodb").get_item(TableName="things", Key={"pk": {"S": key}})


def test_a_killed_emulator_has_lost_nothing_that_a_checkpoint_saw(make_emulator: Any) -> None:
    emulator = make_emulator(checkpoint_interval=3600.0)
    _table(emulator)
    _put(emulator, "saved")
    emulator.checkpoint()
    _put(emulator, "lost")
    emulator.kill()
    assert not emulator.alive
    emulator.start()
    assert "Item" in _get(emulator, "saved")
    assert "Item" not in _get(emulator, "lost")


def test_checkpoints_are_made_without_being_asked(make_emulator: Any, wait_for: Any) -> None:
    emulator = make_emulator(checkpoint_interval=0.1)
    _table(emulator)
    _put(emulator, "saved")
    saved = emulator.state / "services" / "dynamodb.json"
    wait_for(lambda: saved.exists() and "saved" in saved.read_text(), "a checkpoint")


def test_a_clean_stop_keeps_everything_and_the_port_is_asked_for_again(
    make_emulator: Any,
) -> None:
    emulator = make_emulator(checkpoint_interval=3600.0)
    _table(emulator)
    _put(emulator, "kept")
    emulator.stop()
    again = make_emulator(port=emulator.port)
    assert again.port == emulator.port
    assert "Item" in _get(again, "kept")


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path, wait_for: Any) -> None:
    script = (
        "import sys, threading; from pathlib import Path;"
        "from intarsia.local.emulator import Emulator; home = Path(sys.argv[1]);"
        "emulator = Emulator(home / 'state', home / 'log'); emulator.start();"
        "print(emulator.pid, flush=True); threading.Event().wait()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not psutil.pid_exists(pid), "the emulator's end")


def test_it_listens_on_loopback_only(emulator: Emulator) -> None:
    listening = [
        connection.laddr.ip
        for process in [psutil.Process(emulator.pid), *psutil.Process(emulator.pid).children()]
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_the_users_own_aws_settings_reach_neither_the_emulator_nor_our_clients(
    make_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production-that-does-not-exist")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("GATEWAY_PORT", "1")
    emulator = make_emulator()
    emulator.clients("s3").list_buckets()
    environment = psutil.Process(emulator.pid).environ()
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment


def test_what_it_keeps_is_its_owners_alone(emulator: Emulator) -> None:
    emulator.clients("secretsmanager").create_secret(Name="a", SecretString="b")
    emulator.clients("s3").create_bucket(Bucket="private")
    emulator.clients("s3").put_object(Bucket="private", Key="key", Body=b"x")
    emulator.checkpoint()
    kept = [path for path in emulator.state.rglob("*") if path.is_file()]
    assert {"secretsmanager.json", "key"} <= {path.name for path in kept}
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_an_unsigned_request_for_an_object_is_refused(emulator: Emulator) -> None:
    emulator.clients("s3").create_bucket(Bucket="closed")
    answer = httpx.put(f"{emulator.endpoint}/closed/key", content=b"x", trust_env=False)
    assert answer.status_code == 403


def test_a_start_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tmp_path / "state", tmp_path / "log")
    monkeypatch.setattr(launcher, "__name__", "intarsia.local.no_such_module")
    with pytest.raises(EmulatorError, match="no_such_module"):
        emulator.start()
    assert not emulator.alive


def test_another_version_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "version", lambda _name: "9.9.9")
    monkeypatch.setattr(sys, "argv", ["launcher", "--port", "1", "--state", "unused"])
    with pytest.raises(SystemExit, match=r"ministack 9\.9\.9 is installed"):
        launcher.main()


def test_stream_records_after_a_restart_are_delivered(
    make_emulator: Any, zipped: Callable[[str], bytes], wait_for: Any, trust: Any
) -> None:
    """As many as had been delivered before the restart used to be skipped."""
    emulator = make_emulator()
    dynamodb = emulator.clients("dynamodb")
    _table(emulator)
    stream = dynamodb.update_table(
        TableName="things",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    role = _role(emulator, trust("lambda"), "AmazonDynamoDBFullAccess", "CloudWatchLogsFullAccess")
    emulator.clients("lambda").create_function(
        FunctionName="reader",
        Runtime="python3.12",
        Handler="index.handler",
        Role=role,
        Code={
            "ZipFile": zipped(
                "def handler(event, context):\n"
                "    for record in event['Records']:\n"
                "        print('SAW', record['dynamodb']['Keys']['pk']['S'])\n"
            )
        },
    )
    emulator.clients("lambda").create_event_source_mapping(
        EventSourceArn=stream, FunctionName="reader", StartingPosition="LATEST"
    )

    def seen(running: Emulator) -> str:
        try:
            events = running.clients("logs").filter_log_events(
                logGroupName="/aws/lambda/reader", filterPattern="SAW"
            )["events"]
        except ClientError:
            return ""
        return " ".join(event["message"] for event in events)

    _put(emulator, "before-1")
    _put(emulator, "before-2")
    wait_for(lambda: "before-2" in seen(emulator), "the records before the restart")
    emulator.stop()
    again = make_emulator()
    _put(again, "after-1")
    _put(again, "after-2")
    wait_for(lambda: "after-2" in seen(again), "the records after the restart")
    assert "after-1" in seen(again)


def _role(emulator: Emulator, trust_policy: str, *managed: str, name: str = "function") -> str:
    iam = emulator.clients("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy)["Role"]
    for policy in managed:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return str(role["Arn"])


@pytest.mark.parametrize(("managed", "allowed"), [([], False), (["AmazonS3FullAccess"], True)])
def test_a_function_may_do_only_what_its_role_allows(
    emulator: Emulator,
    zipped: Callable[[str], bytes],
    trust: Any,
    managed: list[str],
    allowed: bool,
) -> None:
    name = "lister" if allowed else "not-a-lister"
    functions = emulator.clients("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=_role(emulator, trust("lambda"), *managed, name=name),
        Code={
            "ZipFile": zipped(
                "import boto3\n"
                "def handler(event, context):\n"
                "    return len(boto3.client('s3').list_buckets()['Buckets'])\n"
            )
        },
        Timeout=30,
    )
    answer = functions.invoke(FunctionName=name)
    payload = answer["Payload"].read().decode()
    assert ("FunctionError" not in answer) is allowed, payload
    assert allowed or "AccessDenied" in payload


def test_a_role_for_some_items_reaches_no_others(
    emulator: Emulator, zipped: Callable[[str], bytes], trust: Any
) -> None:
    emulator.clients("dynamodb").create_table(
        TableName="jobs-and-keys",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    role = _role(emulator, trust("lambda"), name="writer")
    statement = {
        "Effect": "Allow",
        "Action": "dynamodb:UpdateItem",
        "Resource": "*",
        "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["JOB#*"]}},
    }
    emulator.clients("iam").put_role_policy(
        RoleName="writer",
        PolicyName="some",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    functions = emulator.clients("lambda")
    functions.create_function(
        FunctionName="writer",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={
            "ZipFile": zipped(
                "import boto3\n"
                "def handler(event, context):\n"
                "    key = {'pk': {'S': event}}\n"
                "    boto3.client('dynamodb').update_item(TableName='jobs-and-keys', Key=key)\n"
            )
        },
        Timeout=30,
    )

    def write(key: str) -> str:
        answer = functions.invoke(FunctionName="writer", Payload=json.dumps(key))
        return str(answer["Payload"].read().decode())

    assert write("JOB#1") == "null"
    assert "AccessDenied" in write("KEY#1")


def test_it_ends_cleanly_while_executions_wait_for_tasks_and_lists_those_as_stopped_later(
    make_emulator: Any, make_workflow: Any, wait_for: Any
) -> None:
    emulator = make_emulator()
    workflow = make_workflow(emulator)
    executions = [workflow.start() for _ in range(3)]
    tasks = wait_for(lambda: len(found := workflow.tasks()) == 3 and found, "the tasks")
    assert emulator.stop()

    again = make_emulator()
    ecs = again.clients("ecs")
    assert ecs.list_tasks(cluster="renders")["taskArns"] == []
    described = ecs.describe_tasks(cluster="renders", tasks=tasks)["tasks"]
    assert {task["stoppedReason"] for task in described} == {"The emulator was restarted"}
    for execution in executions:
        lost = again.clients("stepfunctions").describe_execution(executionArn=execution)
        assert (lost["status"], lost["error"]) == ("FAILED", "States.ServiceRestart")


def test_a_client_that_does_not_read_its_answer_costs_no_state(make_emulator: Any) -> None:
    """Such as a browser's download that was paused: the server waited for it without end."""
    emulator = make_emulator(checkpoint_interval=3600.0)
    _table(emulator)
    _put(emulator, "kept")
    s3 = emulator.clients("s3")
    s3.create_bucket(Bucket="large")
    # More than the two sockets hold.
    s3.put_object(Bucket="large", Key="film", Body=bytes(32_000_000))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "large", "Key": "film"})
    with socket.create_connection(("127.0.0.1", emulator.port)) as client:
        path, host = url.removeprefix(emulator.endpoint), emulator.endpoint.removeprefix("http://")
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert emulator.stop()
    assert "Item" in _get(make_emulator(), "kept")


def test_a_function_that_runs_is_not_waited_for_and_costs_no_state(
    make_emulator: Any, zipped: Callable[[str], bytes], trust: Any, tmp_path: Path, wait_for: Any
) -> None:
    """The server absorbed the cancellation of its request until it had ended."""
    emulator = make_emulator(checkpoint_interval=3600.0)
    emulator.clients("lambda").create_function(
        FunctionName="endless",
        Runtime="python3.13",
        Handler="index.handler",
        Role=_role(emulator, trust("lambda")),
        Code={
            "ZipFile": zipped(
                "import pathlib, time\n"
                "def handler(event, context):\n"
                "    pathlib.Path(event).touch()\n"
                "    time.sleep(600)\n"
            )
        },
        Timeout=900,
    )
    _table(emulator)
    _put(emulator, "kept")
    running = tmp_path / "running"
    request = {"FunctionName": "endless", "Payload": json.dumps(str(running))}
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(emulator.clients("lambda").invoke, **request)
        wait_for(running.exists, "the function to run")
        assert emulator.stop()
        assert isinstance(call.exception(), BotoCoreError)
    assert "Item" in _get(make_emulator(), "kept")


def test_a_saved_state_that_cannot_be_read_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    saved = tmp_path / "state" / "services" / "dynamodb.json"
    saved.parent.mkdir(parents=True)
    saved.write_text(content := '{"__ministack_format__": 2, "payl')
    emulator = Emulator(tmp_path / "state", tmp_path / "log")
    with pytest.raises(EmulatorError, match=rf"{saved} cannot be read: restore a copy of it"):
        emulator.start()
    assert saved.read_text() == content


def test_nothing_is_saved_before_the_state_is_loaded(make_emulator: Any) -> None:
    """Services are empty until then: a checkpoint replaced their state while it was loaded."""
    emulator = make_emulator()
    emulator.clients("ecs").create_cluster(clusterName="kept")
    emulator.stop()
    again = make_emulator(checkpoint_interval=0.001)
    assert again.clients("ecs").list_clusters()["clusterArns"] != []


def test_a_start_that_shall_end_is_given_up_and_leaves_no_process(tmp_path: Path) -> None:
    class AfterOneLook(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    emulator = Emulator(tmp_path / "state", tmp_path / "log", ending=AfterOneLook())
    with pytest.raises(StoppedError):
        emulator.start()
    assert not emulator.alive
    assert [
        process.pid
        for process in psutil.Process().children(recursive=True)
        if str(tmp_path) in " ".join(process.cmdline())
    ] == []


def test_an_interruption_during_the_start_is_not_waited_for(tmp_path: Path, wait_for: Any) -> None:
    emulator = Emulator(tmp_path / "state", tmp_path / "log")
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(emulator.start)
        wait_for(lambda: emulator.alive, "the process")
        process = emulator._process
        emulator.interrupt()
        with pytest.raises(EmulatorError, match="the emulator ended"):
            start.result(60)
    assert process is not None
    assert process.returncode == -signal.SIGKILL


def test_a_deployment_that_was_cut_off_is_not_under_way_for_ever(make_emulator: Any) -> None:
    emulator = make_emulator()
    cloudformation = emulator.clients("cloudformation")
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    for name in ("created", "updated"):
        cloudformation.create_stack(StackName=name, TemplateBody=template)
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 2000}
        )
    emulator.stop()
    saved = emulator.state / "services" / "cloudformation.json"
    state = json.loads(saved.read_text())
    for key, stack in state["payload"]["stacks"]["data"].items():
        doing = "CREATE" if "created" in key else "UPDATE"
        stack["StackStatus"] = f"{doing}_IN_PROGRESS"
    saved.write_text(json.dumps(state))

    stacks = make_emulator().clients("cloudformation").describe_stacks()["Stacks"]
    assert {stack["StackName"]: stack["StackStatus"] for stack in stacks} == {
        "created": "CREATE_FAILED",
        "updated": "UPDATE_ROLLBACK_COMPLETE",
    }


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="sets the limits of another process")


@on_linux
def test_an_object_that_cannot_be_written_is_refused(make_emulator: Any) -> None:
    """Files that may not grow stand in for a full disk."""
    emulator = make_emulator(checkpoint_interval=3600.0)
    emulator.clients("s3").create_bucket(Bucket="films")
    size, process = psutil.RLIMIT_FSIZE, psutil.Process(emulator.pid)
    before = process.rlimit(size)
    process.rlimit(size, (100, before[1]))
    url = emulator.clients("s3").generate_presigned_url(
        "put_object", Params={"Bucket": "films", "Key": "film"}
    )
    refused = httpx.put(url, content=bytes(1000), trust_env=False)
    assert refused.status_code == 500
    assert "films/film" in refused.text
    assert "cannot be written" in refused.text
    process.rlimit(size, before)
    assert httpx.put(url, content=bytes(1000), trust_env=False).status_code == 200
    emulator.stop()
    found = make_emulator().clients("s3").get_object(Bucket="films", Key="film")
    assert found["Body"].read() == bytes(1000)


@on_linux
def test_a_save_that_fails_is_reported_tried_again_and_never_counts(
    make_emulator: Any, wait_for: Any
) -> None:
    """Files that may not grow stand in for a full disk."""
    emulator = make_emulator(checkpoint_interval=0.1)
    _table(emulator)
    _put(emulator, "before")
    emulator.checkpoint()
    saved = emulator.state / "services" / "dynamodb.json"
    size, process = psutil.RLIMIT_FSIZE, psutil.Process(emulator.pid)
    before = process.rlimit(size)
    process.rlimit(size, (100, before[1]))
    _put(emulator, "later")
    with pytest.raises(StateNotSavedError, match=r"/services/\w+\.json\.tmp: File too large"):
        emulator.checkpoint()
    assert emulator.save_error is not None
    assert "later" not in saved.read_text()
    process.rlimit(size, before)
    wait_for(lambda: emulator.save_error is None, "a save with space")
    assert "later" in saved.read_text()
    process.rlimit(size, (100, before[1]))
    _put(emulator, "last")
    emulator.stop()
    assert emulator.save_error is not None
    again = make_emulator()
    assert "Item" in _get(again, "later")
    assert "Item" not in _get(again, "last")
