from datetime import timedelta

import boto3
import pytest

from intarsia.domain.ids import now
from intarsia.domain.templates import Template, TemplateStatus
from intarsia.storage.templates import TemplateRepository
from intarsia.workflow.stuck_templates import PATIENCE, freed


@pytest.fixture
def templates(aws):
    return TemplateRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def waiting(templates):
    """A template in a status since now."""

    def put(status):
        moment = now()
        template = Template(
            id="T" * 26,
            team_id="team",
            type="aep",
            display_name="t",
            status=status,
            key="key",
            facts_key="facts",
            src="https://example.com/?signature",
            created_at=moment,
            updated_at=moment,
        )
        templates.put(template)
        return template

    return put


@pytest.mark.parametrize("status", [TemplateStatus.DOWNLOADING, TemplateStatus.PROCESSING])
def test_a_template_that_was_left_behind_ends_when_it_is_looked_at(templates, waiting, status):
    template = waiting(status)
    late = template.updated_at + PATIENCE

    assert freed(templates, template, late - timedelta(seconds=1)) == template
    ended = freed(templates, template, late)

    assert (ended.status, ended.src) == (TemplateStatus.ERROR, None)
    assert "internal error" in ended.error
    assert templates.get(template.id) == ended


@pytest.mark.parametrize("status", ["awaiting_upload", "uploaded", "error"])
def test_others_may_stay_as_they_are_for_ever(templates, waiting, status):
    template = waiting(status)

    assert freed(templates, template, now() + timedelta(days=1000)) == template


def test_one_that_has_gone_on_in_this_moment_is_not_ended(templates, waiting):
    template = waiting(TemplateStatus.DOWNLOADING)
    reading = templates.begin_reading(template.id, key="k", facts_key="f", arrived=now())

    assert freed(templates, template, now() + timedelta(days=1)) == reading
