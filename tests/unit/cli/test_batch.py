"""`batch` and `batches`: from the lines of a file to jobs and back."""

import json

import pytest

from intarsia.cli.batch_run import BODY_ROOM, parts
from intarsia.cli.exits import InputError
from intarsia.cli.rows import Variant, read_rows

TEMPLATE = {"template": {"id": "T1"}, "assets": [{"value": "${city}", "size": "${size:number}"}]}
CSV = 'city,size\nOslo,1\n\n"Bergen,\nthe old",2.5\nTromsø,3\n'


@pytest.fixture
def accept(server):
    """Accept every job of every batch, except those of which `refuse(job)` says why not."""

    def accept(refuse=lambda job: None, name="B{}"):
        count = iter(range(1, 100))

        def answer(request):
            jobs = json.loads(request.content)["jobs"]
            batch_id = name.format(next(count))
            errors = [
                {"index": index, "error": why, "errorCode": "VALIDATION_ERROR"}
                for index, job in enumerate(jobs)
                if (why := refuse(job))
            ]
            refused = {error["index"] for error in errors}
            made = [
                {"index": index, "id": f"{batch_id}-{index}", "status": "queued", "outputUrl": "u"}
                for index in range(len(jobs))
                if index not in refused
            ]
            status = "created" if not errors else "partial" if made else "error"
            body = {"batchId": batch_id, "status": status, "totalJobs": len(jobs),
                    "successCount": len(made), "jobs": made, "errors": errors}  # fmt: skip
            return (201 if made else 400), body

        server.on("POST", "batches", answer)

    return accept


@pytest.fixture
def files(write):
    return [write("rows.csv", CSV), write("template.json", TEMPLATE)]


@pytest.fixture
def queued(accept, files):
    """The files of a batch that the server will accept."""
    accept()
    return files


def test_each_row_is_a_job(server, run, accept, files):
    accept()
    result = run("batch", *files, "--json")
    assert result.exit_code == 0
    assert server.sent()["jobs"] == [
        {"template": {"id": "T1"}, "assets": [{"value": "Oslo", "size": 1}]},
        {"template": {"id": "T1"}, "assets": [{"value": "Bergen,\nthe old", "size": 2.5}]},
        {"template": {"id": "T1"}, "assets": [{"value": "Tromsø", "size": 3}]},
    ]
    answer = json.loads(result.stdout)
    assert [(row["line"], row["id"], row["status"]) for row in answer["rows"]] == [
        (2, "B1-0", "queued"), (4, "B1-1", "queued"), (6, "B1-2", "queued"),
    ]  # fmt: skip
    assert answer["batches"] == [
        {"batchId": "B1", "status": "created", "totalJobs": 3, "successCount": 3}
    ]


def test_the_table_sums_up(run, accept, files):
    accept()
    text = run("batch", *files).stdout
    assert "4     B1-1  queued" in text
    assert text.splitlines()[-1] == "3 rows, 3 accepted"


def test_a_refused_row_is_named_by_its_line(run, accept, files):
    accept(lambda job: "no such city" if "Bergen" in job["assets"][0]["value"] else None)
    result = run("batch", *files)
    assert result.exit_code == 1
    assert "4           refused  no such city" in result.stdout
    assert "2 accepted, 1 refused" in result.stdout


def test_rows_that_are_all_refused_are_named_too(run, accept, files):
    accept(lambda job: "bad")
    result = run("batch", *files, "--watch", "--json")
    assert result.exit_code == 1
    assert [row["error"] for row in json.loads(result.stdout)["rows"]] == ["bad"] * 3


def test_more_than_a_thousand_rows_are_several_batches(server, run, accept, write):
    accept()
    rows = write("rows.csv", "city,size\n" + "".join(f"c{n},{n}\n" for n in range(2001)))
    result = run("batch", rows, write("t.json", TEMPLATE), "--json")
    assert [len(json.loads(request.content)["jobs"]) for request in server.requests] == [
        1000, 1000, 1,
    ]  # fmt: skip
    answer = json.loads(result.stdout)
    assert [row["line"] for row in answer["rows"]] == list(range(2, 2003))
    assert answer["rows"][-1] == {
        "line": 2002, "batchId": "B3", "index": 0, "id": "B3-0", "status": "queued",
        "outputUrl": "u", "error": None,
    }  # fmt: skip


def test_a_request_stays_within_what_the_server_takes():
    jobs = [Variant(line, {"text": "ø" * 500_000}) for line in range(11)]
    made = list(parts(jobs))
    assert [variant for part in made for variant in part] == jobs
    assert [len(part) for part in made] == [5, 5, 1]
    for part in made:
        body = json.dumps({"jobs": [each.job for each in part]}, ensure_ascii=False)
        assert len(body.encode()) < BODY_ROOM + 1000


