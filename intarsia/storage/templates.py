"""Templates (After Effects projects of clients) in the table, with conditional updates.

An update is rejected if the template no longer has the state that the update is based on.
"""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.ids import now, timestamp
from intarsia.domain.templates import Contents, Template, TemplateStatus
from intarsia.names import INDEX_BY_TEAM, TEMPLATE_ITEMS
from intarsia.storage.items import attribute, from_item, to_item
from intarsia.storage.updates import Update


class TemplateRepository:
    """Templates of all teams; callers check the team."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, template: Template) -> None:
        """Store a template's record."""
        self._client.put_item(
            TableName=self._table,
            Item=to_item(
                template,
                pk=f"{TEMPLATE_ITEMS}{template.id}",
                sk="META",
                team=_team(template.team_id),
                created=f"{timestamp(template.created_at)}#{template.id}",
            ),
        )

    def get(self, template_id: str) -> Template | None:
        """Return a template, or None if there is none with this id."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(template_id), ConsistentRead=True
        ).get("Item")
        return from_item(Template, item) if item else None

    def list_by_team(self, team_id: str) -> list[Template]:
        """Return a team's templates, oldest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX_BY_TEAM,
            KeyConditionExpression="team = :team",
            ExpressionAttributeValues={":team": attribute(_team(team_id))},
        )
        return [from_item(Template, item) for page in pages for item in page["Items"]]

    def begin_reading(
        self, template_id: str, *, key: str, facts_key: str, arrived: datetime
    ) -> Template | None:
        """Set a template to `processing` for the upload `key`, and clear its previous contents.

        `arrived` is the time of the upload. The results of this reading will be stored at
        `facts_key`, which also identifies the reading. Returns None if the template no longer
        exists or has a later upload, because events may arrive twice and late.
        """
        moment = timestamp(arrived)
        update = _moved(TemplateStatus.PROCESSING, contents=Contents(), error=None)
        update.set(key=key, facts_key=facts_key, arrived_at=moment).remove("src")
        update.where("(attribute_not_exists(arrived_at) OR arrived_at <= :arrived)", arrived=moment)
        return self._try(template_id, update)

    def settle(
        self,
        template_id: str,
        facts_key: str,
        status: TemplateStatus,
        *,
        contents: Contents | None = None,
        error: str | None = None,
    ) -> Template | None:
        """Record the outcome of the reading that `facts_key` identifies.

        `contents` None: there are none. `error` is the reason for the status `error`. Returns None
        if the template no longer exists or another reading has begun.
        """
        update = _moved(status, contents=contents or Contents(), error=error)
        update.where("facts_key = :reading", reading=facts_key)
        return self._try(template_id, update)

    def await_upload(self, template: Template) -> Template | None:
        """Set a template back to `awaiting_upload`.

        Returns None if the table has another status or reading for it than `template`.
        """
        update = _moved(TemplateStatus.AWAITING_UPLOAD, error=None)
        return self._try(template.id, _unchanged(template, update))

    def give_up(self, template: Template, reason: str) -> Template | None:
        """End a template as `error`, because its file was not fetched or its contents not read.

        Returns None if the table has another status or reading for it than `template`.
        """
        update = _moved(TemplateStatus.ERROR, error=reason).remove("src")
        return self._try(template.id, _unchanged(template, update))

    def rename(self, template_id: str, display_name: str) -> Template | None:
        """Change the display name of a template. Returns None if the template no longer exists."""
        update = Update().set(display_name=display_name, updated_at=timestamp(now()))
        return self._try(template_id, update)

    def delete(self, template_id: str) -> None:
        """Delete a template's record; its files stay."""
        self._client.delete_item(TableName=self._table, Key=_key(template_id))

    def _try(self, template_id: str, update: Update) -> Template | None:
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(template_id),
                ReturnValues="ALL_NEW",
                **update.arguments(),
            )
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None
        return from_item(Template, answer["Attributes"])


def _moved(status: TemplateStatus, **values: Any) -> Update:
    return Update().set(status=status.value, updated_at=timestamp(now()), **values)


def _unchanged(template: Template, update: Update) -> Update:
    """Make an update conditional on the status and the reading that `template` has."""
    condition = "#status = :was AND facts_key = :reading"
    return update.where(condition, was=template.status.value, reading=template.facts_key)


def _key(template_id: str) -> dict[str, Any]:
    return {"pk": attribute(f"{TEMPLATE_ITEMS}{template_id}"), "sk": attribute("META")}


def _team(team_id: str) -> str:
    return f"TEAM#{team_id}#TEMPLATES"
