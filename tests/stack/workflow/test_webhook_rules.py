"""A webhook rule of the configuration: from the end of a job to a request by HTTPS."""

from intarsia.domain.events import JobStatusChanged


def test_the_end_of_a_job_is_posted_to_the_address_of_the_rule(https_receiver, job, finish):
    parent, child = finish(job("refuse: no such layer", job()))

    ours = {parent["id"], child["id"]}
    requests = [
        https_receiver.got(lambda event, job=each: event.get("detail", {}).get("id") == job["id"])
        for each in (parent, child)
    ]

    for each, ((path, headers, event),) in zip((parent, child), requests, strict=True):
        assert path == "/ends?from=intarsia"
        assert headers["x-intarsia-rule"] == "ends"
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert headers["user-agent"] == "Amazon/EventBridge/ApiDestinations"
        assert event["source"] == "intarsia"
        assert event["detail-type"] == "Job Status Changed"
        assert JobStatusChanged.model_validate(event["detail"]).published() == event["detail"]
        assert event["detail"]["status"] == each["status"]
        assert event["detail"]["error"] == each["error"]
    assert [each["status"] for each in (child, parent)] == ["finished", "error"]
    told = [body["detail"] for _, _, body in https_receiver.requests if "detail" in body]
    assert len([each for each in told if each["id"] in ours]) == 2, "only their ends are told"
