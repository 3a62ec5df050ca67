"""Names that the infrastructure and the code that runs on it must agree on.

Everything here is a constant: environment keys of functions and tasks, key prefixes in the
buckets, event names on the bus. Nothing else is shared between `stacks` and the rest.
"""

from typing import Final

# Environment of functions and tasks.
ENV_TABLE: Final = "INTARSIA_TABLE"
ENV_TEMPLATES_BUCKET: Final = "INTARSIA_TEMPLATES_BUCKET"
ENV_RENDERS_BUCKET: Final = "INTARSIA_RENDERS_BUCKET"
ENV_STATE_MACHINE: Final = "INTARSIA_STATE_MACHINE_ARN"
ENV_BUS: Final = "INTARSIA_BUS"
ENV_PUBLIC_URL: Final = "INTARSIA_PUBLIC_URL"
"""Origin of the API as clients see it, as `http://127.0.0.1:8090`; empty: the request's own."""

ENV_SECRETS_PREFIX: Final = "INTARSIA_SECRETS_PREFIX"
"""How names of secrets in Secrets Manager begin: <prefix>/<team id>/<secret id>"""

ENV_SECRETS_KEY: Final = "INTARSIA_SECRETS_KEY_ARN"
"""Key that new secrets are encrypted with; unset: the one that AWS has for Secrets Manager."""

ENV_WEBHOOKS_QUEUE: Final = "INTARSIA_WEBHOOKS_QUEUE"
ENV_WEBHOOKS_DEAD_LETTERS: Final = "INTARSIA_WEBHOOKS_DEAD_LETTERS"
ENV_WEBHOOKS_PAUSE: Final = "INTARSIA_WEBHOOKS_PAUSE"
"""Seconds between a webhook's first attempt and its second; each pause after it is longer."""

# Environment that the workflow adds to a render task.
ENV_JOB_ID: Final = "INTARSIA_JOB_ID"
ENV_ATTEMPT: Final = "INTARSIA_ATTEMPT"

ENV_CAPACITY: Final = "INTARSIA_CAPACITY"
"""Capacity provider of a task on Fargate."""

# Environment of a fleet: what its tasks cost.
ENV_TASK_VCPUS: Final = "INTARSIA_TASK_VCPUS"
ENV_TASK_MEMORY: Final = "INTARSIA_TASK_MEMORY"
"""GiB."""
ENV_MACHINE: Final = "INTARSIA_MACHINE"
"""Folder in which a GPU machine says of itself what it is."""
ENV_INSTANCE_TYPE: Final = "INTARSIA_INSTANCE_TYPE"
"""Type of a machine that does not say itself what it is."""
ENV_PRICE_FACTOR: Final = "INTARSIA_PRICE_FACTOR"
"""What the operator pays, as a multiple of list prices."""

# Environment of a fleet: how its machines draw.
ENV_FLEET: Final = "INTARSIA_FLEET"
ENV_AERENDER: Final = "INTARSIA_AERENDER"
"""Command that draws, as a shell-quoted string; unset: found by engine."""
ENV_RENDERED_BY: Final = "INTARSIA_RENDERED_BY"
"""What a job says drew it, when that is not the engine it asked for."""

ENV_ALLOW_PRIVATE_SOURCES: Final = "INTARSIA_ALLOW_PRIVATE_SOURCES"
"""`1`: assets may come from private addresses and this machine. Only for a stack on a laptop."""

ENV_OWN_PORTS: Final = "INTARSIA_OWN_PORTS"
"""Ports of a stack on this machine, such as `8090,4566`, which clients' URLs may not reach."""

ENV_FAL_URL: Final = "INTARSIA_FAL_URL"
"""Where fal's queue is asked for what `nx:genai` generates; unset: FAL_URL."""
FAL_URL: Final = "https://queue.fal.run"

ENV_SPOOL: Final = "INTARSIA_SPOOL"
"""Folder that a worker shares with the agent on its machine, which then drives After Effects;
unset: the worker drives the engine itself. It has the same path on both sides."""
ENV_INJECTOR: Final = "INTARSIA_INJECTOR"
"""`offline` or `after-effects`: which injector the operator wants for every plan; unset: the plan
decides."""
ENV_PIECE: Final = "INTARSIA_PIECE"
"""Number, counted from 0, of the piece that a task renders, or `assemble`; unset or `whole`: the
whole."""

ENV_SPLIT_FRAMES: Final = "INTARSIA_SPLIT_FRAMES"
"""From how many frames on a render is drawn in pieces unasked; 0: never."""
ENV_SPLIT_PIECES: Final = "INTARSIA_SPLIT_PIECES"
"""In how many pieces at most."""

ENV_GPU_DEPTH: Final = "INTARSIA_GPU_DEPTH"
"""Renders of trees for the GPU fleet that are under way at once; what is beyond waits in line."""
ENV_LINUX_DEPTH: Final = "INTARSIA_LINUX_DEPTH"
"""The same for trees that need the Linux fleet only."""
ENV_ENGINES: Final = "INTARSIA_ENGINES"
"""Engines that jobs may ask for, as `ae2026,open`; unset: all of them."""

# Environment of After Effects while it renders: what its startup script reads.
ENV_PLAN: Final = "INTARSIA_PLAN"
"""File with the plan to apply to the project once it is open."""
ENV_PLAN_RESULT: Final = "INTARSIA_PLAN_RESULT"
"""File in which the startup script says what it did."""

# Containers in the task definitions.
WORKER_CONTAINER: Final = "worker"

# How partition keys of the table begin: what an item is, and what a role may touch.
JOB_ITEMS: Final = "JOB#"
BATCH_ITEMS: Final = "BATCH#"
KEY_ITEMS: Final = "KEY#"
TEMPLATE_ITEMS: Final = "TEMPLATE#"
FONT_ITEMS: Final = "FONT#"
SECRET_ITEMS: Final = "TEAM#{team_id}#SECRETS"  # noqa: S105 - not one of them
"""The whole key, of one team."""

# Indexes of the table.
INDEX_BY_TEAM: Final = "byTeam"
INDEX_ACTIVE: Final = "active"

# Where an upload lands in the templates bucket:
# templates/<team id>/<template id>/<upload id>/source.<type>
TEMPLATES_PREFIX: Final = "templates/"
TEMPLATE_TYPES: Final = ("aep", "zip", "mogrt")

# And a font there: fonts/<team id>/<font id>/<name>.ttf
FONTS_PREFIX: Final = "fonts/"

# Outputs, in the renders bucket: outputs/<team id>/<job id>.<extension>
OUTPUTS_PREFIX: Final = "outputs/"

# Pieces of renders, in the renders bucket until they are assembled: pieces/<job id>/<file>
PIECES_PREFIX: Final = "pieces/"

# Events on the bus.
EVENT_SOURCE: Final = "intarsia"
EVENT_JOB_STATUS: Final = "Job Status Changed"
EVENT_TEMPLATE_STATUS: Final = "Template Status Changed"

# Webhooks.
WEBHOOK_ATTEMPTS: Final = 4
"""How often a receiver is asked: once, and three times more."""

# Metrics.
METRICS_NAMESPACE: Final = "Intarsia"
