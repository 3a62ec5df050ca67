"""The settle step, as the state machine calls it."""

import pytest

from intarsia.domain.jobs import MAX_ATTEMPTS
from intarsia.domain.pieces import ASSEMBLE, DrawnPiece, Piece
from lambdas import dependencies
from lambdas.settle.handler import handler

DRAWN = DrawnPiece(
    first=0, frames=5, width=64, height=36, fps=10.0, seconds=1.0, rendered_by="machine"
)


@pytest.mark.usefixtures("environment")
def test_lost_assemblies_end_the_job(make_job):
    job = make_job(pieces=[Piece(done=DRAWN)])
    dependencies.jobs().create([job])

    decisions = [
        handler({"jobId": job.id, "attempt": attempt, "parts": [ASSEMBLE]}, None)["decision"]
        for attempt in range(1, MAX_ATTEMPTS + 1)
    ]

    assert decisions == ["retry"] * (MAX_ATTEMPTS - 1) + ["done"]
