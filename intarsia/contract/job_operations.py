"""Jobs, joins and outputs: `/api/v2/jobs`, `/api/v2/outputs`."""

from intarsia.contract import examples
from intarsia.contract.operations import TEXT, Answer, Body, Operation, Query
from intarsia.domain.job_views import JobCreatedView, JobView
from intarsia.domain.requests import CancelRequest, JobRequest, JoinRequest

TAG = "Jobs"
V2 = "/api/v2/jobs"

FLAG = {"type": "string", "enum": ["true", "false"], "default": "false"}
STATUSES = {"type": "string", "examples": ["queued,render:dorender"]}
MOMENT = {"type": "string", "format": "date-time"}

LIST = (
    Query("states", "Only jobs in one of these statuses; commas between.", STATUSES),
    Query("exclude_states", "No jobs in any of these statuses; commas between.", STATUSES),
    Query(
        "from",
        "How many jobs to skip.",
        {"type": "integer", "minimum": 0, "maximum": 10**9, "default": 0},
    ),
    Query(
        "limit",
        "The most jobs to send.",
        {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    ),
    Query("from_date", "Only jobs created at this moment or later.", MOMENT),
    Query("to_date", "Only jobs created at this moment or before.", MOMENT),
    Query(
        "sort",
        "In which order.",
        {
            "type": "string",
            "enum": ["oldest_first", "newest_first", "random", "priority"],
            "default": "oldest_first",
        },
    ),
    Query(
        "tags",
        "Only jobs that have one of these tags; commas between.",
        {"type": "string", "pattern": r"^[a-zA-Z0-9\-_]+(,[a-zA-Z0-9\-_]+)*$"},
    ),
    Query("minimal", "`true` leaves out the stats.", FLAG),
)

FORCE = (Query("force", "`true` also accepts jobs that are being rendered.", FLAG),)

JOBS = (
    Operation(
        "post",
        V2,
        "create-job",
        TAG,
        "Create a job",
        Answer(201, "The job was accepted.", JobCreatedView),
        errors=(400, 401, 404),
        text="Assets of type `job` are jobs themselves: they are rendered first and set into the "
        "layer you name, at any depth. Compositions, layers and values are checked against the "
        "templates before anything is accepted. 404 when a template does not exist.",
        body=Body(JobRequest, examples.JOB),
    ),
    Operation(
        "get",
        V2,
        "list-jobs",
        TAG,
        "List jobs",
        Answer(200, "A bare array of jobs.", JobView, many=True),
        errors=(400, 401),
        query=LIST,
    ),
    Operation(
        "get",
        f"{V2}/{{id}}",
        "get-job",
        TAG,
        "Get a job",
        Answer(200, "The job, its children and how far its tree is.", JobView),
        errors=(401, 404),
    ),
    Operation(
        "get",
        f"{V2}/{{id}}/logs",
        "get-job-logs",
        TAG,
        "Get a job's log",
        Answer(
            200,
            "The log as plain text.",
            media=TEXT,
            headers={
                "Content-Disposition": 'Always `inline; filename="<id>.log"`.',
                "X-Content-Type-Options": "Always `nosniff`.",
            },
        ),
        errors=(400, 401, 403, 404, 500),
        text="404 also while the job has no log yet.",
    ),
    Operation(
        "patch",
        f"{V2}/{{id}}/cancel",
        "cancel-job",
        TAG,
        "Cancel a job",
        Answer(200, "Every job that was cancelled.", JobView, many=True),
        errors=(400, 401, 403, 404, 409),
        text="Cancels the job and its whole tree: ancestors, siblings and everything below, "
        "including jobs that are being rendered. Jobs of the tree that have ended stay as they "
        "are. 409 if the job itself has ended, or is being rendered and `force` is not `true`.",
        query=FORCE,
    ),
    Operation(
        "post",
        f"{V2}/cancel",
        "cancel-jobs",
        TAG,
        "Cancel several jobs",
        Answer(200, "Every job that was cancelled.", JobView, many=True),
        errors=(400, 401, 403, 404, 409),
        text="Cancels all of the jobs, each with its whole tree, or none: 404 if one does not "
        "exist, 409 if one has ended, or is being rendered and `force` is not `true`.",
        body=Body(CancelRequest, examples.CANCEL),
        query=FORCE,
    ),
    Operation(
        "post",
        f"{V2}/join",
        "create-join-job",
        TAG,
        "Create a join",
        Answer(201, "The join was accepted.", JobCreatedView),
        errors=(400, 401, 404),
        text="Puts clips end to end, in the order of the array: videos that are there already, "
        "and jobs that are rendered first.",
        body=Body(JoinRequest, examples.JOIN),
    ),
    Operation(
        "get",
        "/api/v2/outputs/{id}/{token}/{name}",
        "get-output",
        TAG,
        "Get an output",
        Answer(
            302,
            "To a link that works for a quarter of an hour.",
            media=TEXT,
            headers={"Location": "The link.", "Cache-Control": "Always `no-store`."},
        ),
        errors=(404,),
        text="This is the `outputUrl` of a job. It needs no key; 404 until the job has finished.",
        needs_key=False,
    ),
)
