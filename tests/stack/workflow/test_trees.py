"""Trees of any shape, through the deployed state machine."""


def test_a_single_job_renders_on_either_fleet(job, finish, execution):
    for engine in ("open", "ae2026"):
        (done,) = finish(job(engine=engine))
        assert (done["status"], done["attempt"]) == ("finished", 1)
        assert execution(done["id"]) == ("SUCCEEDED", None)


def test_every_level_waits_for_the_one_below(job, finish, client):
    chain = job()
    for _ in range(4):
        chain = job("finish", chain)

    jobs = finish(chain)

    assert [each["status"] for each in jobs] == ["finished"] * 5
    finished = [each["stats"]["finishedAt"] for each in jobs]
    started = [each["stats"]["startedAt"] for each in jobs]
    for parent in range(4):
        assert started[parent] >= finished[parent + 1], "a parent starts after its child"


def test_all_children_of_a_wide_parent_render(job, finish):
    jobs = finish(job("finish", *(job() for _ in range(12))))

    assert len(jobs) == 13
    assert {each["status"] for each in jobs} == {"finished"}


def test_every_job_of_a_tree_has_an_execution_named_after_it(job, finish, execution):
    jobs = finish(job("finish", job("finish", job()), job()))

    assert [execution(each["id"])[0] for each in jobs] == ["SUCCEEDED"] * 4


def test_a_failing_grandchild_fails_its_ancestors_and_nobody_else(job, finish, execution):
    root, left, leaf, right = finish(
        job("finish", job("finish", job("refuse: no such layer")), job())
    )

    assert [each["status"] for each in (root, left, leaf)] == ["error"] * 3
    assert leaf["error"] == "refuse: no such layer"
    for parent in (root, left):
        assert parent["failedJobId"] == leaf["id"]
        assert leaf["id"] in parent["error"]
        assert leaf["error"] in parent["error"]
    assert right["status"] in {"finished", "manually_cancelled"}
    assert execution(root["id"]) == ("FAILED", "JobFailed")
    assert execution(leaf["id"]) == ("FAILED", "JobFailed")


def test_a_waiting_sibling_is_cancelled_and_a_rendering_one_goes_on(job, finish, client):
    # The refusing child ends while the other's own child keeps it pending.
    waiting = job("finish", job("finish", job("finish", job())))

    root, *_ = jobs = finish(job("finish", job("refuse at once"), waiting))

    by_slot = {each["id"]: each for each in jobs}
    sibling = by_slot[root["children"][1]["id"]]
    assert sibling["status"] == "manually_cancelled"
    assert "sibling" in sibling["error"]


def test_a_lost_worker_is_replaced(job, finish):
    parent, child = finish(job("finish", job("die once")))

    assert (child["status"], child["attempt"]) == ("finished", 2)
    assert (parent["status"], parent["attempt"]) == ("finished", 1)


def test_lost_workers_end_the_job_after_three_attempts(job, finish):
    (done,) = finish(job("die"))

    assert (done["status"], done["attempt"]) == ("error", 3)
    assert "3 attempts were lost" in done["error"]


def test_a_users_mistake_costs_one_attempt(job, finish):
    (done,) = finish(job("refuse: bad font"))

    assert (done["status"], done["attempt"]) == ("error", 1)
