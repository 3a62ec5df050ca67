"""Templates in the table."""

from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.ids import now, timestamp
from intarsia.domain.templates import Contents, Template, TemplateStatus
from intarsia.names import INDEX_BY_TEAM
from intarsia.storage.items import attribute, from_item, to_item


class TemplateRepository:
    """Templates of all teams; callers check the team."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, template: Template) -> None:
        """Write a template."""
        self._client.put_item(
            TableName=self._table,
            Item=to_item(
                template,
                pk=f"TEMPLATE#{template.id}",
                sk="META",
                team=_team(template.team_id),
                created=f"{timestamp(template.created_at)}#{template.id}",
            ),
        )

    def get(self, template_id: str) -> Template | None:
        """One template, or None."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(template_id), ConsistentRead=True
        ).get("Item")
        return from_item(Template, item) if item else None

    def list_by_team(self, team_id: str) -> list[Template]:
        """A team's templates, oldest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX_BY_TEAM,
            KeyConditionExpression="team = :team",
            ExpressionAttributeValues={":team": attribute(_team(team_id))},
        )
        return [from_item(Template, item) for page in pages for item in page["Items"]]

    def settle(
        self,
        template_id: str,
        status: TemplateStatus,
        *,
        contents: Contents | None = None,
        error: str | None = None,
    ) -> None:
        """Record what became of an upload. Does nothing if the template is gone."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(template_id),
                UpdateExpression="SET #status = :status, updated_at = :now, "
                "contents = :contents, #error = :error",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeNames={"#status": "status", "#error": "error"},
                ExpressionAttributeValues={
                    ":status": attribute(status.value),
                    ":now": attribute(timestamp(now())),
                    ":contents": attribute(contents or Contents()),
                    ":error": attribute(error),
                },
            )
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def _key(template_id: str) -> dict[str, Any]:
    return {"pk": attribute(f"TEMPLATE#{template_id}"), "sk": attribute("META")}


def _team(team_id: str) -> str:
    return f"TEAM#{team_id}#TEMPLATES"
