"""`report.json`: the demo's renders and their durations."""

import json
from pathlib import Path
from typing import Any

from intarsia.client.models import Job, Stats


def write_report(
    path: Path,
    jobs: list[Job],
    files: dict[str, Path],
    template_names: dict[str, str],
    total_s: float,
) -> dict[str, Any]:
    """Write and return the report. `jobs` has the root first; times are seconds."""
    report = {
        "parent": jobs[0].id,
        "jobs": [_entry(job, files.get(job.id), template_names) for job in jobs],
        "total_s": round(total_s, 1),
    }
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def _entry(job: Job, file: Path | None, template_names: dict[str, str]) -> dict[str, Any]:
    output = job.output
    return {
        "id": job.id,
        "parent": job.parent_id,
        "slot": job.slot,
        "template": template_names[job.template_id or ""],
        "composition": job.composition,
        "status": job.status,
        "output": str(file) if file else None,
        "frames": output.frames if output else None,
        "width": output.width if output else None,
        "height": output.height if output else None,
        "fps": output.fps if output else None,
        "queued_s": _queued(job.stats),
        "render_s": job.stats.render_duration,
    }


def _queued(stats: Stats) -> float | None:
    """Return the seconds from creation to the start of the render, with waits for children."""
    if stats.created_at is None or stats.started_at is None:
        return None
    return round((stats.started_at - stats.created_at).total_seconds(), 3)
