import boto3
import py_aep
import pytest

from intarsia.domain.ids import now
from intarsia.domain.templates import Template, TemplateStatus, upload_key
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository
from intarsia.workflow import introspecting
from intarsia.workflow.introspecting import Upload, introspect, upload_of


@pytest.fixture
def templates(aws):
    return TemplateRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def projects(aws):
    return Objects(boto3.client("s3"), "templates")


@pytest.fixture
def upload(templates, projects, tmp_path):
    """A template whose upload is a project with a composition of the given names' layers."""

    def put(layer_names):
        project = py_aep.new().project
        comp = project.root_folder.add_comp("main", 16, 16, 1.0, 1.0, 25)
        for name in layer_names:
            comp.add_null().name = name
        project.save(str(tmp_path / "t.aep"))
        key = upload_key("team", "T" * 26, "aep")
        templates.put(
            Template(
                id="T" * 26,
                team_id="team",
                type="aep",
                display_name="t",
                status=TemplateStatus.AWAITING_UPLOAD,
                key=key,
                facts_key="facts",
                created_at=now(),
                updated_at=now(),
            )
        )
        projects.upload(tmp_path / "t.aep", key, "application/octet-stream")
        return Upload("T" * 26, key, 1)

    return put


def test_more_names_than_an_item_can_hold_are_cut_and_the_facts_have_all(
    templates, projects, upload, monkeypatch
):
    monkeypatch.setattr(introspecting, "NAMES_LIMIT", 40)
    names = [f"layer number {number}" for number in range(9)]

    template = introspect(templates, projects, upload(names))

    assert template.status is TemplateStatus.UPLOADED
    assert 0 < len(template.contents.layers) < 9
    assert all(name in projects.get_text("facts") for name in names)


def test_a_fault_of_ours_leaves_no_template_waiting(templates, projects, upload, monkeypatch):
    arrived = upload([])

    def broken(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(introspecting, "read_project", broken)

    with pytest.raises(OSError, match="No space"):
        introspect(templates, projects, arrived)

    template = templates.get("T" * 26)
    assert (template.status, template.error) == (TemplateStatus.ERROR, introspecting.FAULT)


def test_an_upload_that_is_too_large_is_not_even_fetched(templates, projects, upload):
    arrived = upload([])

    template = introspect(templates, projects, Upload(arrived.template_id, arrived.key, 3 << 30))

    assert template.status is TemplateStatus.ERROR
    assert "2147483648 at most" in template.error


@pytest.mark.parametrize("key", ["x", "templates/a/b", "templates/a/b/facts.json", "a/b/c/d/e"])
def test_other_objects_are_no_uploads(key):
    assert upload_of(key, 1) is None
