import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from intarsia.domain.ids import now
from intarsia.domain.job_views import job_view
from intarsia.domain.jobs import Failure, Output
from intarsia.domain.states import Status
from intarsia.domain.webhooks import Webhook, webhook_key
from intarsia.storage.objects import ObjectNotFoundError
from intarsia.storage.secrets import SecretNotFoundError
from intarsia.workflow.notifying import DeliveryError, Stores, notify, pause_after

ORIGIN = "https://intarsia.test"
SECRET = "hunter2-hunter2"


class Receiver:
    """Somebody's web server on this machine."""

    def __init__(self):
        self.requests = []
        """Method, path, headers (lower case) and body of each."""
        self.answer = lambda request: plain(request, 204)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def take(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.requests.append((self.command, self.path, headers, body))
                receiver.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = take  # noqa: N815

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def told(self):
        """The decoded body of the only request."""
        [(_, _, _, body)] = self.requests
        return json.loads(body)


def plain(request, status, **headers):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", "0")
    request.end_headers()


class Endless:
    """An answer that begins with `head` and goes on until the connection is broken."""

    def __init__(self, head, *, pause):
        self.head = head
        self.pause = pause  # seconds between two pieces
        self.broken = threading.Event()

    def __call__(self, request):
        request.close_connection = True
        with contextlib.suppress(OSError):
            request.wfile.write(self.head)
            while True:
                request.wfile.write(b"x" if self.pause else b"x" * 65536)
                time.sleep(self.pause)
        self.broken.set()


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.server.shutdown()
    running.server.server_close()


class Kept:
    """What is stored, in memory: jobs, webhooks and secrets; a `Stores` to read them."""

    def __init__(self):
        self.jobs = {}
        self.objects = {}
        self.secrets = {}
        self.stores = Stores(
            jobs=SimpleNamespace(get=self.jobs.get, trees=self._trees),
            renders=SimpleNamespace(get_text=self._object),
            secrets=SimpleNamespace(get=self._secret),
        )

    def _trees(self, roots):
        below = [self._trees([self.jobs[child] for child in job.children]) for job in roots]
        return [*roots, *(member for branch in below for member in branch)]

    def _object(self, key):
        if key not in self.objects:
            raise ObjectNotFoundError(key)
        return self.objects[key]

    def _secret(self, team_id, name):
        if (team_id, name) not in self.secrets:
            raise SecretNotFoundError(f"there is no secret named {name}")
        return self.secrets[team_id, name]


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def ended(make_job):
    """A job that has finished; fields by keyword."""

    def make(**fields):
        output = Output(key="k", bytes=1, frames=1, width=1, height=1, fps=25, duration=1)
        return make_job(
            **{
                "status": Status.FINISHED,
                "finished_at": now(),
                "render_seconds": 1.5,
                "output": output,
                "has_webhook": True,
            }
            | fields
        )

    return make


@pytest.fixture
def tell(kept, receiver, ended):
    """Store a job with a webhook to the receiver, both by keyword, and notify."""

    def tell_about(job=None, *, allow_private=True, limit=10.0, **webhook):
        job = job or ended()
        kept.jobs[job.id] = job
        wanted = Webhook.model_validate({"url": f"{receiver.url}/hook"} | webhook)
        kept.objects[webhook_key(job.id)] = wanted.model_dump_json(by_alias=True)
        return notify(kept.stores, job.id, origin=ORIGIN, allow_private=allow_private, limit=limit)

    return tell_about


def refused(tell, *arguments, **webhook):
    """The error that a delivery ends with; it must not drag another one along."""
    with pytest.raises(DeliveryError) as caught:
        tell(*arguments, **webhook)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


class TestWhatIsSent:
    def test_the_job_object_and_what_older_receivers_read(self, tell, ended, receiver):
        job = ended(render_seconds=2.5)

        assert tell(job, data={"order": 7}) == 204

        told = receiver.told
        assert {key: told[key] for key in ("id", "status", "outputUrl")} == {
            "id": job.id,
            "status": "finished",
            "outputUrl": f"{ORIGIN}/api/v2/outputs/{job.id}/token/{job.output_name}",
        }
        assert told["stats"]["renderDuration"] == 2.5
        aliases = ("state", "finishedAt", "renderDuration", "error", "data")
        assert [told.pop(key) for key in aliases] == [
            "finished",
            told["stats"]["finishedAt"],
            2.5,
            None,
            {"order": 7},
        ]
        assert told["stats"]["finishedAt"]
        body = job_view(job, ORIGIN, tree=[job]).body()
        assert told == {key: value for key, value in body.items() if key != "error"}

    def test_an_error_in_both_places(self, tell, ended, receiver):
        failure = Failure(kind="user", reason="no such layer")
        tell(ended(status=Status.ERROR, failure=failure, output=None, finished_at=None))

        told = receiver.told
        assert told["status"] == told["state"] == "error"
        assert told["error"] == told["stats"]["error"] == "no such layer"
        assert (told["finishedAt"], told["data"]) == (None, None)

    def test_of_a_parent_its_children_and_its_tree(self, tell, kept, ended, receiver):
        root = ended(children=["L" * 26])
        child = ended(id="L" * 26, parent_id=root.id, root_id=root.id, children=["G" * 26])
        below = ended(id="G" * 26, parent_id=child.id, root_id=root.id)
        kept.jobs.update({child.id: child, below.id: below})

        tell(root)

        assert [child["id"] for child in receiver.told["children"]] == ["L" * 26]
        assert (receiver.told["tree"]["jobs"], receiver.told["tree"]["finished"]) == (3, 3)

    @pytest.mark.parametrize(("data", "sent"), [({"a": [1]}, {"a": [1]}), (None, {})])
    def test_nothing_but_the_data_when_it_is_custom(self, tell, receiver, data, sent):
        tell(custom=True, data=data)

        assert receiver.told == sent

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_json_by_the_method_that_was_chosen(self, tell, receiver, method):
        tell(method=method)

        [(used, path, headers, body)] = receiver.requests
        assert (used, path) == (method, "/hook")
        assert headers["content-type"] == "application/json"
        assert headers["user-agent"] == "Intarsia"
        assert json.loads(body)["status"] == "finished"

    def test_a_get_has_no_body_and_says_in_its_id_which_job_ended_how(self, tell, ended, receiver):
        job = ended()

        tell(job, method="GET", data={"a": 1})

        [(used, path, headers, body)] = receiver.requests
        assert (used, path, body) == ("GET", "/hook", b"")
        assert "content-type" not in headers
        assert headers["webhook-id"] == f"{job.id}-finished"

    def test_the_clients_headers_win_over_ours_but_not_over_the_id(self, tell, ended, receiver):
        job = ended()

        tell(job, headers={"content-type": "text/x", "USER-AGENT": "Mine", "X-Name": "größe"})

        [(_, _, headers, _)] = receiver.requests
        assert headers["content-type"] == "text/x"
        assert headers["user-agent"] == "Mine"
        assert headers["x-name"].encode("latin-1").decode() == "größe"
        assert headers["webhook-id"] == f"{job.id}-finished"

    def test_the_same_event_has_the_same_id_in_every_try(self, tell, kept, ended, receiver):
        job = ended()
        tell(job)
        notify(kept.stores, job.id, origin=ORIGIN, allow_private=True)

        first, second = (headers["webhook-id"] for _, _, headers, _ in receiver.requests)
        assert first == second


class TestSecrets:
    def test_take_their_places_in_url_headers_and_data(self, tell, kept, receiver):
        kept.secrets["team", "KEY"] = SECRET

        tell(
            url=receiver.url + "/${secrets.KEY}?k=${secret.KEY}",
            headers={"Authorization": "Bearer ${secrets.KEY}"},
            data={"deep": ["${secrets.KEY}"]},
        )

        [(_, path, headers, _)] = receiver.requests
        assert path == f"/{SECRET}?k={SECRET}"
        assert headers["authorization"] == f"Bearer {SECRET}"
        assert receiver.told["data"] == {"deep": [SECRET]}

    def test_are_not_looked_for_in_the_job(self, tell, kept, ended, receiver):
        kept.secrets["team", "KEY"] = SECRET
        failure = Failure(kind="user", reason="no layer ${secrets.KEY}")

        tell(ended(status=Status.ERROR, failure=failure))

        assert receiver.told["error"] == "no layer ${secrets.KEY}"

    def test_that_do_not_exist_end_it_for_good(self, tell, kept, receiver):
        kept.secrets["other", "KEY"] = SECRET

        error = refused(tell, headers={"X-Key": "${secrets.KEY}"})

        assert not error.again
        assert str(error) == "there is no secret named KEY"
        assert receiver.requests == []

    def test_from_a_file_with_a_newline_at_the_end_fit_into_a_header(self, tell, kept, receiver):
        kept.secrets["team", "KEY"] = f"{SECRET}\n"

        tell(headers={"X-Key": "${secrets.KEY}"})

        assert receiver.requests[0][2]["x-key"] == SECRET

    @pytest.mark.parametrize(
        ("value", "webhook"),
        [
            (f"{SECRET}\r\nHost: evil", {"headers": {"X-Key": "${secrets.KEY}"}}),
            (f"ftp://{SECRET}", {"url": "${secrets.KEY}"}),
            (f"https://{SECRET}:x", {"url": "${secrets.KEY}"}),
            (f"https://xn--{SECRET}-", {"url": "${secrets.KEY}"}),
            (f"http://a\0{SECRET}", {"url": "${secrets.KEY}"}),
            (SECRET, {"url": "${secrets.KEY}"}),
        ],
    )
    def test_that_make_it_impossible_end_it_for_good_and_are_not_quoted(
        self, tell, kept, receiver, value, webhook
    ):
        kept.secrets["team", "KEY"] = value

        error = refused(tell, **webhook)

        assert not error.again
        assert SECRET not in str(error)
        assert receiver.requests == []

    def test_are_not_logged(self, tell, kept, receiver, caplog, capsys):
        caplog.set_level("INFO")
        kept.secrets["team", "KEY"] = SECRET
        webhook = {"headers": {"X-Key": "${secrets.KEY}"}, "data": {"k": "${secrets.KEY}"}}

        tell(url=receiver.url + "/${secrets.KEY}", **webhook)
        error = refused(tell, url="http://127.0.0.1:1/${secrets.KEY}", **webhook)

        printed = capsys.readouterr()
        assert SECRET not in caplog.text + printed.out + printed.err + str(error)


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 201, 202, 299])
    def test_any_2xx_is_a_success(self, tell, receiver, status):
        receiver.answer = lambda request: plain(request, status)

        assert tell() == status

    @pytest.mark.parametrize("status", [304, 400, 401, 404, 408, 429, 500, 503])
    def test_any_other_is_worth_another_try(self, tell, receiver, status):
        receiver.answer = lambda request: plain(request, status)

        error = refused(tell)

        assert error.again
        assert str(error) == f"the receiver returned {status}"

    def test_a_receiver_that_is_gone_is_left_alone(self, tell, receiver):
        receiver.answer = lambda request: plain(request, 410)

        assert not refused(tell).again

    def test_no_redirect_is_followed(self, tell, receiver):
        receiver.answer = lambda request: plain(request, 307, Location="/elsewhere")

        assert refused(tell).again
        assert [path for _, path, _, _ in receiver.requests] == ["/hook"]

    def test_a_body_without_end_is_not_read(self, tell, receiver):
        receiver.answer = endless = Endless(b"HTTP/1.1 200 OK\r\n\r\n", pause=0)

        assert tell() == 200
        assert endless.broken.wait(60), "the connection is taken from it"


