"""Jobs, trees and batches as a program sees them."""

import pytest

from intarsia.client import ConflictError, InvalidRequestError, WaitTimeoutError
from intarsia.client.models import Job, Phase


def test_a_newer_servers_fields_are_kept(server, client, job):
    sent = job(
        stats={"createdAt": "2026-05-14T12:00:00.000Z", "co2": 1.5},
        colour="oak",
        children=[{"id": "J2", "status": "queued", "mood": "good"}],
        tags="a,b",
    )
    server.on("GET", "/api/v2/jobs/J1", (200, sent))

    found = client.jobs.get("J1")

    assert found.model_extra == {"colour": "oak"}
    assert found.tags == ("a", "b")
    assert found.wire() == sent | {"tags": ["a", "b"]}
    with pytest.raises(ValueError, match="frozen"):
        found.status = "error"


@pytest.mark.parametrize("status", ["picked", "started", "render:setup", "hibernating", ""])
def test_an_unknown_status_is_processing_and_no_end(status):
    job = Job(id="J1", status=status)
    assert job.phase is Phase.PROCESSING
    assert not job.ended


def test_a_job_of_the_bare_contract_is_understood():
    job = Job.model_validate(
        {"id": "J", "templateId": None, "status": "error", "progress": 0, "outputUrl": None,
         "stats": {"error": "why"}}
    )  # fmt: skip
    assert job.reason == "why"
    assert job.children == ()


def test_a_list_is_asked_for_page_by_page(server, client, job):
    rows = [job(f"J{number}") for number in range(5)]

    def page(request):
        start, limit = (int(request.url.params[name]) for name in ("from", "limit"))
        return 200, rows[start : start + limit]

    server.on("GET", "/api/v2/jobs", page)
    found = client.jobs.list(states=["error", "finished"], tags=["a"], page=2)

    assert next(found).id == "J0"
    assert len(server.requests) == 1, "no page before it is needed"
    assert [each.id for each in found] == ["J1", "J2", "J3", "J4"]
    assert [request.url.params["from"] for request in server.requests] == ["0", "2", "4"]
    assert server.requests[0].url.params["states"] == "error,finished"
    assert server.requests[0].url.params["tags"] == "a"


def test_jobs_pushed_onto_the_next_page_come_once(server, client, job):
    server.on(
        "GET",
        "/api/v2/jobs",
        (200, [job("J3"), job("J2")]),
        (200, [job("J2"), job("J1")]),  # J4 was made meanwhile
        (200, []),
    )
    found = client.jobs.list(sort="newest_first", page=2)
    assert [each.id for each in found] == ["J3", "J2", "J1"]


def test_a_server_that_knows_no_pages_does_not_keep_us(server, client, job):
    server.on("GET", "/api/v2/jobs", (200, [job("J1"), job("J2")]))
    assert len(list(client.jobs.list(page=2))) == 2


def child(job_id, status, **fields):
    return {"id": job_id, "status": status} | fields


def test_a_tree_is_followed_with_few_requests(server, client, job):
    def root(*children, status="pending"):
        return job("R", status, children=[child(*each) for each in children])

    asked = []
    jobs = {
        "R": [
            root(("A", "render:dorender"), ("B", "queued")),
            root(("A", "finished"), ("B", "queued")),
            root(("A", "finished"), ("B", "finished"), status="finished"),
        ],
        "A": [job("A", "render:dorender", parentId="R"), job("A", parentId="R")],
        "B": [job("B", "queued", parentId="R"), job("B", parentId="R")],
    }
    for name, answers in jobs.items():

        def answer(request, name=name, answers=answers):
            asked.append(name)
            return 200, answers.pop(0)

        server.on("GET", f"/api/v2/jobs/{name}", answer)

    seen = [[each.status for each in jobs] for jobs in client.jobs.follow("R")]

    assert seen == [
        ["pending", "render:dorender", "queued"],
        ["pending", "finished", "queued"],
        ["finished", "finished", "finished"],
    ]
    # Neither what has ended nor what still waits is asked for again.
    assert asked == ["R", "A", "B", "R", "A", "R", "B"]


