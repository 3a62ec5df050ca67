"""A job as it is stored in the table."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intarsia.domain.admission import Fleet
from intarsia.domain.pieces import ASSEMBLE, WHOLE, Piece
from intarsia.domain.settings import Engine
from intarsia.domain.states import Stage, Status

MAX_ATTEMPTS = 3


class Failure(BaseModel):
    """The reason why a job failed or was cancelled."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["user", "transient", "configuration", "child", "cancelled"]
    """The cause: `user` for the request, `transient` for a fault that a retry may avoid.

    `configuration` stands for the installation, `child` for the failure of a child.
    """
    reason: str
    """Explanation for the client, in one sentence."""
    child_id: str | None = None
    """Id of the other job that failed or was cancelled first; None if this job is the cause."""


class Output(BaseModel):
    """The output of a finished render, as measured in the file itself."""

    model_config = ConfigDict(frozen=True)

    key: str
    bytes: int
    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float
    duration: float  # seconds


class Span(BaseModel):
    """A byte range of an object in the renders bucket."""

    model_config = ConfigDict(frozen=True)

    key: str
    start: int
    length: int


class Job(BaseModel):
    """One render or join. Every write of its status is conditional on a legal transition."""

    id: str
    team_id: str
    parent_id: str | None = None
    root_id: str
    slot: str | None = None
    children: list[str] = Field(default_factory=list)
    kind: Literal["render", "join"] = "render"
    template_id: str | None = None
    """Id of the After Effects template to render; None for a join."""
    composition: str | None = None
    engine: Engine
    fleet: Fleet
    line: Fleet | None = None
    """The fleet in whose admission queue the job's tree waits.

    None for jobs that were stored before this field existed; for them, `fleet` applies.
    """
    batch_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    priority: int = 0
    font_ids: list[str] = Field(default_factory=list)
    """Ids of the team's fonts that the render uses."""
    has_webhook: bool = False
    public_url: str | None = None
    """URL of the output in the client's own bucket; None if the output stays in Intarsia's."""
    manifest: Span | None = None
    """Byte range of the manifest in the object that holds all manifests of the submission.

    None if the manifest has an object of its own, as for a parent whose slots have been filled.
    """
    status: Status
    stage: Stage | None = None
    progress: float = 0.0  # percent
    attempt: int = 1
    """Number of the current attempt, from 1; writes from any other attempt are rejected."""
    lost_attempts: int = 0
    """Number of attempts lost to machines or crashes; the job fails after MAX_ATTEMPTS of them."""
    pieces: list[Piece] = Field(default_factory=list)
    """The frame ranges that are rendered separately; empty if the job is rendered as a whole."""
    assembled_in: int = 0
    """Number of the attempt that last started to assemble the pieces; 0 if none has."""
    trace: str | None = None
    """X-Ray trace header of the request that submitted the tree; None if it was not traced."""
    run: int = 0
    """Number of times that the job's Step Functions execution was lost and restarted."""
    total_assets: int = 0
    output_name: str
    """File name of the output, such as `01J….mp4`."""
    output_token: str
    """Secret part of the output's URL."""
    output_key: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_at: datetime | None = None
    render_seconds: float | None = None
    stage_seconds: dict[str, float] = Field(default_factory=dict)
    """Duration in seconds of each stage of the successful attempt, by the stage's name."""
    spent: dict[str, float] = Field(default_factory=dict)
    """US dollars that each task has cost so far, by task name: attempt and part, as `a1_whole`."""
    rendered_by: str | None = None
    """Name and version of the renderer, such as `After Effects 26.0x67`; None until known."""
    output: Output | None = None
    verdict: Failure | None = None
    """The failure that the current attempt's worker recorded; None if it recorded none.

    The workflow then either fails the job or starts another attempt.
    """
    failure: Failure | None = None
    """The reason why the job ended as `error` or `manually_cancelled`; None for other statuses."""
    missing_fonts: list[str] = Field(default_factory=list)
    submit_warnings: list[str] = Field(default_factory=list)
    """Warnings from the checks at submission."""
    warnings: list[str] = Field(default_factory=list)
    """Warnings from the render, such as parts that it left out."""

    @property
    def waits_for(self) -> Fleet:
        """The fleet whose admission queue receives the job's tree."""
        return self.line or self.fleet

    @property
    def missing_pieces(self) -> list[int]:
        """Numbers (from 0) of the pieces that are not rendered yet, in ascending order."""
        return [number for number, piece in enumerate(self.pieces) if piece.done is None]

    @property
    def parts(self) -> list[str]:
        """The parts of the job that must run next, one ECS task each.

        They are the numbers of the missing pieces, ASSEMBLE if no piece is missing, or WHOLE for a
        job without pieces. The `Load` state of render_job.asl.json computes the same list.
        """
        if not self.pieces:
            return [WHOLE]
        return [str(number) for number in self.missing_pieces] or [ASSEMBLE]

    def output_url(self, origin: str) -> str:
        """Return the stable URL of the output, which works once the job has finished.

        The URL begins with `origin`, the API's scheme and host, unless the output goes to the
        client's own bucket.
        """
        if self.public_url is not None:
            return self.public_url
        return f"{origin}/api/v2/outputs/{self.id}/{self.output_token}/{self.output_name}"
