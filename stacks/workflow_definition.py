"""Definition of the RenderJob state machine, with or without a GPU fleet."""

import json
from pathlib import Path
from typing import Any

from stacks.gpu_fleet import GpuFleet
from stacks.settings import Settings

DEFINITION = Path(__file__).with_name("render_job.asl.json")
NO_FLEET = "This installation has no GPU fleet (gpuMaxMachines is 0)."


def definition(settings: Settings) -> dict[str, Any]:
    """Return the state machine's definition (Amazon States Language), with its placeholders.

    Without a GPU fleet, a GPU job that was submitted to a former one fails with NO_FLEET.
    """
    machine: dict[str, Any] = json.loads(DEFINITION.read_text())
    if not settings.has_gpu:
        states = machine["States"]["Render"]["ItemProcessor"]["States"]
        del states["RenderGpu"]
        (for_gpu,) = states["Part"]["Choices"]
        for_gpu |= {"Next": "PartEnded", "Output": {"cause": NO_FLEET}}
    return machine


def gpu_substitutions(settings: Settings, fleet: GpuFleet | None) -> dict[str, str]:
    """Return the values of the placeholders in the state RenderGpu; none if `fleet` is None."""
    if fleet is None:
        return {}
    return {
        "GpuTask": fleet.family,
        "GpuCapacity": str(fleet.on_demand.name),
        "SpareGpuCapacity": str((fleet.spot or fleet.on_demand).name),
        "GpuSpotShare": str(settings.gpu_spot_share),
    }
