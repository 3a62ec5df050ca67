"""Names that the infrastructure and the code that runs on it must agree on.

All are constants: environment keys of functions and tasks, key prefixes in the buckets, event names
on the bus. `stacks` shares nothing else with the rest.
"""

from typing import Final

# Environment of functions and tasks.
ENV_TABLE: Final = "INTARSIA_TABLE"
ENV_TEMPLATES_BUCKET: Final = "INTARSIA_TEMPLATES_BUCKET"
ENV_RENDERS_BUCKET: Final = "INTARSIA_RENDERS_BUCKET"
ENV_STATE_MACHINE: Final = "INTARSIA_STATE_MACHINE_ARN"
ENV_BUS: Final = "INTARSIA_BUS"
ENV_PUBLIC_URL: Final = "INTARSIA_PUBLIC_URL"
"""Public origin of the API, such as `http://127.0.0.1:8090`; empty: the request's own."""

ENV_SECRETS_PREFIX: Final = "INTARSIA_SECRETS_PREFIX"
"""Prefix of secrets' names in Secrets Manager: `<prefix>/<team id>/<secret id>`."""

ENV_SECRETS_KEY: Final = "INTARSIA_SECRETS_KEY_ARN"
"""ARN of the KMS key that encrypts new secrets; unset: AWS's key for Secrets Manager."""

ENV_WEBHOOKS_QUEUE: Final = "INTARSIA_WEBHOOKS_QUEUE"
ENV_WEBHOOKS_DEAD_LETTERS: Final = "INTARSIA_WEBHOOKS_DEAD_LETTERS"
ENV_WEBHOOKS_PAUSE: Final = "INTARSIA_WEBHOOKS_PAUSE"
"""Seconds between a webhook's first attempt and its second; later pauses are longer."""

# Environment that the workflow adds to a render task.
ENV_JOB_ID: Final = "INTARSIA_JOB_ID"
ENV_ATTEMPT: Final = "INTARSIA_ATTEMPT"

ENV_CAPACITY: Final = "INTARSIA_CAPACITY"
"""Capacity provider of a task on Fargate."""

# Environment of a fleet: the cost of its tasks.
ENV_TASK_VCPUS: Final = "INTARSIA_TASK_VCPUS"
ENV_TASK_MEMORY: Final = "INTARSIA_TASK_MEMORY"
"""GiB."""
ENV_MACHINE: Final = "INTARSIA_MACHINE"
"""Folder with the file in which a GPU machine states its instance type and lifecycle."""
ENV_INSTANCE_TYPE: Final = "INTARSIA_INSTANCE_TYPE"
"""Instance type for the price of a machine whose file in ENV_MACHINE names no known type."""
ENV_PRICE_FACTOR: Final = "INTARSIA_PRICE_FACTOR"
"""The operator's prices as a multiple of list prices."""

# Environment of a fleet: rendering on its machines.
ENV_FLEET: Final = "INTARSIA_FLEET"
ENV_AERENDER: Final = "INTARSIA_AERENDER"
"""Render command as a shell-quoted string; unset: found by engine."""
ENV_RENDERED_BY: Final = "INTARSIA_RENDERED_BY"
"""Name for a job's `renderedBy` if another engine renders than the requested one."""

ENV_ALLOW_PRIVATE_SOURCES: Final = "INTARSIA_ALLOW_PRIVATE_SOURCES"
"""`1`: assets may come from private addresses and this machine. Only for a stack on a laptop."""

ENV_OWN_PORTS: Final = "INTARSIA_OWN_PORTS"
"""Ports of a stack on this machine, such as `8090,4566`, which clients' URLs may not reach."""

ENV_FAL_URL: Final = "INTARSIA_FAL_URL"
"""URL of fal's queue, which generates the media of `nx:genai`; unset: FAL_URL."""
FAL_URL: Final = "https://queue.fal.run"

ENV_SPOOL: Final = "INTARSIA_SPOOL"
"""Folder that a worker shares with the agent on its machine; its path is the same on both sides.

Set: the agent drives After Effects. Unset: the worker drives the engine itself.
"""
ENV_INJECTOR: Final = "INTARSIA_INJECTOR"
"""Injector for every plan, `offline` or `after-effects`; unset: chosen for each plan."""
ENV_PIECE: Final = "INTARSIA_PIECE"
"""Part of a job that a task renders: the number of a piece from 0, `assemble`, or `whole`.

Unset: `whole`.
"""

ENV_SPLIT_FRAMES: Final = "INTARSIA_SPLIT_FRAMES"
"""Fewest frames at which a render is split into pieces by default; 0: never."""
ENV_SPLIT_PIECES: Final = "INTARSIA_SPLIT_PIECES"
"""Most pieces of a render that is split by default."""

ENV_GPU_DEPTH: Final = "INTARSIA_GPU_DEPTH"
"""Most renders in progress in trees that need the GPU fleet; further trees wait."""
ENV_LINUX_DEPTH: Final = "INTARSIA_LINUX_DEPTH"
"""Most renders in progress in trees that need only the Linux fleet; further trees wait."""
ENV_ENGINES: Final = "INTARSIA_ENGINES"
"""Engines that jobs may request, such as `ae2026,open`; unset: all."""

# Environment of After Effects while it renders, read by its startup script.
ENV_PLAN: Final = "INTARSIA_PLAN"
"""File with the plan to apply to the opened project."""
ENV_PLAN_RESULT: Final = "INTARSIA_PLAN_RESULT"
"""File in which the startup script reports the result of the plan."""

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
"""The complete partition key for one team."""

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
"""Deliveries tried per webhook: the first one and three retries."""

# Metrics.
METRICS_NAMESPACE: Final = "Intarsia"