def test_a_failure_on_the_way_does_not_lose_what_was_sent(server, run, accept, write):
    accept()
    answer = server._answers["POST", "/api/v2/batches"][0]
    server.on("POST", "batches", answer, (500, {"error": "down"}))
    rows = write("rows.csv", "city,size\n" + "".join(f"c{n},{n}\n" for n in range(1001)))
    result = run("batch", rows, write("t.json", TEMPLATE), "--json")
    assert result.exit_code == 1
    assert "down" in result.stderr
    assert len(json.loads(result.stdout)["rows"]) == 1000


def status_of(*statuses):
    jobs = [
        {"index": index, "id": f"B1-{index}", "status": status, "outputUrl": f"u{index}",
         "stats": {"error": "no file"} if status == "error" else {}}
        for index, status in enumerate(statuses)
    ]  # fmt: skip
    pending = sum(status == "queued" for status in statuses)
    counts = {name: statuses.count(name) for name in ("finished", "error")}
    stats = {"total": len(jobs), "pending": pending} | counts
    return 200, {"batchId": "B1", "status": "processing", "stats": stats, "jobs": jobs}


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (("finished", "finished", "finished"), 0),
        (("finished", "error", "manually_cancelled"), 3),
        (("finished", "manually_cancelled", "finished"), 4),
    ],
)
def test_watching_ends_with_what_became_of_the_rows(server, run, queued, end, code):
    waiting = status_of("finished", "queued", "queued")
    server.on("GET", "batches/B1", waiting, waiting, status_of(*end))
    result = run("batch", *queued, "--watch")
    assert result.exit_code == code
    progress = [line for line in result.stdout.splitlines() if line.startswith("B1  ")]
    assert progress[0] == "B1  1 of 3 finished, 0 failed, 2 pending"
    assert len(progress) == 2, "only changes are told"
    assert ("no file" in result.stdout) == ("error" in end)


def test_json_of_a_watched_batch_is_alone_on_stdout(server, run, accept, files):
    accept()
    server.on("GET", "batches/B1", status_of("finished", "finished", "finished"))
    result = run("batch", *files, "--watch", "--json")
    assert [row["outputUrl"] for row in json.loads(result.stdout)["rows"]] == ["u0", "u1", "u2"]


def test_ctrl_c_and_time_leave_the_jobs_and_tell_their_ids(server, run, accept, files):
    accept()
    server.on("GET", "batches/B1", KeyboardInterrupt())
    result = run("batch", *files, "--watch")
    assert result.exit_code == 130
    assert "the jobs continue" in result.stderr
    assert "B1-2" in result.stdout
    accept()
    server.on("GET", "batches/B1", status_of("queued", "queued", "queued"))
    assert run("batch", *files, "--watch", "--timeout", 0).exit_code == 5


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("town,size\nOslo,1\n", ["line 1", "'city'", "assets[0].value", "town, size"]),
        ("size,city\n1,a\n2\n", ["line 3", "'city'", "assets[0].value"]),
        ("city,size\na,1\nb,many\nc,few\n", ["line 3", "line 4", "'size'", "assets[0].size"]),
        ("city,size\na,1,2\n", ["line 2", "3 cells for 2 columns"]),
        ("city,city\na,1\n", ["line 1", "names must be present and unique"]),
        ("city,size\n", ["at least one row"]),
        ("", ["at least one row"]),
        ('city,size\n"a,1\n', ["not CSV"]),
    ],
)
def test_rows_that_make_no_job_are_named_and_nothing_is_sent(server, run, write, rows, words):
    result = run("batch", write("rows.csv", rows), write("t.json", TEMPLATE))
    assert (result.exit_code, result.stdout) == (2, "")
    for word in words:
        assert word in result.stderr
    assert server.requests == []


def test_files_of_spreadsheets_are_read(write, tmp_path):
    path = tmp_path / "excel.csv"
    path.write_bytes("\ufeffcity;size\r\nÅs;1\r\n;;\r\n".encode())
    columns, rows = read_rows(path, ";")
    assert (columns, [row.cells for row in rows]) == (
        ["city", "size"],
        [{"city": "Ås", "size": "1"}],
    )
    path.write_bytes("city\nÅs\n".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_rows(path)


def test_a_batch_is_shown_and_cancelled(server, run):
    server.on("GET", "batches/B1", status_of("finished", "error"))
    text = run("batches", "show", "B1").stdout
    assert "2: 1 finished, 1 failed, 0 pending" in text
    assert "no file" in text
    assert (
        json.loads(run("batches", "show", "B1", "--json").stdout)
        == status_of("finished", "error")[1]
    )
    done = {"batchId": "B1", "status": "partial", "totalJobs": 2, "cancelledCount": 1,
            "skippedCount": 1, "cancelledJobs": [],
            "jobs": [{"index": 0, "id": "J", "result": "skipped", "status": "finished",
                      "reason": "it is finished"}]}  # fmt: skip
    server.on("POST", "batches/B1/cancel", (200, done))
    text = run("batches", "cancel", "B1").stdout
    assert "partial: 1 cancelled, 1 skipped" in text
    assert "it is finished" in text
    assert json.loads(run("batches", "cancel", "B1", "--json").stdout) == done
