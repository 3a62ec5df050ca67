"""Names that the infrastructure and the code that runs on it must agree on.

All are constants: environment variables of Lambda functions and ECS tasks, key prefixes in the
buckets, event names on the bus. Except for the schemas of the events, `stacks` shares nothing else
with the rest.
"""

from typing import Final

# Environment of Lambda functions and ECS tasks.
ENV_TABLE: Final = "INTARSIA_TABLE"
ENV_TEMPLATES_BUCKET: Final = "INTARSIA_TEMPLATES_BUCKET"
ENV_RENDERS_BUCKET: Final = "INTARSIA_RENDERS_BUCKET"
ENV_STATE_MACHINE: Final = "INTARSIA_STATE_MACHINE_ARN"
ENV_BUS: Final = "INTARSIA_BUS"
ENV_PUBLIC_URL: Final = "INTARSIA_PUBLIC_URL"
"""Public origin of the API, such as `http://127.0.0.1:8090`; empty: the origin of each request."""

ENV_SECRETS_PREFIX: Final = "INTARSIA_SECRETS_PREFIX"
"""Prefix of the names of secrets in Secrets Manager: `<prefix>/<team id>/<secret id>`."""

ENV_SECRETS_KEY: Final = "INTARSIA_SECRETS_KEY_ARN"
"""ARN of the KMS key that encrypts new secrets; unset: AWS's key for Secrets Manager."""

ENV_WEBHOOKS_QUEUE: Final = "INTARSIA_WEBHOOKS_QUEUE"
ENV_WEBHOOKS_DEAD_LETTERS: Final = "INTARSIA_WEBHOOKS_DEAD_LETTERS"
ENV_WEBHOOKS_PAUSE: Final = "INTARSIA_WEBHOOKS_PAUSE"
"""Seconds between the first and the second attempt to deliver a webhook.

Later pauses are longer.
"""

# Environment that the workflow adds to a render task.
ENV_JOB_ID: Final = "INTARSIA_JOB_ID"
ENV_ATTEMPT: Final = "INTARSIA_ATTEMPT"

ENV_CAPACITY: Final = "INTARSIA_CAPACITY"
"""Name of the ECS capacity provider that runs a task on Fargate, such as `FARGATE_SPOT`."""

# Environment of a fleet: the cost of its tasks.
ENV_TASK_VCPUS: Final = "INTARSIA_TASK_VCPUS"
ENV_TASK_MEMORY: Final = "INTARSIA_TASK_MEMORY"
"""Memory of a task on Fargate, in GiB."""
ENV_MACHINE: Final = "INTARSIA_MACHINE"
"""Folder with the file that has a GPU machine's instance type and lifecycle (Spot or not)."""
ENV_INSTANCE_TYPE: Final = "INTARSIA_INSTANCE_TYPE"
"""EC2 instance type by which a machine is priced if its file in ENV_MACHINE has no known type."""
ENV_PRICE_FACTOR: Final = "INTARSIA_PRICE_FACTOR"
"""Factor from AWS's list prices to the operator's prices; unset: 1."""

# Environment of a fleet: rendering on its machines.
ENV_FLEET: Final = "INTARSIA_FLEET"
ENV_AERENDER: Final = "INTARSIA_AERENDER"
"""Command that renders, as a shell-quoted string; unset: the command is found for each engine."""
ENV_RENDERED_BY: Final = "INTARSIA_RENDERED_BY"
"""Value of a job's `renderedBy` if all jobs are rendered by another engine than the requested one.

Unset: the requested engine renders.
"""

ENV_ALLOW_PRIVATE_SOURCES: Final = "INTARSIA_ALLOW_PRIVATE_SOURCES"
"""`1`: clients' URLs may lead to private addresses and to the machine itself.

Only for a stack on a laptop.
"""

ENV_OWN_PORTS: Final = "INTARSIA_OWN_PORTS"
"""Ports of a stack on a laptop, such as `8090,4566`, which clients' URLs may not reach."""

