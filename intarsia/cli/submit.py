"""`intarsia submit` and `intarsia join`: submission of jobs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from intarsia.cli.bodies import read_body, with_template_ids
from intarsia.cli.connection import STACK, Connection, Json, Key, Stack, Url, connection
from intarsia.cli.exits import InputError
from intarsia.cli.output import note, print_json, say
from intarsia.cli.setting import with_setting
from intarsia.cli.watch import Timeout, watch_to_the_end
from intarsia.client import Client
from intarsia.client.models import JobCreated

Watch = Annotated[
    bool, typer.Option("--watch", "-w", help="Show progress until all jobs have ended.")
]


def submit(
    file: Annotated[Path, typer.Argument(metavar="JOB.JSON", help="The job; - reads stdin.")],
    *,
    watch: Watch = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change a value: settings.quality=draft, assets[0].value=Hello, "
            "assets\\[headline].value=Hello (by layerName). A value that is valid JSON is parsed; "
            "any other is text.",
        ),
    ] = None,
    timeout: Timeout = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Submit a job, with nested jobs at any depth.

    "${templates.NAME}" in the file is replaced by the id of the template with that name.
    """
    body = read_body(file)
    for setting in settings or []:
        body = with_setting(body, setting)
    server = connection(url, key, stack)
    with server.client() as client:
        (body,) = with_template_ids(client, [body])
        created = client.jobs.submit(body)
        _report(client, server, created, watch=watch, timeout=timeout, as_json=as_json)


def join(
    clips: Annotated[
        list[str] | None, typer.Argument(metavar="CLIP_URL", help="URLs of videos, in order.")
    ] = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", metavar="JOIN.JSON", help="A join job; - reads stdin."),
    ] = None,
    watch: Watch = False,
    timeout: Timeout = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Join clips end to end into one video.

    Pass the URLs of the clips, or a --file. The assets in a file may be clips and jobs.
    """
    if bool(clips) == bool(file):
        raise InputError("pass either URLs of clips or --file")
    body: dict[str, Any] = (
        read_body(file)
        if file
        else {"assets": [{"type": "video", "src": clip} for clip in clips or []]}
    )
    server = connection(url, key, stack)
    with server.client() as client:
        (body,) = with_template_ids(client, [body])
        created = client.jobs.join(body)
        _report(client, server, created, watch=watch, timeout=timeout, as_json=as_json)


def _report(
    client: Client,
    server: Connection,
    created: JobCreated,
    *,
    watch: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    for warning in created.warnings:
        note(f"warning: {warning}", "yellow")
    if watch:
        # Printed first: the job goes on after Ctrl-C or --timeout, and its id is then needed.
        note(f"job {created.id}", "grey50")
        watch_to_the_end(client, created.id, server.poll, timeout, as_json=as_json)
    elif as_json:
        print_json(created.wire())
    else:
        say(created.id)
        children = f", {len(created.children)} children" if created.children else ""
        note(f"{created.status}{children}; progress: `intarsia watch {created.id}`", "grey50")
