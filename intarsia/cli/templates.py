"""`intarsia templates`: upload, list, show, rename, delete and download templates."""

import re
from pathlib import Path
from typing import Annotated

import typer

from intarsia.cli.bodies import find_template
from intarsia.cli.connection import STACK, Json, Key, Stack, Url, connection
from intarsia.cli.exits import InputError
from intarsia.cli.output import briefly, errors, fields, note, print_json, say, status, table, when
from intarsia.client.models import Composition, Layer, Template, wires

templates = typer.Typer(
    no_args_is_help=True, help="Manage templates: the projects that jobs render."
)

Named = Annotated[str, typer.Argument(metavar="TEMPLATE", help="Id or name of the template.")]


@templates.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=".aep, .zip or .mogrt.")],
    *,
    name: Annotated[
        str | None, typer.Option(help="Name of the template. Default: the file's name.")
    ] = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Upload projects and wait until the server has read them."""
    if name and len(files) > 1:
        raise InputError(f"--name can be used with one file only, not {len(files)}")
    for file in files:
        if not file.is_file():
            raise InputError(f"{file} is not a file")
    server = connection(url, key, stack)
    added = []
    with server.client() as client:
        for file in files:
            with errors.status(f"uploading {file.name}"):
                added.append(client.templates.add(file, name, poll=server.poll))
            if not as_json:
                _report(added[-1])
    if as_json:
        print_json(wires(added))


@templates.command("list")
def list_templates(
    *, as_json: Json = False, url: Url = None, key: Key = None, stack: Stack = STACK
) -> None:
    """List all templates."""
    with connection(url, key, stack).client() as client:
        found = client.templates.list()
    if as_json:
        print_json(wires(found))
        return
    table(
        ("id", "status", "created", "name"),
        (
            (each.id, status(each.status), briefly(each.created_at), each.display_name)
            for each in found
        ),
    )


@templates.command()
def show(
    template: Named,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Show the compositions, layers, fonts and warnings of a template."""
    with connection(url, key, stack).client() as client:
        found = find_template(client, template)
        comps = list(client.templates.compositions(found.id))
        layers = list(client.templates.layers(found.id))
    if as_json:
        print_json(found.wire() | {"compositions": wires(comps), "layers": wires(layers)})
        return
    fields(_details(found))
    for comp in comps:
        _show_composition(comp, [each for each in layers if str(each.composition_id) == comp.aeid])


@templates.command()
def rename(
    template: Named,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Rename a template."""
    with connection(url, key, stack).client() as client:
        renamed = client.templates.rename(find_template(client, template).id, name)
    if as_json:
        print_json(renamed.wire())
    else:
        say(f"{renamed.id}  {renamed.display_name}")


@templates.command()
def delete(
    template: Named,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Delete a template. Jobs that used it and their outputs are kept."""
    with connection(url, key, stack).client() as client:
        found = find_template(client, template)
        client.templates.delete(found.id)
    if as_json:
        print_json({"id": found.id, "deleted": True})
    else:
        say(f"deleted {found.id}  {found.display_name}")


@templates.command()
def download(
    template: Named,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File or folder. Default: NAME.aep, NAME.zip, ..."),
    ] = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Download a template's project as it was uploaded."""
    with connection(url, key, stack).client() as client:
        found = find_template(client, template)
        path = _path(found, output)
        client.templates.download(found.id, path)
    if as_json:
        print_json({"id": found.id, "file": str(path), "bytes": path.stat().st_size})
    else:
        say(path)


def _report(template: Template) -> None:
    comps = ", ".join(template.compositions)
    say(f"{template.id}  {template.display_name}  (compositions: {comps})")
    for warning in template.warnings:
        note(f"warning: {warning}", "yellow")


def _path(template: Template, output: Path | None) -> Path:
    # A name may be any text: only its harmless characters become part of the file name.
    stem = re.sub(r"[^\w-]+", "-", template.display_name).strip("-") or template.id
    suffix = re.sub(r"[^A-Za-z0-9]", "", template.type)
    if output is None:
        return Path(f"{stem}.{suffix}")
    return output / f"{stem}.{suffix}" if output.is_dir() else output


def _details(template: Template) -> list[tuple[str, object]]:
    return [
        ("id", template.id),
        ("name", template.display_name),
        ("type", template.type),
        ("status", status(template.status)),
        ("error", template.error),
        ("created", when(template.created_at)),
        ("fonts", ", ".join(template.fonts)),
        ("effects", ", ".join(template.effects)),
        ("missing files", "\n".join(template.missing_footage)),
        ("warnings", "\n".join(template.warnings)),
    ]


def _show_composition(comp: Composition, layers: list[Layer]) -> None:
    say("")
    say(
        f"{comp.name}  {comp.width:g} × {comp.height:g}, {comp.duration:g} s "
        f"at {comp.frame_rate:g} fps",
        "bold",
    )
    table(
        ("layer", "kind", "from", "to", "size"),
        (
            (
                layer.name,
                layer.layer_type or "",
                f"{layer.in_point:.2f} s",
                f"{layer.out_point:.2f} s",
                f"{layer.width:g} × {layer.height:g}" if layer.width else "",
            )
            for layer in layers
        ),
    )