ENV_FAL_URL: Final = "INTARSIA_FAL_URL"
"""URL of fal's queue, which generates media for the function asset `nx:genai`; unset: FAL_URL."""
FAL_URL: Final = "https://queue.fal.run"

ENV_SPOOL: Final = "INTARSIA_SPOOL"
"""Folder that a worker shares with the agent on its machine; its path is the same on both sides.

Set: the agent runs After Effects. Unset: the worker runs the engine itself.
"""
ENV_INJECTOR: Final = "INTARSIA_INJECTOR"
"""Method that applies every plan to its project, `offline` (py-aep) or `after-effects`.

Unset: the method is chosen for each plan.
"""
ENV_PIECE: Final = "INTARSIA_PIECE"
"""Part of a job that a task renders: the number of a piece from 0, `assemble`, or `whole`.

Unset: `whole`.
"""

ENV_SPLIT_FRAMES: Final = "INTARSIA_SPLIT_FRAMES"
"""Fewest frames at which a render is split into pieces by default; 0: never."""
ENV_SPLIT_PIECES: Final = "INTARSIA_SPLIT_PIECES"
"""Most pieces into which a render is split by default."""

ENV_GPU_DEPTH: Final = "INTARSIA_GPU_DEPTH"
"""Most renders in progress in trees that need the GPU fleet; further trees wait."""
ENV_LINUX_DEPTH: Final = "INTARSIA_LINUX_DEPTH"
"""Most renders in progress in trees that need only the Linux fleet; further trees wait."""
ENV_ENGINES: Final = "INTARSIA_ENGINES"
"""Engines that jobs may request, such as `ae2026,open`; unset: all."""

# Environment of After Effects while it renders, read by its startup script.
ENV_PLAN: Final = "INTARSIA_PLAN"
"""Path of the file with the plan to apply to the opened project."""
ENV_PLAN_RESULT: Final = "INTARSIA_PLAN_RESULT"
"""Path of the file to which the startup script writes the result of the plan."""

# Containers in the task definitions.
WORKER_CONTAINER: Final = "worker"

# Prefixes of partition keys in the table. They identify the kind of an item, and IAM policies
# restrict roles to them.
JOB_ITEMS: Final = "JOB#"
BATCH_ITEMS: Final = "BATCH#"
KEY_ITEMS: Final = "KEY#"
TEMPLATE_ITEMS: Final = "TEMPLATE#"
FONT_ITEMS: Final = "FONT#"
SECRET_ITEMS: Final = "TEAM#{team_id}#SECRETS"  # noqa: S105 - a partition key
"""Complete partition key of one team's secrets, not only a prefix."""

# Indexes of the table.
INDEX_BY_TEAM: Final = "byTeam"
INDEX_ACTIVE: Final = "active"

# Key of an uploaded template in the templates bucket:
# templates/<team id>/<template id>/<upload id>/source.<type>
TEMPLATES_PREFIX: Final = "templates/"
TEMPLATE_TYPES: Final = ("aep", "zip", "mogrt")

# Key of a font in the templates bucket: fonts/<team id>/<font id>/<name>.ttf
FONTS_PREFIX: Final = "fonts/"

# Key of an output in the renders bucket: outputs/<team id>/<job id>.<extension>
OUTPUTS_PREFIX: Final = "outputs/"

# Key of a piece in the renders bucket, until the pieces are assembled: pieces/<job id>/<file>
PIECES_PREFIX: Final = "pieces/"

# Events on the bus.
EVENT_SOURCE: Final = "intarsia"
EVENT_JOB_STATUS: Final = "Job Status Changed"
EVENT_TEMPLATE_STATUS: Final = "Template Status Changed"

# Webhooks.
WEBHOOK_ATTEMPTS: Final = 4
"""Most attempts to deliver a webhook: the first one and three retries."""

# Metrics.
METRICS_NAMESPACE: Final = "Intarsia"
