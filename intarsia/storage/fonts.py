"""Fonts: their records in the table, their files in the templates bucket."""

from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.fonts import Font, FontNames, FontStatus
from intarsia.domain.ids import timestamp
from intarsia.names import FONT_ITEMS, INDEX_BY_TEAM
from intarsia.storage.items import attribute, from_item, to_item


class FontRepository:
    """Fonts of all teams; callers check the team."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, font: Font) -> None:
        """Store a font's record."""
        self._client.put_item(
            TableName=self._table,
            Item=to_item(
                font,
                pk=f"{FONT_ITEMS}{font.id}",
                sk="META",
                team=_team(font.team_id),
                created=f"{timestamp(font.created_at)}#{font.id}",
            ),
        )

    def get(self, font_id: str) -> Font | None:
        """Return a font, or None if there is none with this id."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(font_id), ConsistentRead=True
        ).get("Item")
        return from_item(Font, item) if item else None

    def list_by_team(self, team_id: str) -> list[Font]:
        """Return a team's fonts, oldest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX_BY_TEAM,
            KeyConditionExpression="team = :team",
            ExpressionAttributeValues={":team": attribute(_team(team_id))},
        )
        return [from_item(Font, item) for page in pages for item in page["Items"]]

    def settle(
        self,
        font_id: str,
        status: FontStatus,
        *,
        size: int,
        names: FontNames | None = None,
        error: str | None = None,
    ) -> None:
        """Record the outcome of the upload of a font's file of `size` bytes.

        `names` are the names in the file. `error` is the reason why the file cannot be used. Does
        nothing if the font no longer exists.
        """
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(font_id),
                UpdateExpression="SET #status = :status, #bytes = :bytes, #names = :names, "
                "#error = :error",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeNames={
                    f"#{name}": name for name in ("status", "bytes", "names", "error")
                },
                ExpressionAttributeValues={
                    ":status": attribute(status.value),
                    ":bytes": attribute(size),
                    ":names": attribute(names),
                    ":error": attribute(error),
                },
            )
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def delete(self, font_id: str) -> None:
        """Delete a font's record; its file stays."""
        self._client.delete_item(TableName=self._table, Key=_key(font_id))


class FontFiles:
    """Font files in the templates bucket. The S3 client must be configured with `S3_CONFIG`."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, data: bytes) -> None:
        """Store the file `data` as the object `key`."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=data, ContentType="font/ttf")

    def read(self, key: str, most: int) -> bytes:
        """Return at most the first `most` bytes of a file."""
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        data: bytes = body.read(most)
        body.close()
        return data

    def delete(self, key: str) -> None:
        """Delete a file; does nothing if there is none."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def upload_url(self, key: str, seconds: int) -> str:
        """Return a presigned URL that accepts a raw PUT of the file for `seconds`.

        Only the header `host` is signed, so the client may choose others, such as `Content-Type`.
        """
        url: str = self._client.generate_presigned_url(
            "put_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )
        return url


def _key(font_id: str) -> dict[str, Any]:
    return {"pk": attribute(f"{FONT_ITEMS}{font_id}"), "sk": attribute("META")}


def _team(team_id: str) -> str:
    return f"TEAM#{team_id}#FONTS"
