"""`watch`: lines for a program, a picture for a person."""

import io
import json

import httpx
import pytest
from rich.console import Console

from intarsia.cli.tree import Picture, activity, branches, chosen
from intarsia.cli.watch import follow
from intarsia.client.models import Job


def child(job_id, status="finished", **fields):
    return {"id": job_id, "status": status} | fields


@pytest.fixture
def failing(server, job):
    """R waits for A and B; B fails."""
    kids = [child("A", "queued"), child("B", "queued")]
    later = [child("A"), child("B", "error")]
    failed = job("R", "error", children=later, error="child B failed: no file", failedJobId="B")
    server.on("GET", "jobs/R", (200, job("R", "pending", children=kids)), (200, failed))
    a = {"parentId": "R", "slot": "Intro", "composition": "intro"}
    b = {"parentId": "R", "slot": "Card", "composition": "card"}
    server.on("GET", "jobs/A", (200, job("A", "queued", **a)), (200, job("A", **a)))
    server.on(
        "GET", "jobs/B",
        (200, job("B", "render:dorender", stage="inject", **b)),
        (200, job("B", "error", error="no file", **b)),
    )  # fmt: skip


def test_each_change_is_a_line_and_a_failed_job_an_exit_code(failing, run):
    result = run("watch", "R")
    lines = [line.split("  ", 1)[1] for line in result.stdout.splitlines()]
    assert lines == [
        "R  main  awaits 2 jobs",
        "A  intro → Intro  queued",
        "B  card → Card  inject",
        "R  main  a child failed",
        "A  intro → Intro  finished",
        "B  card → Card  error: no file",
    ]
    assert result.exit_code == 3


def test_json_is_the_tree_at_its_end(failing, run):
    result = run("watch", "R", "--json")
    tree = json.loads(result.stdout)
    assert [(each["id"], each["status"]) for each in tree] == [
        ("R", "error"), ("A", "finished"), ("B", "error"),
    ]  # fmt: skip
    assert "card → Card  error: no file" in result.stderr
    assert result.exit_code == 3


