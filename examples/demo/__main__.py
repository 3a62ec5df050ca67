"""`make demo`: build templates, start Intarsia here, render the three-level job, show it."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console

from examples.demo.contact_sheet import draw_contact_sheet
from examples.demo.jobs import load_job
from examples.demo.report import write_report
from examples.templates.build import build_all
from intarsia.cli.watch import follow
from intarsia.client import Client
from intarsia.client.models import Job, Phase
from intarsia.local.claim import holder_of
from intarsia.local.stack import LocalStack

JOB = "three-levels"
TEMPLATE_POLL = 0.4  # seconds
JOB_POLL = 1.0
"""Seconds between polls. Each poll of a tree takes 50 ms of CPU time, which the renders need."""


def main() -> int:
    """Run the demo. Return 0 if all jobs finished, else 1."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder for the results")
    parser.add_argument(
        "--state", type=Path, default=Path(".intarsia/demo"), help="state folder of the stack"
    )
    arguments = parser.parse_args()
    out: Path = arguments.out
    console = Console()
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    for old in ("final.mp4", "contact-sheet.png", "report.json"):
        (out / old).unlink(missing_ok=True)

    _forget_the_last_demo(arguments.state)
    console.print("[bold]1[/]  building the example templates")
    built = build_all(out / "templates")
    console.print("[bold]2[/]  starting Intarsia on this machine")
    with (
        LocalStack(arguments.state, port=0, steps=console.status) as stack,
        Client(stack.url, stack.api_key) as client,
    ):
        console.print(f"   [dim]the API is at {stack.url}[/]")
        console.print("[bold]3[/]  uploading the templates")
        names = {}
        for template in built:
            uploaded = client.templates.add(
                template.path, template.display_name, poll=TEMPLATE_POLL
            )
            names[template.name] = uploaded.id
            comps = ", ".join(uploaded.compositions)
            console.print(f"   [dim]{template.path.name:<16} compositions: {comps}[/]")
        console.print(f"[bold]4[/]  rendering examples/jobs/{JOB}.json")
        root = client.jobs.submit(load_job(JOB, names)).id
        jobs = follow(client.jobs.follow(root, poll=JOB_POLL), console)
        labels = {template_id: name for name, template_id in names.items()}
        files = _download(client, jobs, out)
    report = write_report(out / "report.json", jobs, files, labels, time.monotonic() - began)
    if any(job.phase is not Phase.FINISHED for job in jobs):
        return 1  # the tree on the console shows the reason
    sheet = out / "contact-sheet.png"
    draw_contact_sheet(sheet, jobs, files)
    console.print()
    for what, path in (
        ("video", files[jobs[0].id]),
        ("picture", sheet),
        ("report", out / "report.json"),
    ):
        console.print(f"   {what:<8} [bold]{path}[/]")
    console.print(f"demo: finished in {report['total_s']:.0f} s")
    return 0


def _forget_the_last_demo(state: Path) -> None:
    """Delete the outputs of the last demo (some 70 MB), unless its stack is still running."""
    if (state / "ports.json").exists() and holder_of(state) is None:
        shutil.rmtree(state / "emulator", ignore_errors=True)


def _download(client: Client, jobs: list[Job], out: Path) -> dict[str, Path]:
    files = {}
    for number, job in enumerate(jobs):
        if job.phase is Phase.FINISHED and job.output_url:
            suffix = Path(job.output_url).suffix
            name = "final" if number == 0 else job.composition
            files[job.id] = out / f"{name}{suffix}"
            client.jobs.download(job, files[job.id])
    return files


if __name__ == "__main__":
    sys.exit(main())
