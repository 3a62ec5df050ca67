"""A job that ends is told to its receiver, over the deployed bus, rule, queue and function."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from intarsia import names
from intarsia.domain.ids import new_id

SECRET = "hunter2-hunter2"
WAIT = 300  # seconds; a bound on hanging, not on speed


class Receiver:
    """Somebody's web server on this machine: keeps what it is sent, answers what it is told to."""

    def __init__(self):
        self.requests = []
        self.answers = []
        """Statuses of the next answers; then 204."""
        self._came = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.keep(self, json.loads(body))

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def keep(self, request, body):
        with self._came:
            headers = {name.lower(): value for name, value in request.headers.items()}
            self.requests.append((request.path, headers, body))
            status = self.answers.pop(0) if self.answers else 204
            self._came.notify_all()
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def url(self, path):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def got(self, count):
        """The requests, once there are `count` of them."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.requests) >= count, WAIT), self.requests
            return list(self.requests)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _no_secret_is_printed(stack):
    """Functions print into the emulator's log."""
    yield
    assert SECRET not in stack.emulator.log.read_text()


@pytest.fixture
def given_up(stack):
    """Wait until no webhook is on its way any more; the ids of jobs that were given up, and why."""
    sqs = stack.client("sqs")
    variables = stack.client("lambda").get_function_configuration(
        FunctionName=stack.deployment.outputs["WebhooksFunctionName"]
    )["Environment"]["Variables"]
    queue, dead = (
        variables[name] for name in (names.ENV_WEBHOOKS_QUEUE, names.ENV_WEBHOOKS_DEAD_LETTERS)
    )
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def under_way():
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=counts)["Attributes"]
        return sum(int(found[name]) for name in counts)

    # Other tests of the shared stack have webhooks that cannot be delivered, or wait to be tried
    # again.
    sqs.purge_queue(QueueUrl=queue)
    sqs.purge_queue(QueueUrl=dead)
    began = new_id()

    def wait():
        deadline = time.monotonic() + WAIT
        while under_way():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        answer = sqs.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return {
            json.loads(each["Body"])["detail"]["id"]: each["MessageAttributes"]["reason"][
                "StringValue"
            ]
            for each in answer.get("Messages", [])
            if json.loads(each["Body"])["detail"]["id"] > began  # ids are in order of time
        }

    yield wait
    sqs.purge_queue(QueueUrl=dead)


@pytest.fixture
def impatient(stack):
    """The deployed function, told to try again soon."""
    functions, name = stack.client("lambda"), stack.deployment.outputs["WebhooksFunctionName"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    told = variables | {names.ENV_WEBHOOKS_PAUSE: "0.2"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": told})
    yield
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def test_the_end_of_a_tree_is_told_once_with_the_whole_job(job, finish, client, receiver, given_up):
    client.secrets.set("HOOK", SECRET)
    webhook = {
        "url": receiver.url("/hook?key=${secrets.HOOK}"),
        "headers": {"Authorization": "Bearer ${secrets.HOOK}"},
        "data": {"order": 7},
    }

    parent, _child = finish(job("finish", job()) | {"webhook": webhook})

    [(path, headers, body)] = receiver.got(1)
    assert path == f"/hook?key={SECRET}"
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "Intarsia"
    assert headers["webhook-id"] == f"{parent['id']}-finished"
    seen = client.job(parent["id"])
    assert body == seen | {
        "state": "finished",
        "finishedAt": seen["stats"]["finishedAt"],
        "renderDuration": seen["stats"]["renderDuration"],
        "data": {"order": 7},
    }
    assert body["outputUrl"].startswith(client.url.removesuffix("/api/v2"))
    assert given_up() == {}
    assert len(receiver.got(1)) == 1, "neither told twice nor told of the child"


def test_a_receiver_that_fails_twice_is_asked_a_third_time(
    job, finish, receiver, impatient, given_up
):
    receiver.answers = [500, 503]

    (done,) = finish(job("refuse: no such layer") | {"webhook": {"url": receiver.url("/")}})

    requests = receiver.got(3)
    assert given_up() == {}
    assert len(receiver.got(3)) == 3
    assert {headers["webhook-id"] for _, headers, _ in requests} == {f"{done['id']}-error"}
    for _, _, body in requests:
        assert (body["state"], body["error"]) == ("error", "refuse: no such layer")


def test_a_cancelled_job_is_told(job, client, receiver):
    waiting = client.submit(job("wait once") | {"webhook": {"url": receiver.url("/")}})

    client.jobs.cancel(waiting["id"], force=True)

    [(_, headers, body)] = receiver.got(1)
    assert body["status"] == body["state"] == "manually_cancelled"
    assert headers["webhook-id"] == f"{waiting['id']}-manually_cancelled"


def test_a_webhook_whose_secret_does_not_exist_is_kept_for_the_operator(
    job, finish, receiver, given_up
):
    webhook = {"url": receiver.url("/"), "headers": {"X-Key": "${secrets.NONE}"}}

    (done,) = finish(job() | {"webhook": webhook})

    deadline = time.monotonic() + WAIT
    while not (kept := given_up()):
        assert time.monotonic() < deadline
    assert kept == {done["id"]: "there is no secret named NONE"}
    assert receiver.requests == []