class TestTime:
    def test_a_receiver_that_says_nothing_is_given_up_in_time(self, tell, receiver):
        over = threading.Event()
        receiver.answer = lambda _: over.wait(120)

        error = refused(tell, limit=0.3)
        over.set()

        assert error.again
        assert str(error) == "no response within 0.3 seconds"

    def test_a_receiver_that_sends_its_head_byte_by_byte_is_as_well(self, tell, receiver):
        receiver.answer = endless = Endless(b"HTTP/1.1 200 OK\r\nX-Long: ", pause=0.05)

        error = refused(tell, limit=0.5)

        assert error.again
        assert endless.broken.wait(60), "the connection is taken from it"

    def test_each_pause_is_longer_than_the_one_before(self):
        assert [pause_after(attempt, 10) for attempt in (1, 2, 3)] == [10, 60, 360]


class TestAddresses:
    def test_a_private_one_is_refused_for_good_before_anything_is_sent(self, tell, receiver):
        error = refused(tell, allow_private=False)

        assert not error.again
        assert "private" in str(error)
        assert receiver.requests == []

    def test_the_one_with_the_machines_credentials_even_on_a_laptop(self, tell):
        error = refused(tell, url="http://169.254.169.254/latest/meta-data")

        assert not error.again
        assert "private" in str(error)

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://nowhere.invalid/", "does not exist"),
            ("http://127.0.0.1:1/", "connection failed"),
        ],
    )
    def test_where_nobody_answers_there_is_another_try(self, tell, url, said):
        error = refused(tell, url=url)

        assert error.again
        assert said in str(error)


class TestWhatIsMissing:
    def test_a_job_that_is_gone(self, kept):
        with pytest.raises(DeliveryError, match="job no longer exists") as caught:
            notify(kept.stores, "nobody", origin=ORIGIN)
        assert not caught.value.again

    @pytest.mark.parametrize(
        ("stored", "said"), [(None, "no longer stored"), (f'{{"url": "{SECRET}"}}', "is invalid")]
    )
    def test_a_webhook_that_is_gone_or_spoilt(self, kept, ended, stored, said):
        job = ended()
        kept.jobs[job.id] = job
        if stored:
            kept.objects[webhook_key(job.id)] = stored

        with pytest.raises(DeliveryError, match=said) as caught:
            notify(kept.stores, job.id, origin=ORIGIN)
        assert not caught.value.again
        assert SECRET not in str(caught.value)
        assert caught.value.__suppress_context__
