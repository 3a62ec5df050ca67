"""What the RenderJob state machine does, with a GPU fleet or without one."""

import json
from pathlib import Path
from typing import Any

from stacks.gpu_fleet import GpuFleet
from stacks.settings import Settings

DEFINITION = Path(__file__).with_name("render_job.asl.json")
NO_FLEET = "This installation has no GPU fleet (gpuMaxMachines is 0)."


def definition(settings: Settings) -> dict[str, Any]:
    """The state machine's definition, its placeholders not yet filled in.

    Without a GPU fleet a job for one, left over from before, fails with the reason.
    """
    machine: dict[str, Any] = json.loads(DEFINITION.read_text())
    if not settings.has_gpu:
        states = machine["States"]["Render"]["ItemProcessor"]["States"]
        del states["RenderGpu"]
        (for_gpu,) = states["Part"]["Choices"]
        for_gpu |= {"Next": "PartEnded", "Output": {"cause": NO_FLEET}}
    return machine


def gpu_substitutions(settings: Settings, fleet: GpuFleet | None) -> dict[str, str]:
    """What takes the places of the placeholders of the state RenderGpu."""
    if fleet is None:
        return {}
    return {
        "GpuTask": fleet.family,
        "GpuCapacity": str(fleet.on_demand.name),
        "SpareGpuCapacity": str((fleet.spot or fleet.on_demand).name),
        "GpuSpotShare": str(settings.gpu_spot_share),
    }