def test_a_finished_job_ends_with_its_output(server, run, job):
    server.on("GET", "jobs/J1", (200, job(warnings=["a", "b"], missingFonts=["Oak"])))
    result = run("watch", "J1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == job()["outputUrl"]
    assert "missing font: Oak" in result.stderr
    assert "2 warnings" in result.stderr


def test_ctrl_c_leaves_the_job_and_says_so(server, run):
    server.on("GET", "jobs/J1", KeyboardInterrupt())
    result = run("watch", "J1")
    assert result.exit_code == 130
    assert "the job continues" in result.stderr
    assert [request.method for request in server.requests] == ["GET"]


def test_time_that_is_over_is_an_exit_code(server, run, job):
    server.on("GET", "jobs/J1", (200, job(status="queued")))
    result = run("watch", "J1", "--timeout", "0")
    assert result.exit_code == 5
    assert "J1" in result.stderr


def test_a_server_that_is_away_is_an_error(server, run):
    server.on("GET", "jobs/J1", httpx.ConnectError("refused"))
    result = run("watch", "J1")
    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr


def tree():
    """Root ← (left ← leaf), right."""

    def make(job_id, parent=None, kids=(), **fields):
        children = [{"id": kid} for kid in kids]
        return Job.model_validate(
            {"id": job_id, "status": "queued", "parentId": parent, "children": children,
             "composition": f"comp-{job_id}"} | fields
        )  # fmt: skip

    return [
        make("root", kids=("left", "right"), status="pending"),
        make("left", "root", ("leaf",), slot="Left slot"),
        make(
            "leaf", "left", slot="Leaf slot", status="render:dorender", stage="render", progress=50
        ),
        make("right", "root", slot="Right slot"),
    ]


def drawn(jobs, *, width=80, height=24, **options):
    console = Console(width=width, height=height, file=io.StringIO())
    console.print(Picture(jobs, **options))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_branches_lead_to_each_job():
    assert branches(tree()) == ["", "├─ ", "│  └─ ", "└─ "]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_picture_fits_and_says_who_does_what(width):
    lines = drawn(tree(), width=width)
    assert len(lines) == 4
    assert max(map(len, lines)) <= width
    assert "comp-leaf" in lines[2]
    assert "50 %" in lines[2]
    assert lines[2].endswith("render")


def test_a_job_seen_without_its_parent_is_a_root():
    assert branches(tree()[1:3]) == ["", "└─ "]


def test_reasons_stand_whole_below_the_tree():
    reason = "the layer " + "very " * 30 + "long"
    jobs = tree()
    jobs[3] = jobs[3].model_copy(update={"status": "error", "error": reason})
    jobs[0] = jobs[0].model_copy(
        update={"status": "error", "error": f"child failed: {reason}", "failed_job_id": "right"}
    )
    text = " ".join(" ".join(drawn(jobs, width=60)).split())
    assert f"comp-right: {reason}" in text
    assert text.count("long") == 1, "the parent does not say it again"
    assert "a child failed" in text


def test_a_tree_too_tall_shows_who_works_and_counts_the_rest():
    root, left, leaf, _ = tree()
    idle = [leaf.model_copy(update={"id": f"i{n}", "status": "finished", "parent_id": "root"})
            for n in range(300)]  # fmt: skip
    kids = [{"id": "left"}, *({"id": each.id} for each in idle)]
    root = Job.model_validate(root.wire() | {"children": kids})
    jobs = [root, left, leaf, *idle]

    lines = drawn(jobs, height=16)

    assert len(lines) <= 16
    assert "comp-left" in lines[1]
    assert "comp-leaf" in lines[2]
    assert lines[-1] == "… and 293 more: 293 finished"
    assert len(drawn(jobs, height=16, whole=True)) == 303
    assert chosen(jobs, 1) == {"root"}


def test_the_servers_counts_sum_up_a_tree_at_work():
    jobs = tree()
    counts = {"jobs": 4, "finished": 1, "failed": 0, "rendering": 2, "progress": 41.7}
    jobs[0] = Job.model_validate(jobs[0].wire() | {"tree": counts})
    assert drawn(jobs)[-1] == "42 % of 4 jobs, 1 finished, 2 rendering"
    ended = [job.model_copy(update={"status": "finished"}) for job in jobs]
    assert len(drawn(ended)) == 4


def test_what_could_steer_a_terminal_is_not_printed():
    jobs = [Job(id="J", status="error", composition="\x1b]0;evil\x07[red]x[/]", error="a\x1b[2Jb")]
    text = "".join(drawn(jobs))
    assert "\x1b" not in text
    assert "[red]x[/]" in text


def test_a_terminal_gets_a_picture_that_stays():
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=24)
    jobs = tree()
    assert follow([jobs, jobs], console) == jobs
    assert console.file.getvalue().count("comp-root") >= 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "hibernating"}, "hibernating"),
        ({"status": "render:dorender", "stage": "encode", "attempt": 2}, "encode, attempt 2"),
        ({"status": "queued", "attempt": 3}, "queued, attempt 3"),
        ({"status": "pending", "inLine": True}, "awaits admission"),
        ({"status": "pending", "children": [{"id": "C", "status": "queued"}]}, "awaits 1 job"),
        (
            {"status": "pending", "children": [{"id": "C", "status": "finished"}]},
            "children finished",
        ),
        ({"status": "finished", "stats": {"renderDuration": 1.25}}, "finished in 1.2 s"),
        ({"status": "manually_cancelled"}, "cancelled"),
        ({"status": "error", "failedJobId": "J"}, "error"),
    ],
)
def test_activities(fields, words):
    assert activity(Job.model_validate({"id": "J"} | fields)) == words
