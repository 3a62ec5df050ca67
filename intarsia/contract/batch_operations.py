"""Operations on batches: `/api/v2/batches`."""

from intarsia.contract import examples
from intarsia.contract.operations import Answer, Body, Operation
from intarsia.domain.batches import BatchCancelled, BatchCreated, BatchRequest, BatchStatus

TAG = "Batches"
V2 = "/api/v2/batches"

BATCHES = (
    Operation(
        "post",
        V2,
        "create-batch",
        TAG,
        "Create up to 1000 jobs at once",
        Answer(201, "At least one job was accepted; `errors` lists the others.", BatchCreated),
        errors=(400, 401, 403),
        refused=BatchCreated,
        text="Each job is validated separately. 400 with the same body if all were rejected.",
        body=Body(BatchRequest, examples.BATCH),
    ),
    Operation(
        "get",
        f"{V2}/{{id}}",
        "get-batch-status",
        TAG,
        "Get a batch",
        Answer(200, "The status of the batch and of each of its jobs.", BatchStatus),
        errors=(400, 401, 403, 404),
    ),
    Operation(
        "post",
        f"{V2}/{{id}}/cancel",
        "cancel-batch",
        TAG,
        "Cancel a batch",
        Answer(200, "The result for each job.", BatchCancelled),
        errors=(400, 401, 403, 404),
        text="Cancels the jobs that are `pending` or `queued`, each with its whole tree. Skips the "
        "others.",
    ),
)
