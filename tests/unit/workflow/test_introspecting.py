import json
import zipfile
from datetime import timedelta
from itertools import count

import boto3
import py_aep
import pytest

from intarsia.domain.ids import now
from intarsia.domain.template_views import template_view
from intarsia.domain.templates import Template, TemplateStatus, facts_key, upload_key
from intarsia.projects.reader import read_in_process
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository
from intarsia.workflow import introspecting
from intarsia.workflow.introspecting import Upload, introspect, upload_of

TEMPLATE = "T" * 26


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Reading in a process of its own, with its limits, has tests elsewhere."""
    monkeypatch.setattr(introspecting, "read_project", read_in_process)


@pytest.fixture
def templates(aws):
    return TemplateRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def projects(aws):
    return Objects(boto3.client("s3"), "templates")


@pytest.fixture
def registered(templates):
    """A template that awaits its upload."""
    template = Template(
        id=TEMPLATE,
        team_id="team",
        type="aep",
        display_name="t",
        status=TemplateStatus.AWAITING_UPLOAD,
        key=upload_key("team", TEMPLATE, "aep"),
        facts_key=facts_key("team", TEMPLATE),
        created_at=now(),
        updated_at=now(),
    )
    templates.put(template)
    return template


@pytest.fixture
def upload(registered, projects, tmp_path):
    """Upload a project with a composition of layers that have the given names."""
    numbers = count()

    def put(layer_names, *, key=None, late=0.0):
        project = py_aep.new().project
        comp = project.root_folder.add_comp("main", 16, 16, 1.0, 1.0, 25)
        for name in layer_names:
            comp.add_null().name = name
        key = key or upload_key("team", TEMPLATE, "aep")
        path = tmp_path / f"{next(numbers)}.aep"
        project.save(str(path))
        projects.upload(path, key, "application/octet-stream")
        return Upload(TEMPLATE, key, 1, arrived=now() + timedelta(seconds=late))

    return put


def keys():
    found = boto3.client("s3").list_objects_v2(Bucket="templates").get("Contents", [])
    return {entry["Key"] for entry in found}


def test_more_names_than_an_item_can_hold_are_cut_and_the_facts_have_all(
    templates, projects, upload, monkeypatch
):
    monkeypatch.setattr(introspecting, "NAMES_LIMIT", 40)
    names = [f"layer number {number}" for number in range(9)]

    template = introspect(templates, projects, upload(names))

    assert template.status is TemplateStatus.UPLOADED
    assert 0 < len(template.contents.layers) < 9
    assert all(name in projects.get_text(template.facts_key) for name in names)


def test_a_fault_of_ours_leaves_no_template_waiting(templates, projects, upload, monkeypatch):
    arrived = upload([])

    def broken(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(introspecting, "read_project", broken)
        with pytest.raises(OSError, match="No space"):
            introspect(templates, projects, arrived)
    template = templates.get(TEMPLATE)
    assert (template.status, template.error) == (TemplateStatus.ERROR, introspecting.FAULT)

    assert introspect(templates, projects, arrived).status is TemplateStatus.UPLOADED


def test_an_upload_that_is_too_large_is_not_even_fetched(templates, projects, upload):
    arrived = upload([])

    template = introspect(templates, projects, Upload(arrived.template_id, arrived.key, 3 << 30))

    assert template.status is TemplateStatus.ERROR
    assert "the limit is 2147483648" in template.error


def test_an_object_that_is_gone_is_no_fault(templates, projects, upload):
    arrived = upload([])
    projects.delete(arrived.key)

    template = introspect(templates, projects, arrived)

    assert (template.status, "deleted" in template.error) == (TemplateStatus.ERROR, True)


def test_a_second_upload_has_a_file_and_facts_of_its_own_and_the_first_ones_stay(
    templates, projects, upload
):
    first = introspect(templates, projects, upload(["old"]))
    second = introspect(templates, projects, upload(["new"]))

    assert second.contents.layers == ["new"]
    assert (second.key == first.key, second.facts_key == first.facts_key) == (False, False)
    assert {first.key, first.facts_key, second.key, second.facts_key} == keys()
    assert '"old"' in projects.get_text(first.facts_key)


def test_a_template_that_is_read_again_is_not_uploaded_until_it_has_been_read(
    templates, projects, upload, monkeypatch
):
    introspect(templates, projects, upload(["old"]))
    seen = []

    def look(*args, **kwargs):
        seen.append(templates.get(TEMPLATE))
        return read(*args, **kwargs)

    read = introspecting.read_project
    monkeypatch.setattr(introspecting, "read_project", look)
    introspect(templates, projects, upload(["new"]))

    (meanwhile,) = seen
    assert (meanwhile.status, meanwhile.contents.layers) == (TemplateStatus.PROCESSING, [])


def test_a_bad_file_after_a_good_one_is_told_and_nothing_old_is_shown(templates, projects, upload):
    introspect(templates, projects, upload(["old"]))
    arrived = upload([])
    projects.put_text(arrived.key, "no project")

    template = introspect(templates, projects, arrived)

    assert (template.status, template.contents.layers) == (TemplateStatus.ERROR, [])
    assert template.key == arrived.key


def test_an_event_that_comes_late_or_twice_does_not_bring_an_old_file_back(
    templates, projects, upload
):
    old, new = upload(["old"]), upload(["new"], late=1)
    introspect(templates, projects, old)
    newest = introspect(templates, projects, new)

    assert introspect(templates, projects, old) is None
    assert templates.get(TEMPLATE) == newest


def test_of_two_uploads_read_at_the_same_time_the_later_one_wins(
    templates, projects, upload, monkeypatch
):
    slow, quick = upload(["slow"]), upload(["quick"], late=1)
    read = introspecting.read_project

    def overtaken(*args, **kwargs):
        monkeypatch.setattr(introspecting, "read_project", read)
        introspect(templates, projects, quick)
        return read(*args, **kwargs)

    monkeypatch.setattr(introspecting, "read_project", overtaken)
    template = introspect(templates, projects, slow)

    assert (template.status, template.key) == (TemplateStatus.UPLOADED, quick.key)
    assert template.contents.layers == ["quick"]
    assert '"quick"' in projects.get_text(template.facts_key)


def test_what_arrives_for_a_deleted_template_is_removed(templates, projects, upload):
    arrived = upload([])
    templates.delete(TEMPLATE)

    assert introspect(templates, projects, arrived) is None
    assert keys() == set()


def test_a_template_deleted_while_it_is_read_leaves_nothing(
    templates, projects, upload, monkeypatch
):
    arrived = upload([])
    read = introspecting.read_project

    def interrupted(*args, **kwargs):
        templates.delete(TEMPLATE)
        return read(*args, **kwargs)

    monkeypatch.setattr(introspecting, "read_project", interrupted)
    introspect(templates, projects, arrived)

    assert templates.get(TEMPLATE) is None
    assert keys() == set()


def test_a_file_under_another_teams_folder_is_not_this_templates(templates, projects, upload):
    arrived = upload([], key=upload_key("other", TEMPLATE, "aep"))

    assert introspect(templates, projects, arrived) is None
    assert templates.get(TEMPLATE).status is TemplateStatus.AWAITING_UPLOAD


def mogrt(project, folder):
    """A Motion Graphics template of a project, as After Effects packs it."""
    packed, whole = folder / "project.aegraphic", folder / "t.mogrt"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(project, "t.aep")
    with zipfile.ZipFile(whole, "w") as archive:
        archive.write(packed, packed.name)
        sources = {"en_US": {"name": "main"}}
        definition = {"capsuleName": "Lower third", "sourceInfoLocalized": sources}
        archive.writestr("definition.json", json.dumps(definition))
    return whole


def test_a_mogrt_shows_what_it_is(templates, registered, projects, upload, tmp_path):
    upload([])
    templates.put(registered.model_copy(update={"type": "mogrt"}))
    key = upload_key("team", TEMPLATE, "mogrt")
    projects.upload(mogrt(tmp_path / "0.aep", tmp_path), key, "application/octet-stream")

    template = introspect(templates, projects, Upload(TEMPLATE, key, 1))

    assert template.status is TemplateStatus.UPLOADED
    view = template_view(template).body()["mogrt"]
    assert (view["name"], view["composition"], view["controls"]) == ("Lower third", "main", [])


def test_more_controls_than_an_item_can_hold_are_cut(monkeypatch):
    monkeypatch.setattr(introspecting, "NAMES_LIMIT", 40)
    controls = [{"name": f"control {number}"} for number in range(9)]

    view = introspecting._fitting_mogrt({"name": "x", "controls": controls})

    assert view == {"name": "x", "controls": controls[:1]}


def test_an_upload_is_known_by_its_key():
    key = upload_key("team", TEMPLATE, "mogrt")

    assert upload_of(key, 7, now()).template_id == TEMPLATE
    assert key.endswith("/source.mogrt")


@pytest.mark.parametrize(
    "key",
    [
        "x", "templates/a/b", "templates/a/b/facts.json", "templates/a/b/facts/c.json",
        "fonts/a/b/x.ttf", "fonts/a/b/c/source.aep", "a/b/c/d/e", "templates/a/b/c/d/source.aep",
    ],
)  # fmt: skip
def test_other_objects_are_no_uploads(key):
    assert upload_of(key, 1, now()) is None
