"""A job as it is stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intarsia.domain.admission import Fleet
from intarsia.domain.pieces import ASSEMBLE, WHOLE, Piece
from intarsia.domain.settings import Engine
from intarsia.domain.states import Stage, Status

MAX_ATTEMPTS = 3


class Failure(BaseModel):
    """Why a job ended as `error`."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["user", "transient", "configuration", "child", "cancelled"]
    """Whose matter it is: the request's, a lost machine's, the installation's, a child's."""
    reason: str
    """One sentence for a person."""
    child_id: str | None = None
    """The job of the tree in which it began, when that is another one."""


class Output(BaseModel):
    """What a finished render produced, as measured in the file itself."""

    model_config = ConfigDict(frozen=True)

    key: str
    bytes: int
    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float
    duration: float  # seconds


class Span(BaseModel):
    """A part of an object in the renders bucket, in bytes."""

    model_config = ConfigDict(frozen=True)

    key: str
    start: int
    length: int


class Job(BaseModel):
    """One render. The table is the only truth about it; every status write is conditional."""

    id: str
    team_id: str
    parent_id: str | None = None
    root_id: str
    slot: str | None = None
    children: list[str] = Field(default_factory=list)
    kind: Literal["render", "join"] = "render"
    template_id: str | None = None
    """None for a join."""
    composition: str | None = None
    engine: Engine
    fleet: Fleet
    line: Fleet | None = None
    """The fleet in whose line its tree waits for admission; None for what was stored before every
    job said so."""
    batch_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    priority: int = 0
    font_ids: list[str] = Field(default_factory=list)
    """Fonts of the team's bank that the render takes."""
    has_webhook: bool = False
    public_url: str | None = None
    """Where the output is found if it goes to the client's own bucket."""
    manifest: Span | None = None
    """Where the manifest lies among those that were submitted together; None: at the job's own
    key, as of a parent whose slots have been filled."""
    status: Status
    stage: Stage | None = None
    progress: float = 0.0  # percent
    attempt: int = 1
    """Which try at the render this is; a write of another attempt changes nothing."""
    lost_attempts: int = 0
    """How many attempts were lost to machines or crashes; MAX_ATTEMPTS of them end the job."""
    pieces: list[Piece] = Field(default_factory=list)
    """The ranges that are drawn apart; none if the job is drawn as a whole."""
    assembled_in: int = 0
    """The attempt in which putting the pieces together was begun last."""
    trace: str | None = None
    """X-Ray's header of the request that submitted its tree, if that was traced."""
    run: int = 0
    """How often the execution was started again after it was lost."""
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
    """How long each stage of the attempt that finished took, by the stage's name."""
    spent: dict[str, float] = Field(default_factory=dict)
    """US dollars that each of its tasks has cost so far, by attempt and part, as `a1_whole`."""
    rendered_by: str | None = None
    """Who drew it, such as `After Effects 26.0x67` or `Intarsia compositor`."""
    output: Output | None = None
    verdict: Failure | None = None
    """What the worker of this attempt recorded when it could not finish; settling decides."""
    failure: Failure | None = None
    """Why the job ended as `error`, or why it was cancelled."""
    missing_fonts: list[str] = Field(default_factory=list)
    submit_warnings: list[str] = Field(default_factory=list)
    """What looked doubtful when the job was submitted."""
    warnings: list[str] = Field(default_factory=list)
    """What the render had to leave out or found odd."""

    @property
    def waits_for(self) -> Fleet:
        """The fleet in whose line the job's tree belongs."""
        return self.line or self.fleet

    @property
    def missing_pieces(self) -> list[int]:
        """Numbers of the pieces that are not drawn."""
        return [number for number, piece in enumerate(self.pieces) if piece.done is None]

    @property
    def parts(self) -> list[str]:
        """What is to be done next, a task each: the numbers of the missing pieces, ASSEMBLE when
        there is none, WHOLE for a job that is in no pieces. The state machine says the same."""
        if not self.pieces:
            return [WHOLE]
        return [str(number) for number in self.missing_pieces] or [ASSEMBLE]

    def output_url(self, origin: str) -> str:
        """The stable URL under which the output is found once the job has finished."""
        if self.public_url is not None:
            return self.public_url
        return f"{origin}/api/v2/outputs/{self.id}/{self.output_token}/{self.output_name}"
