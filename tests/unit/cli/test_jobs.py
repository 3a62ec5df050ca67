"""`jobs`, `job`, `cancel`, `logs`, `download`."""

import json

import httpx
import pytest

LONG = "a-composition-" * 12


def test_the_newest_jobs_are_a_table(server, run, job):
    rows = [job("J2", "render:dorender", stage="render", progress=41.6, slot="Intro"), job("J1")]
    rows.append(job("J0", "queued", inLine=True))
    server.on("GET", "jobs", (200, rows))
    result = run("jobs")
    head, first, second, third = result.stdout.splitlines()
    assert head.split() == ["id", "status", "created", "name"]
    assert first.startswith("J2  render 42 %")
    assert first.endswith("main → Intro")
    assert second.startswith("J1  finished")
    assert third.startswith("J0  queued, awaits admission")
    assert server.requests[0].url.params["sort"] == "newest_first"


def test_a_table_in_a_pipe_is_never_cut(server, run, job):
    server.on("GET", "jobs", (200, [job(composition=LONG)]))
    assert run("jobs").stdout.splitlines()[1].endswith(LONG)


def test_filters_and_limit_reach_the_server(server, run, job):
    server.on("GET", "jobs", (200, [job(f"J{number}") for number in range(3)]))
    options = ["--state", "cancelled", "--state", "error", "--tag", "a", "--tag", "b"]
    result = run("jobs", *options, "--limit", 3, "--json")
    params = server.requests[0].url.params
    assert params["states"] == "manually_cancelled,error"
    assert (params["tags"], params["limit"]) == ("a,b", "3")
    assert json.loads(result.stdout) == [job(f"J{number}") for number in range(3)]
    assert len(server.requests) == 1


def test_a_limit_above_a_page_goes_on(server, run, job):
    def page(request):
        start, limit = (int(request.url.params[name]) for name in ("from", "limit"))
        return 200, [job(f"J{number}") for number in range(1200)][start : start + limit]

    server.on("GET", "jobs", page)
    assert len(json.loads(run("jobs", "--limit", 1100, "--json").stdout)) == 1100


def test_one_job_says_everything(server, run, job):
    children = [{"id": "C1", "status": "error", "slot": "Intro", "error": "no file"}]
    shown = job(
        status="error", error="child C1 failed: no file", failedJobId="C1", children=children,
        warnings=["one", "two"], missingFonts=["Oak"], tags="a,b",
    )  # fmt: skip
    server.on("GET", "jobs/J1", (200, shown))
    text = run("job", "J1").stdout
    for words in ("child C1 failed: no file", "one", "two", "Oak", "a, b", "Intro", "T1"):
        assert words in text
    assert shown["outputUrl"] not in text, "there is no output"
    assert json.loads(run("job", "J1", "--json").stdout) == shown | {"tags": ["a", "b"]}


def test_a_finished_job_names_its_output_in_one_line(server, run, job):
    output = {"bytes": 10, "frames": 5, "width": 4, "height": 3, "fps": 25, "duration": 0.2}
    server.on("GET", "jobs/J1", (200, job(output=output)))
    lines = run("job", "J1").stdout.splitlines()
    assert any(line.endswith(job()["outputUrl"]) for line in lines)
    assert any("4 × 3, 5 frames at 25 fps" in line for line in lines)


def test_an_unknown_job_is_an_error(server, run):
    server.on("GET", "jobs/J1", (404, {"error": "job J1 not found"}))
    for command in ("job", "watch", "download"):
        result = run(command, "J1")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "job J1 not found" in result.stderr


def test_one_job_is_cancelled(server, run, job):
    done = [job("J1", "manually_cancelled"), job("C1", "manually_cancelled", slot="Intro")]
    server.on("PATCH", "jobs/J1/cancel", (200, done))
    text = run("cancel", "J1").stdout
    assert "C1  cancelled  main → Intro" in text
    assert "force" not in server.requests[0].url.params
    assert json.loads(run("cancel", "J1", "--json").stdout) == done


def test_several_are_cancelled_all_or_none(server, run, job):
    server.on("POST", "jobs/cancel", (409, {"error": "job J2 is rendering"}))
    result = run("cancel", "J1", "J2")
    assert result.exit_code == 1
    assert "J2 is rendering" in result.stderr
    assert server.sent() == {"jobs": ["J1", "J2"]}


def test_force_cancels_renders_and_hides_none_that_was_cancelled(server, run, job):
    server.on("PATCH", "jobs/J1/cancel", (200, [job("J1", "manually_cancelled")]))
    server.on("PATCH", "jobs/J2/cancel", (409, {"error": "job J2 is finished"}))
    result = run("cancel", "J1", "J2", "--force")
    assert result.exit_code == 1
    assert "J1  cancelled" in result.stdout
    assert "J2 is finished" in result.stderr
    assert [request.url.params["force"] for request in server.requests] == ["true", "true"]


def test_a_log_is_printed_as_it_is(server, run):
    text = "aerender starts\nPROGRESS:  0:00:00:00 (1)\n"
    server.on("GET", "jobs/J1/logs", httpx.Response(200, text=text))
    assert run("logs", "J1").stdout == text
    assert json.loads(run("logs", "J1", "--json").stdout) == {"id": "J1", "log": text}


def test_a_job_without_a_log_is_an_error(server, run):
    server.on("GET", "jobs/J1/logs", (404, {"error": "job J1 has no log yet"}))
    assert run("logs", "J1").exit_code == 1


def test_an_output_is_downloaded_under_the_jobs_id(server, run, job, tmp_path):
    server.on("GET", "jobs/J1", (200, job()))
    server.on("GET", "outputs/J1/x/J1.mp4", httpx.Response(200, content=b"video"))
    (tmp_path / "folder").mkdir()
    for options, path in (
        ([], "J1.mp4"), (["-o", "my.mp4"], "my.mp4"), (["-o", "folder"], "folder/J1.mp4"),
    ):  # fmt: skip
        assert run("download", "J1", *options).stdout.strip() == path
        assert (tmp_path / path).read_bytes() == b"video"
    assert json.loads(run("download", "J1", "--json").stdout) == {
        "id": "J1", "file": "J1.mp4", "bytes": 5,
    }  # fmt: skip
    files = [request for request in server.requests if "/outputs/" in str(request.url)]
    assert not any("Authorization" in request.headers for request in files)


@pytest.mark.parametrize("name", ["..%2F..%2Fevil", ".bashrc", "x.m p4", "x.verylong"])
def test_the_server_does_not_choose_the_files_name(server, run, job, tmp_path, name):
    url = httpx.URL(f"https://store.example.com/{name}?X-Amz-Signature=1")
    server.on("GET", "jobs/J1", (200, job(outputUrl=str(url))))
    server.on("GET", f"store.example.com{url.path}", httpx.Response(200, content=b"video"))
    assert run("download", "J1").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["J1"]


@pytest.mark.parametrize(
    ("status", "code"),
    [("queued", 1), ("error", 3), ("manually_cancelled", 4), ("hibernating", 1)],
)
def test_a_job_without_an_output_is_not_downloaded(server, run, job, status, code):
    server.on("GET", "jobs/J1", (200, job(status=status, error="why")))
    assert run("download", "J1").exit_code == code
    assert len(server.requests) == 1
