"""Operations on jobs, joins and outputs: `/api/v2/jobs`, `/api/v2/outputs`."""

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
    Query("states", "Return only jobs with one of these statuses, separated by commas.", STATUSES),
    Query(
        "exclude_states",
        "Leave out jobs with one of these statuses, separated by commas.",
        STATUSES,
    ),
    Query(
        "from",
        "Number of jobs to skip.",
        {"type": "integer", "minimum": 0, "maximum": 10**9, "default": 0},
    ),
    Query(
        "limit",
        "Maximum number of jobs to return.",
        {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    ),
    Query("from_date", "Return only jobs created at this time or later.", MOMENT),
    Query("to_date", "Return only jobs created at this time or earlier.", MOMENT),
    Query(
        "sort",
        "Order of the jobs.",
        {
            "type": "string",
            "enum": ["oldest_first", "newest_first", "random", "priority"],
            "default": "oldest_first",
        },
    ),
    Query(
        "tags",
        "Return only jobs with one of these tags, separated by commas.",
        {"type": "string", "pattern": r"^[a-zA-Z0-9\-_]+(,[a-zA-Z0-9\-_]+)*$"},
    ),
    Query("minimal", "`true` leaves out `stats`.", FLAG),
)

FORCE = (Query("force", "`true` also cancels jobs that are being rendered.", FLAG),)

JOBS = (
    Operation(
        "post",
        V2,
        "create-job",
        TAG,
        "Create a job",
        Answer(201, "The job was accepted.", JobCreatedView),
        errors=(400, 401, 404),
        text="An asset of type `job` is a child job: it is rendered first, and its output is set "
        "into the layer `layerName`. Child jobs may have child jobs of their own. Compositions, "
        "layers and values are validated against the templates before the job is accepted. 404 if "
        "a template does not exist.",
        body=Body(JobRequest, examples.JOB),
    ),
    Operation(
        "get",
        V2,
        "list-jobs",
        TAG,
        "List jobs",
        Answer(200, "A JSON array of jobs.", JobView, many=True),
        errors=(400, 401),
        query=LIST,
    ),
    Operation(
        "get",
        f"{V2}/{{id}}",
        "get-job",
        TAG,
        "Get a job",
        Answer(200, "The job, its children and the progress of its tree.", JobView),
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
        text="Also 404 while the job has no log yet.",
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
        "including jobs that are being rendered. Jobs that have ended keep their status. 409 if "
        "the job itself has ended, or is being rendered and `force` is not `true`.",
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
        text="Cancels all of the jobs, each with its whole tree, or none of them. 404 if one does "
        "not exist. 409 if one has ended, or is being rendered and `force` is not `true`.",
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
        text="Concatenates clips in the order of the array. A clip is an existing video, or a job "
        "or join that is rendered first.",
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
            "A redirect to a URL that is valid for 15 minutes.",
            media=TEXT,
            headers={
                "Location": "The presigned URL of the output.",
                "Cache-Control": "Always `no-store`.",
            },
        ),
        errors=(404,),
        text="The `outputUrl` of a job. No API key is required. 404 until the job has finished.",
        needs_key=False,
    ),
)