def test_a_child_that_waits_is_asked_for_again_when_its_tree_has_left_the_line(server, client, job):
    states = [
        (True, "pending", "queued"), (True, "pending", "queued"), (False, "pending", "queued"),
        (False, "finished", "finished"),
    ]  # fmt: skip
    answers = [
        (200, job("R", status, inLine=waits, children=[child("A", of_child)]))
        for waits, status, of_child in states
    ]
    server.on("GET", "/api/v2/jobs/R", *answers)
    a = {"parentId": "R"}
    server.on(
        "GET", "/api/v2/jobs/A",
        (200, job("A", "queued", inLine=True, **a)), (200, job("A", "queued", inLine=False, **a)),
        (200, job("A", inLine=False, **a)),
    )  # fmt: skip

    seen = [[each.in_line for each in jobs] for jobs in client.jobs.follow("R")]

    assert seen == [[True, True], [True, True], [False, False], [False, False]]
    assert [each.url.path[-1] for each in server.requests] == list("RARRARA")


def test_a_tree_of_three_levels_has_each_before_its_children(server, client, job):
    server.on("GET", "/api/v2/jobs/R", (200, job("R", children=[child("A", "finished")])))
    server.on("GET", "/api/v2/jobs/A", (200, job("A", children=[child("B", "finished")])))
    server.on("GET", "/api/v2/jobs/B", (200, job("B", children=[child("R", "finished")])))
    assert [each.id for each in client.jobs.tree("R")] == ["R", "A", "B"], "no cycle is followed"


def test_waiting_ends_with_the_job_or_with_the_time(server, client, job):
    server.on("GET", "/api/v2/jobs/J1", (200, job(status="queued")), (200, job(status="error")))
    assert client.jobs.wait("J1").status == "error"
    server.on("GET", "/api/v2/jobs/J1", (200, job(status="picked")))
    with pytest.raises(WaitTimeoutError, match="J1"):
        client.jobs.wait("J1", poll=1, timeout=0)


def test_cancelling(server, client, job):
    server.on("PATCH", "/api/v2/jobs/J1/cancel", (200, [job(status="manually_cancelled")]))
    assert client.jobs.cancel("J1")[0].phase is Phase.CANCELLED
    assert server.requests[-1].url.query == b""
    client.jobs.cancel("J1", force=True)
    assert server.requests[-1].url.params["force"] == "true"
    server.on("POST", "/api/v2/jobs/cancel", (409, {"error": "it renders"}))
    with pytest.raises(ConflictError, match="it renders"):
        client.jobs.cancel_many(["J1", "J2"])
    assert server.sent() == {"jobs": ["J1", "J2"]}


BATCH = {"batchId": "B1", "totalJobs": 2, "jobs": []}


def test_a_batch_of_which_nothing_was_accepted_is_an_answer(server, client):
    errors = [{"index": 0, "error": "bad", "errorCode": "VALIDATION_ERROR"}]
    body = BATCH | {"status": "error", "successCount": 0, "errors": errors}
    server.on("POST", "/api/v2/batches", (400, body))
    assert client.batches.create([{}]).errors[0].error == "bad"
    server.on("POST", "/api/v2/batches", (400, {"error": "1 to 1000 jobs"}))
    with pytest.raises(InvalidRequestError):
        client.batches.create([])


def test_a_batch_is_waited_for_until_nothing_is_pending(server, client):
    def at(pending, finished):
        stats = {"total": 2, "finished": finished, "error": 0, "pending": pending}
        return 200, {"batchId": "B1", "status": "processing", "stats": stats, "jobs": []}

    server.on("GET", "/api/v2/batches/B1", at(2, 0), at(1, 1), at(0, 2))
    assert client.batches.wait("B1").stats.finished == 2
    assert len(server.requests) == 3


def test_secrets_may_be_answered_with_nothing(server, client):
    server.on("PUT", "/api/v2/secrets", 201)
    server.on("DELETE", "/api/v2/secrets/S1", 200)
    assert client.secrets.set("A", "b") is None
    assert client.secrets.delete("S1") is None


def test_compositions_and_layers_come_page_by_page(server, client):
    comp = {"aeid": "1", "name": "main", "width": 10, "height": 10, "duration": 1.5,
            "frame_rate": 25, "data": {}}  # fmt: skip
    rows = [comp | {"aeid": str(number)} for number in range(1001)]
    server.on("GET", "/api/v3/templates/T1/compositions", (200, rows[:1000]), (200, rows[1000:]))
    found = list(client.templates.compositions("T1"))
    assert len(found) == 1001
    assert found[0].wire() == rows[0]
    assert server.requests[1].url.params["offset"] == "1000"
