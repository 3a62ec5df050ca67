"""`report.json`: what the demo rendered, and how long it took."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any


def write_report(
    path: Path,
    jobs: list[dict[str, Any]],
    files: dict[str, Path],
    template_names: dict[str, str],
    total_s: float,
) -> dict[str, Any]:
    """Write and return the report. `jobs` has the root first; times are seconds."""
    report = {
        "parent": jobs[0]["id"],
        "jobs": [_entry(job, files.get(job["id"]), template_names) for job in jobs],
        "total_s": round(total_s, 1),
    }
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def _entry(
    job: dict[str, Any], file: Path | None, template_names: dict[str, str]
) -> dict[str, Any]:
    output = job["output"] or {}
    return {
        "id": job["id"],
        "parent": job["parentId"],
        "slot": job["slot"],
        "template": template_names[job["templateId"]],
        "composition": job["composition"],
        "status": job["status"],
        "output": str(file) if file else None,
        "frames": output.get("frames"),
        "width": output.get("width"),
        "height": output.get("height"),
        "fps": output.get("fps"),
        "queued_s": _queued(job["stats"]),
        "render_s": job["stats"]["renderDuration"],
    }


def _queued(stats: dict[str, Any]) -> float | None:
    """From creation to the start of the render, waiting for children included."""
    if stats["startedAt"] is None:
        return None
    created, started = (datetime.fromisoformat(stats[name]) for name in ("createdAt", "startedAt"))
    return round((started - created).total_seconds(), 3)
